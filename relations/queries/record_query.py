"""RecordQuery: the parameters of one address applied to one record type or, on the timeline, to all of them."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any, NamedTuple

from django import forms
from django.db.models import Count, Q
from django.http import Http404, QueryDict
from django.utils.translation import gettext as _

from relations.catalog import BY_SLUG, RECORD_TYPES, RecordType
from relations.filters.parameters import Choices, ParameterError, Records, StoredChoices
from relations.filters.record_filters import RecordFilter
from relations.models import Place
from relations.models.querysets import UNDATED

from .facets import Facets
from .timeline_filter import TimelineFilter

#: the slug of a query to all types, beside the slugs of the types
ALL_TYPES = "timeline"

#: {record type: its records}
Results = dict[RecordType, Records]


class Numbers(NamedTuple):
    """How many records are found, and how many of these are only context of the register's subject."""

    total: int
    context: int

    @property
    def in_scope(self) -> int:
        return self.total - self.context


class Uncertain(NamedTuple):
    """How many records may lie in the years of a question, and how many of these are undated."""

    total: int
    undated: int


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

    @property
    def given(self) -> QueryDict:
        """The parameters that narrow or sort the list."""
        return self._filterset.given

    @cached_property
    def results(self) -> Results:
        """The records found; none where the query is not valid."""
        return {one: filterset.results for one, filterset in self.filtersets.items()}

    def without(self, *names: str) -> Results:
        """The records that would be found without these parameters; none where the query is not valid."""
        return {one: filterset.without(*names) for one, filterset in self.filtersets.items()}

    @cached_property
    def numbers(self) -> dict[RecordType, Numbers]:
        """How many records of each type are found, and how many of them are context."""
        is_context = Q(in_scope=False)
        found = {
            one: records.order_by().aggregate(total=Count("pk"), context=Count("pk", filter=is_context))
            for one, records in self.results.items()
        }
        return {one: Numbers(counted["total"], counted["context"]) for one, counted in found.items()}

    @property
    def counts(self) -> dict[RecordType, int]:
        return {one: numbers.total for one, numbers in self.numbers.items()}

    @property
    def total(self) -> int:
        return sum(one.total for one in self.numbers.values())

    @property
    def context(self) -> int:
        """How many of the records found are context."""
        return sum(one.context for one in self.numbers.values())

    @property
    def asks_years(self) -> bool:
        return bool(self._filterset.years)

    @property
    def uncertain(self) -> str:
        """What the question asks of uncertain dates; "" where nothing is."""
        return self._filterset.uncertain

    @cached_property
    def possible(self) -> Uncertain:
        """The records that may lie in the years of the question or may not, and how many of them have no date."""
        filtersets = self.filtersets.values() if self.asks_years else ()
        counts = [
            one.possible().order_by().aggregate(total=Count("pk"), undated=Count("pk", filter=UNDATED))
            for one in filtersets
        ]
        return Uncertain(sum(one["total"] for one in counts), sum(one["undated"] for one in counts))

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
