"""RecordQuery: the parameters of one address applied to one record type or, on the timeline, to all of them."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any, NamedTuple

from django import forms
from django.http import Http404, QueryDict
from django.utils.translation import gettext as _

from relations.catalog import BY_SLUG, RECORD_TYPES, RecordType
from relations.filters.parameters import Choices, ParameterError, Records, StoredChoices
from relations.filters.record_filters import NEWEST_FIRST, RecordFilter
from relations.index.current import kept
from relations.index.record_index import RecordIndex
from relations.models import Place

from .facets import Facets, TypeFacets
from .found import Found
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
        self.slug, self.parameters, self.within = slug, parameters, within
        self._indexes = kept.current()
        self.names = self._indexes.names
        self._every: dict[RecordType, Found] = {}
        self._found: dict[tuple[RecordType, tuple[str, ...]], Found] = {}
        self._choices: dict[str, Choices] = {}
        types = [BY_SLUG[slug]] if slug in BY_SLUG else RECORD_TYPES
        choices = StoredChoices(parameters, self.names.named)
        self.filtersets: dict[RecordType, RecordFilter] = {
            one: (TimelineFilter if slug == ALL_TYPES else one.filterset)(
                parameters, one.model.objects.published(), choices
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
        if name not in self._choices:  # Django rebuilds the list each time
            self._choices[name] = list(getattr(self.form.fields[name], "choices", ()))
        return self._choices[name]

    @property
    def given(self) -> QueryDict:
        """The parameters that narrow or sort the list."""
        return self._filterset.given

    @cached_property
    def results(self) -> Results:
        """The records found; none where the query is not valid."""
        return {one: involving_all(found.results, self.within) for one, found in self.filtersets.items()}

    def index(self, record_type: RecordType) -> RecordIndex:
        return self._indexes.of(record_type.model)

    def every(self, record_type: RecordType) -> Found:
        """All public records of a type in which the places of `within` take part."""
        if record_type not in self._every:
            index = self.index(record_type)
            records = index.everything
            for code in self.within:
                records = records & index.places(code)
            self._every[record_type] = Found(index, records)
        return self._every[record_type]

    def found(self, record_type: RecordType, *without: str) -> Found:
        """The records of a type that are found, as `results` or without() have them."""
        if (record_type, without) not in self._found:
            index, every = self.index(record_type), self.every(record_type).records
            records = self.filtersets[record_type].found(index, every, *without)
            self._found[record_type, without] = Found(index, records)
        return self._found[record_type, without]

    def keys(self, record_type: RecordType, part: slice) -> list[int]:
        """The primary keys of one part of the list, in the order that is asked for."""
        sort, found = self.value("sort") or NEWEST_FIRST, self.found(record_type)
        return found.keys_by_title(part) if sort == "title" else found.keys(part, sort != NEWEST_FIRST)

    def found_of_all(self, *without: str) -> dict[RecordType, Found]:
        """The records of every type that are found without these parameters."""
        return {one: self.found(one, *without) for one in self.filtersets}

    @cached_property
    def numbers(self) -> dict[RecordType, Numbers]:
        """How many records of each type are found, and how many of them are context."""
        return {one: Numbers(len(found), found.context) for one, found in self.found_of_all().items()}

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
        total = undated = 0
        for one, filterset in self.filtersets.items() if self.asks_years else ():
            possible = self.found(one, "year_from") & self.index(one).possibly_in(filterset.years)
            total, undated = total + len(possible), undated + possible.undated
        return Uncertain(total, undated)

    @cached_property
    def facets(self) -> Facets:
        return Facets([TypeFacets(self, one) for one in self.filtersets if self.is_valid()])

    @cached_property
    def places(self) -> list[Place]:
        """The places that take part in published records of these types, with the places that contain them."""
        taking_part = {pk for one in self.filtersets for pk in self.every(one).counts("place")}
        return [place for pk, place in self.names.places.items() if pk in taking_part]


def involving_all(records: Records, codes: Sequence[str]) -> Records:
    """The records in which all these places take part."""
    for code in codes:
        records = records.involving([code])
    return records
