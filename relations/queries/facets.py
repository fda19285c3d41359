"""Facet counts: how many records a list would have with one more choice, from the filter set of the list.

A facet ignores its own choices in the query, since several of them mean "or"; all other filters apply. A record with
several values of a facet counts once for each.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from relations.filters.parameters import (
    CONTEXT,
    IN_SCOPE,
    AreaFilter,
    ColumnFilter,
    CoverageFilter,
    IndicatorsFilter,
    PlacesFilter,
    ScopeFilter,
    SourcesFilter,
    TopicsFilter,
)
from relations.index.reading import Years

from .found import FacetCounts, Found, years_of_all
from .timeline_filter import RecordTypeFilter

if TYPE_CHECKING:
    from relations.catalog import RecordType

    from .record_query import RecordQuery


class Decade(NamedTuple):
    first_year: int
    number: int


class Facets:
    """The counts of one query; each choice counts the records of all its types. Empty for an invalid query."""

    def __init__(self, types: Sequence[TypeFacets]) -> None:
        self.types = types

    def counts(self, name: str) -> FacetCounts:
        """Of the choices of one parameter."""
        return sum((one.counts(name) for one in self.types), Counter())

    def places_involved(self) -> FacetCounts:
        """Records of the list by code of a place: it, anything inside it or a group it belongs to takes part."""
        return sum((one.found().place_counts() for one in self.types), Counter())

    def places_named(self) -> Counter[int]:
        """Records of the list by primary key of a place: it takes part itself, or an organisation or person of it."""
        return sum((one.found().counts("place") for one in self.types), Counter())

    def decades(self) -> list[Decade]:
        """From the first decade of all records of these types to the last."""
        covered = years_of_all(one.every for one in self.types)
        years = decades_between(covered)
        found = sum((one.decades(years) for one in self.types), Counter())
        return [Decade(year, found[year]) for year in years]


class TypeFacets:
    """The counts of one type of a valid query."""

    def __init__(self, query: RecordQuery, record_type: RecordType) -> None:
        self.query, self.record_type = query, record_type
        self.filterset = query.filtersets[record_type]
        self._counts: dict[str, FacetCounts] = {}

    @property
    def every(self) -> Found:
        return self.query.every(self.record_type)

    def found(self, name: str = "") -> Found:
        """The records found, without the choices of the facet that has this name."""
        without = (name,) if name and self.filterset.value(name) else ()
        return self.query.found(self.record_type, *without)

    def counts(self, name: str) -> FacetCounts:
        if name not in self._counts:
            self._counts[name] = self.count(name)
        return self._counts[name]

    def count(self, name: str) -> FacetCounts:
        found = self.found(name)
        names = found.index.names
        match self.filterset.filters[name]:
            case PlacesFilter():
                return found.place_counts()
            case AreaFilter(field_name=column):
                return found.place_counts(f"{column}_id")
            case ColumnFilter(field_name=column):
                return found.counts(column)
            case TopicsFilter():
                return found.by_key("topic", names.topics)
            case SourcesFilter():
                return found.by_key("source", names.sources)
            case ScopeFilter():
                return Counter({IN_SCOPE: len(found) - found.context, CONTEXT: found.context})
            case CoverageFilter():
                return found.counts("sourced")
            case IndicatorsFilter():
                return found.by_key("indicator_id", names.indicators)
            case RecordTypeFilter():
                return Counter({self.record_type.slug: len(found)})
        raise LookupError(f"The choices of the parameter {name} cannot be counted: add a case for its class.")

    def decades(self, years: Iterable[int]) -> Counter[int]:
        """{first year: number of records that certainly lie in the decade}"""
        found = self.query.found(self.record_type, "year_from", "year_to")
        spans = found.counts("certain")
        return Counter(
            {
                year: sum(number for span, number in spans.items() if is_within(span, year, year + 9))
                for year in years
            }
        )


def is_within(span: Years, first: int, last: int) -> bool:
    """Whether a question from year to year is met by every reading of dates with these certain years."""
    return bool(span.first and span.first >= first and span.last <= last)


def decades_between(covered: Years) -> range:
    """The first years of all decades between two years."""
    return (
        range(covered.first // 10 * 10, covered.last + 1, 10) if covered.first and covered.last else range(0)
    )
