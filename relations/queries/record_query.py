"""RecordQuery: the parameters of one address applied to one record type or, on the timeline, to all of them."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django import forms
from django.http import Http404, QueryDict
from django.utils.translation import gettext as _

from relations.catalog import BY_SLUG, RECORD_TYPES, RecordType
from relations.filters.parameters import Choices, ParameterError, Records, StoredChoices
from relations.filters.record_filters import RecordFilter
from relations.models import Place

from .facets import Facets
from .timeline_filter import TimelineFilter

#: the slug of a query to all types, beside the slugs of the types
ALL_TYPES = "timeline"

#: {record type: its records}
Results = dict[RecordType, Records]


class RecordQuery:
    """`slug` is "timeline" or the slug of a type; `parameters` are those of the address.

    `within` are codes of places: only records in which all of them take part are looked at.
    """

    def __init__(self, slug: str, parameters: QueryDict, within: Sequence[str] = ()) -> None:
        if slug not in (ALL_TYPES, *BY_SLUG):
            raise Http404(_("There is no such list."))
        self.slug, self.parameters = slug, parameters
        types = [BY_SLUG[slug]] if slug in BY_SLUG else RECORD_TYPES
        choices = StoredChoices()
        self.filtersets: dict[RecordType, RecordFilter] = {
            one: (TimelineFilter if slug == ALL_TYPES else one.filterset)(
                parameters, published(one, within), choices
            )
            for one in types
        }

    @cached_property
    def _filterset(self) -> RecordFilter:
        """The filter set that represents all, since their forms are the same."""
        return next(iter(self.filtersets.values()))

    @property
    def form(self) -> forms.Form:
        form: forms.Form = self._filterset.form
        return form

    def is_valid(self) -> bool:
        return self.form.is_valid()

    @property
    def parameter_errors(self) -> list[ParameterError]:
        return self._filterset.parameter_errors

    def value(self, name: str) -> Any:
        """What the form has made of a parameter; None where it is not given or the query is not valid."""
        return self._filterset.value(name)

    def choices(self, name: str) -> Choices:
        """What the form offers for a parameter; nothing where any text may be typed."""
        return list(getattr(self.form.fields[name], "choices", ()))

    @cached_property
    def given(self) -> QueryDict:
        """The parameters that narrow or sort the list, each value once: without what a form sends for what
        was not chosen."""
        found = QueryDict(mutable=True)
        for name in self.parameters:
            values = [value for value in map(str.strip, self.parameters.getlist(name)) if value]
            is_default = name == "undated" and "1" in values
            if values and name in self.form.fields and not is_default:
                found.setlist(name, list(dict.fromkeys(values)))
        return found

    @cached_property
    def results(self) -> Results:
        """The records found; none where the query is not valid."""
        return {one: filterset.results for one, filterset in self.filtersets.items()}

    def without(self, *names: str) -> Results:
        """The records that would be found without these parameters; none where the query is not valid."""
        return {one: filterset.without(*names) for one, filterset in self.filtersets.items()}

    @cached_property
    def counts(self) -> dict[RecordType, int]:
        return {one: records.order_by().count() for one, records in self.results.items()}

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @cached_property
    def facets(self) -> Facets:
        return Facets(self.filtersets.values())

    @cached_property
    def places(self) -> list[Place]:
        """The places that take part in published records of these types, with the places that contain them."""
        found: dict[int, Place] = {}
        for filterset in self.filtersets.values():
            taking_part = Place.objects.taking_part_in(filterset.queryset).select_related("parent__parent")
            found.update((place.pk, place) for place in taking_part)
        return list(found.values())


def published(record_type: RecordType, within: Sequence[str]) -> Records:
    """The published records of a type in which all these places take part."""
    records: Records = record_type.model.objects.published()
    for code in within:
        records = records.involving([code])
    return records
