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
        key = name if self.filterset.asked(name) else ""
        if key not in self.pairs_kept:
            self.pairs_kept[key] = self.pairs(self.records(name))
        return counted(
            (record, code) for record, place in self.pairs_kept[key] for code in self.covers[place]
        )

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
        if not self.filterset.is_answerable:
            return []
        bounds = self.filterset.queryset.aggregate(first=Min("first_day"), last=Max("last_day"))
        if not bounds["first"] or not bounds["last"]:
            return []
        records = self.filterset.without("year_from", "year_to").order_by()
        first, last = bounds["first"].year // 10 * 10, bounds["last"].year
        years = range(first, last + 1, 10)
        within = {
            f"d{year}": Count("pk", filter=self.filterset.within(Period.years(year, year + 9)))
            for year in years
        }
        numbers = records.aggregate(**within)
        return [(year, numbers[f"d{year}"]) for year in years]


def counted(pairs):
    """{value: number of records} of (record, value) pairs, each pair once."""
    return Counter(value for _record, value in set(pairs))
