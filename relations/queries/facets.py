"""Facet counts: how many records a list would have with one more choice, from the filter set of the list.

A facet ignores its own choices in the query, since several of them mean "or"; all other filters apply. A record with
several values of a facet counts once for each.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from django.db.models import Count, Max, Min

from relations.catalog import BY_MODEL
from relations.filters.parameters import (
    CONTEXT,
    IN_SCOPE,
    SOURCED,
    AreaFilter,
    ColumnFilter,
    CoverageFilter,
    IndicatorsFilter,
    PlacesFilter,
    Records,
    ScopeFilter,
    SourcesFilter,
    TopicsFilter,
)
from relations.filters.record_filters import RecordFilter
from relations.models import Citation
from relations.models.querysets import COVERAGE, certainly_in
from relations.values.period import Period

from .place_hierarchy import FacetCounts, PlaceHierarchy, PlaceSetCounts, areas_of_figures, place_sets
from .timeline_filter import RecordTypeFilter

#: the name under which the records of the list itself are kept, beside the names of parameters
WHOLE_LIST = ""


class Bounds(NamedTuple):
    """The first and the last day of all records of a type, None where there is none."""

    first: date | None
    last: date | None


class Decade(NamedTuple):
    first_year: int
    number: int


class Facets:
    """The counts of one query; each choice counts the records of all its types. Empty for an invalid query."""

    def __init__(self, filtersets: Iterable[RecordFilter]) -> None:
        hierarchy = PlaceHierarchy()
        self.types = [TypeFacets(one, hierarchy) for one in filtersets if one.is_valid()]

    def counts(self, name: str) -> FacetCounts:
        """Of the choices of one parameter."""
        return sum((one.counts(name) for one in self.types), Counter())

    def places_involved(self) -> FacetCounts:
        """Records of the list by code of a place: it, anything inside it or a group it belongs to takes part."""
        return sum((one.of_places(WHOLE_LIST) for one in self.types), Counter())

    def places_named(self) -> Counter[int]:
        """Records of the list by primary key of a place: it takes part itself, or an organisation or person of it."""
        return sum((one.places_named() for one in self.types), Counter())

    def decades(self) -> list[Decade]:
        """From the first decade of all records of these types to the last."""
        bounds = [one.bounds() for one in self.types]
        first = min((first for first, _last in bounds if first), default=None)
        years = decades_between(first, max((last for _first, last in bounds if last), default=None))
        found = sum((one.decades(years) for one in self.types), Counter())
        return [Decade(year, found[year]) for year in years]


class TypeFacets:
    """The counts of one type; its filter set is valid."""

    def __init__(self, filterset: RecordFilter, hierarchy: PlaceHierarchy) -> None:
        self.filterset, self.hierarchy = filterset, hierarchy
        self.model = filterset.queryset.model
        self.owner = self.model._meta.model_name
        self._counts: dict[str, FacetCounts] = {}
        self._records: dict[str, Records] = {}
        self._place_sets: dict[str, PlaceSetCounts] = {}

    def counts(self, name: str) -> FacetCounts:
        if name not in self._counts:
            self._counts[name] = self.count(name)
        return self._counts[name]

    def count(self, name: str) -> FacetCounts:
        match self.filterset.filters[name]:
            case PlacesFilter():
                return self.of_places(name)
            case AreaFilter(field_name=column):
                return self.of_areas(name, column)
            case ColumnFilter(field_name=column):
                return self.of_column(name, column)
            case TopicsFilter():
                return self.of_topics(name)
            case SourcesFilter():
                return self.of_sources(name)
            case ScopeFilter():
                return self.of_scope(name)
            case CoverageFilter():
                return self.of_coverage(name)
            case IndicatorsFilter():
                return self.of_column(name, "indicator__key")
            case RecordTypeFilter():
                return Counter({BY_MODEL[self.model].slug: self.records(name).count()})
        raise LookupError(f"The choices of the parameter {name} cannot be counted: add a case for its class.")

    def records(self, name: str) -> Records:
        """The records found without this facet's own choices; facets without any share the records of the list."""
        chosen = name if self.filterset.value(name) else WHOLE_LIST
        if chosen not in self._records:
            self._records[chosen] = self.filterset.without(chosen).order_by()
        return self._records[chosen]

    def of_column(self, name: str, column: str) -> FacetCounts:
        found = self.records(name).values_list(column).annotate(Count("pk"))
        return Counter({value: number for value, number in found if value})

    def of_scope(self, name: str) -> FacetCounts:
        found = self.records(name).values_list("in_scope").annotate(Count("pk"))
        return Counter({IN_SCOPE if is_in_scope else CONTEXT: number for is_in_scope, number in found})

    def of_coverage(self, name: str) -> FacetCounts:
        kinds = {kind: Count("pk", filter=COVERAGE[kind]) for kind, _label in SOURCED}
        return Counter(self.records(name).aggregate(**kinds))

    def of_topics(self, name: str) -> FacetCounts:
        through = self.model.topics.through.objects
        found = through.filter(**{f"{self.owner}__in": self.records(name).values("pk")})
        return Counter(dict(found.values_list("topic__key").annotate(Count("pk"))))

    def of_sources(self, name: str) -> FacetCounts:
        """A source counts where it is cited, and where a cited work names it as its original source."""
        mine = Citation.objects.filter(**{f"{self.owner}__in": self.records(name).values("pk")}).order_by()
        cited = mine.values_list("source__key").annotate(n=Count(f"{self.owner}_id", distinct=True))
        named = mine.filter(quoted_in__isnull=False).values_list(f"{self.owner}_id", "quoted_in__key")
        only_named = set(named.distinct())  # few have an original source
        if only_named:
            both = mine.filter(source__key__in={key for _record, key in only_named})
            only_named -= set(both.values_list(f"{self.owner}_id", "source__key"))
        return Counter(dict(cited)) + Counter(key for _record, key in only_named)

    def of_areas(self, name: str, column: str) -> FacetCounts:
        return self.hierarchy.counts(areas_of_figures(self.records(name), (f"{column}_id",)))

    def of_places(self, name: str) -> FacetCounts:
        return self.hierarchy.counts(self.place_sets(name))

    def place_sets(self, name: str) -> PlaceSetCounts:
        chosen = name if self.filterset.value(name) else WHOLE_LIST
        if chosen not in self._place_sets:
            self._place_sets[chosen] = place_sets(self.records(name))
        return self._place_sets[chosen]

    def places_named(self) -> Counter[int]:
        found: Counter[int] = Counter()
        for places, number in self.place_sets(WHOLE_LIST).items():
            found.update(dict.fromkeys(places.places, number))
        return found

    def bounds(self) -> Bounds:
        bounds = self.filterset.queryset.aggregate(first=Min("first_day"), last=Max("last_day"))
        return Bounds(bounds["first"], bounds["last"])

    def decades(self, years: Iterable[int]) -> Counter[int]:
        """{first year: number of records that certainly lie in the decade}."""
        within = {
            f"d{year}": Count("pk", filter=certainly_in(Period.years(year, year + 9))) for year in years
        }
        numbers = self.filterset.without("year_from", "year_to").order_by().aggregate(**within)
        return Counter({year: numbers[f"d{year}"] for year in years})


def decades_between(first: date | None, last: date | None) -> range:
    """The first years of all decades between two days."""
    return range(first.year // 10 * 10, last.year + 1, 10) if first and last else range(0)
