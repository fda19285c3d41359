"""Facets: how many records the list would hold with one choice more, from the same filter set as the list itself.

A facet leaves its own choices out of the question, since several of them mean "or"; everything else stays. A record that
has several values of a facet counts for each of them once.
"""

from collections import Counter, defaultdict
from functools import cached_property

from django.db.models import Count, Max, Min

from relations.filters import SOURCED
from relations.models import Citation, Participation, Place
from relations.models.participations import NOT_INVOLVED
from relations.periods import Period

PLACES = ("country", "region", "with")
AREAS = {"area": "ref_area_id", "counterpart": "counterpart_area_id"}


class Facets:
    """The counts of one question; nothing is counted where the question makes no sense."""

    def __init__(self, filterset):
        self.filterset, self.model = filterset, filterset.queryset.model
        self.owner = self.model._meta.model_name
        self.counted = {}

    def counts(self, name):
        """{value: number of records} of one parameter."""
        if name not in self.counted:
            self.counted[name] = self.count(name) if self.filterset.is_answerable else Counter()
        return self.counted[name]

    def count(self, name):
        if name in PLACES:
            return self.of_places(name)
        of = {
            "topic": self.of_topics,
            "source": self.of_sources,
            "sourced": self.of_coverage,
            "indicator": self.of_indicators,
        }
        if name in AREAS:
            return self.of_areas(name)
        return of[name]() if name in of else self.of_column(name)

    def records(self, name):
        return self.filterset.without(name).order_by()

    def of_column(self, name):
        column = self.filterset.COLUMNS[name]
        return Counter(dict(self.records(name).values_list(column).annotate(Count("pk"))))

    def of_indicators(self):
        found = self.records("indicator").values_list("indicator__key").annotate(Count("pk"))
        return Counter({key: number for key, number in found if key})

    def of_coverage(self):
        records = self.records("sourced")
        return Counter({kind: records.covered([kind]).count() for kind, _label in SOURCED})

    def of_topics(self):
        through = self.model.topics.through.objects
        found = through.filter(**{f"{self.owner}__in": self.records("topic").values("pk")})
        return Counter(dict(found.values_list("topic__key").annotate(Count("pk"))))

    def of_sources(self):
        """A source counts where it is cited and where what is cited names it as its own origin."""
        mine = Citation.objects.filter(**{f"{self.owner}__in": self.records("source").values("pk")})
        rows = mine.order_by().values_list(f"{self.owner}_id", "source__key", "quoted_in__key").distinct()
        return counted((record, key) for record, *keys in rows for key in keys if key)

    # Places: a city counts for its region and its country, a group for each of its members.

    def of_places(self, name):
        return counted(
            (record, code) for record, place in self.pairs_without(name) for code in self.covers[place]
        )

    def pairs_without(self, name):
        key = name if self.filterset.asked(name) else ""
        if key not in self.pairs_kept:
            self.pairs_kept[key] = self.pairs(self.records(name))
        return self.pairs_kept[key]

    # The places of the very list: no choice is left out.

    def involved(self):
        """{code: number of records of the list} in which a place, anything inside it or a group it belongs to takes part."""
        return self.of_places("") if self.filterset.is_answerable else Counter()

    def themselves(self):
        """{place: number of records of the list} in which it stands itself, or by an organisation or person of it."""
        return counted(self.pairs_without("")) if self.filterset.is_answerable else Counter()

    def of_areas(self, name):
        rows = self.records(name).values_list("pk", AREAS[name])
        return counted((record, code) for record, place in rows if place for code in self.covers[place])

    @cached_property
    def pairs_kept(self):
        """{facet with choices of its own, or "": (record, place) pairs}: most facets share theirs."""
        return {}

    def pairs(self, records):
        """{(record, place)} of the places that take part in these records."""
        if self.owner == "observation":
            rows = records.values_list("pk", "ref_area_id", "counterpart_area_id")
        else:
            taking_part = Participation.objects.filter(**{f"{self.owner}__in": records.values("pk")})
            columns = (f"{self.owner}_id", "place_id", "organization__place_id", "person__place_id")
            rows = taking_part.exclude(role__in=NOT_INVOLVED).order_by().values_list(*columns)
        return {(record, place) for record, *places in rows for place in places if place}

    @cached_property
    def covers(self):
        """{place: codes of the questions in which it takes part}: the other way round of PlaceQuerySet.within()."""
        found = defaultdict(set)
        for place in Place.objects.select_related("parent__parent").prefetch_related("members__parent"):
            inside = (place, place.parent, place.parent and place.parent.parent)
            members = [one for member in place.members.all() for one in (member, member.parent)]
            found[place.pk] = {one.code for one in (*inside, *members) if one}
        return found

    # Decades.

    def decades(self):
        """[(first year, number of records)] from the first decade of this list to its last."""
        return self.of_decades(decades_between(*self.bounds())) if self.filterset.is_answerable else []

    def bounds(self):
        """The first and the last day of all records of the type, None where there is none."""
        bounds = self.filterset.queryset.aggregate(first=Min("first_day"), last=Max("last_day"))
        return bounds["first"], bounds["last"]

    def of_decades(self, years):
        within = {
            f"d{year}": Count("pk", filter=self.filterset.within(Period.years(year, year + 9)))
            for year in years
        }
        numbers = self.filterset.without("year_from", "year_to").order_by().aggregate(**within)
        return [(year, numbers[f"d{year}"]) for year in years]


class JointFacets:
    """The counts of one question to several types: each choice counts the records of all of them."""

    def __init__(self, each):
        """`each` is {slug of a type: its Facets}."""
        self.each = each

    def counts(self, name):
        if name == "type":
            return Counter({slug: self.records_of_type(facets) for slug, facets in self.each.items()})
        return sum((facets.counts(name) for facets in self.each.values()), Counter())

    def involved(self):
        return sum((facets.involved() for facets in self.each.values()), Counter())

    def themselves(self):
        return sum((facets.themselves() for facets in self.each.values()), Counter())

    @staticmethod
    def records_of_type(facets):
        return facets.records("type").count() if facets.filterset.is_answerable else 0

    def decades(self):
        if not all(facets.filterset.is_answerable for facets in self.each.values()):
            return []
        first, last = zip(*(facets.bounds() for facets in self.each.values()), strict=True)
        years = decades_between(min(filter(None, first), default=None), max(filter(None, last), default=None))
        found = sum((Counter(dict(facets.of_decades(years))) for facets in self.each.values()), Counter())
        return [(year, found[year]) for year in years]


def decades_between(first, last):
    """The first years of all decades between two days."""
    return range(first.year // 10 * 10, last.year + 1, 10) if first and last else range(0)


def counted(pairs):
    """{value: number of records} of (record, value) pairs, each pair once."""
    return Counter(value for _record, value in set(pairs))
