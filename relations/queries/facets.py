"""Facets: how many records the list would hold with one choice more, from the same filter set as the list itself.

A facet leaves its own choices out of the question, since several of them mean "or"; everything else stays. A
record that
has several values of a facet counts for each of them once.
"""

from collections import Counter, defaultdict
from functools import cached_property

from django.db.models import Count, Max, Min

from relations.filters import SOURCED
from relations.models import Citation, Participation, Place
from relations.models.participations import NOT_INVOLVED
from relations.models.querysets import COVERAGE, overlap_with
from relations.values.period import Period

PLACES = ("country", "region", "with")
AREAS = {"area": "ref_area_id", "counterpart": "counterpart_area_id"}


class Facets:
    """The counts of one question; nothing is counted where the question makes no sense."""

    def __init__(self, filterset, covers=None):
        """`covers` is Covers(), where several share it."""
        self.filterset, self.model = filterset, filterset.queryset.model
        self.covers = Covers() if covers is None else covers
        self.owner = self.model._meta.model_name
        self.counted, self.records_kept, self.sets_kept = {}, {}, {}

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
        """The records asked for but for this facet; all facets without choices of their own share theirs."""
        key = self.own(name)
        if key not in self.records_kept:
            self.records_kept[key] = self.filterset.without(key).order_by()
        return self.records_kept[key]

    def own(self, name):
        """The facet where something is chosen in it, else ""."""
        return name if self.filterset.asked(name) else ""

    def of_column(self, name):
        column = self.filterset.COLUMNS[name]
        return Counter(dict(self.records(name).values_list(column).annotate(Count("pk"))))

    def of_indicators(self):
        found = self.records("indicator").values_list("indicator__key").annotate(Count("pk"))
        return Counter({key: number for key, number in found if key})

    def of_coverage(self):
        kinds = {kind: Count("pk", filter=COVERAGE[kind]) for kind, _label in SOURCED}
        return Counter(self.records("sourced").aggregate(**kinds))

    def of_topics(self):
        through = self.model.topics.through.objects
        found = through.filter(**{f"{self.owner}__in": self.records("topic").values("pk")})
        return Counter(dict(found.values_list("topic__key").annotate(Count("pk"))))

    def of_sources(self):
        """A source counts where it is cited and where what is cited names it as its own origin."""
        mine = Citation.objects.filter(
            **{f"{self.owner}__in": self.records("source").values("pk")}
        ).order_by()
        cited = mine.values_list("source__key").annotate(n=Count(f"{self.owner}_id", distinct=True))
        named = mine.filter(quoted_in__isnull=False).values_list(f"{self.owner}_id", "quoted_in__key")
        only_named = set(named.distinct())  # those that name an origin are few
        if only_named:
            both = mine.filter(source__key__in={key for _record, key in only_named})
            only_named -= set(both.values_list(f"{self.owner}_id", "source__key"))
        return Counter(dict(cited)) + Counter(key for _record, key in only_named)

    # Places: a city counts for its region and its country, a group for each of its members.

    def of_places(self, name):
        return self.covers.asked_for(self.sets_without(name))

    def sets_without(self, name):
        key = self.own(name)
        if key not in self.sets_kept:
            self.sets_kept[key] = place_sets(self.records(name))
        return self.sets_kept[key]

    # The places of the very list: no choice is left out.

    def involved(self):
        """{code: number of records of the list} in which a place, anything inside it or a group it belongs to
        takes part."""
        return self.of_places("") if self.filterset.is_answerable else Counter()

    def themselves(self):
        """{place: number of records of the list} in which it stands itself, or by an organisation or person of it."""
        found = Counter()
        for places, number in self.sets_without("").items() if self.filterset.is_answerable else ():
            found.update(dict.fromkeys(places, number))
        return found

    def of_areas(self, name):
        rows = self.records(name).values_list(AREAS[name]).annotate(n=Count("pk"))
        return self.covers.asked_for({(place,): number for place, number in rows if place})

    # Decades.

    def decades(self):
        """[(first year, number of records)] from the first decade of this list to its last."""
        return self.of_decades(decades_between(*self.bounds())) if self.filterset.is_answerable else []

    def bounds(self):
        """The first and the last day of all records of the type, None where there is none."""
        bounds = self.filterset.queryset.aggregate(first=Min("first_day"), last=Max("last_day"))
        return bounds["first"], bounds["last"]

    def of_decades(self, years):
        """Without undated records, which would stand in every decade alike."""
        within = {
            f"d{year}": Count("pk", filter=overlap_with(Period.years(year, year + 9), undated=False))
            for year in years
        }
        numbers = self.filterset.without("year_from", "year_to").order_by().aggregate(**within)
        return [(year, numbers[f"d{year}"]) for year in years]


class Covers:
    """{place: codes of the questions in which it takes part}, loaded once: the other way round of
    PlaceQuerySet.within()."""

    def codes(self, places):
        """The codes of all questions in which one of these places takes part."""
        return set().union(*(self.found[place] for place in places))

    def asked_for(self, sets):
        """{code: number of records} of {places: number of records}."""
        counts = Counter()
        for places, number in sets.items():
            counts.update(dict.fromkeys(self.codes(places), number))
        return counts

    @cached_property
    def found(self):
        places = Place.objects.order_by().values_list("pk", "code", "parent_id")
        code = {pk: own for pk, own, _parent in places}
        parent = {pk: above for pk, _own, above in places}
        found = {}
        for pk in code:
            upwards = (pk, parent[pk], parent.get(parent[pk]))
            found[pk] = {code[one] for one in upwards if one}
        for group, member in Place.members.through.objects.values_list("from_place_id", "to_place_id"):
            found[group].update(code[one] for one in (member, parent[member]) if one)
        return found


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


def place_sets(records):
    """{places that take part in a record: number of such records}; places are sets of primary keys."""
    records = records.order_by()
    owner = records.model._meta.model_name
    if owner == "observation":
        rows = records.values_list("ref_area_id", "counterpart_area_id").annotate(n=Count("pk"))
        sets = ((frozenset(filter(None, areas)), number) for *areas, number in rows)
    else:
        of_record = defaultdict(set)
        taking_part = Participation.objects.filter(**{f"{owner}__in": records.values("pk")})
        columns = (f"{owner}_id", "place_id", "organization__place_id", "person__place_id")
        for record, *places in taking_part.exclude(role__in=NOT_INVOLVED).order_by().values_list(*columns):
            of_record[record].update(filter(None, places))
        sets = ((frozenset(places), 1) for places in of_record.values())
    found = Counter()
    for places, number in sets:
        found[places] += number
    return found
