"""Places that a record counts for: its participants, and the places that contain them."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import cached_property

from django.db.models import Count

from relations.filters.parameters import Records
from relations.models import Observation, Participation, Place
from relations.models.participations import NOT_INVOLVED

#: {value of a parameter: number of records}
FacetCounts = Counter[str]
#: primary keys of the places that take part in one record
PlaceSet = frozenset[int]
#: {places: number of records in which just these take part}
PlaceSetCounts = Counter[PlaceSet]


class PlaceHierarchy:
    """All places with the places that contain them, loaded once: the inverse of PlaceQuerySet.within()."""

    def codes(self, places: Iterable[int]) -> set[str]:
        """The codes that find a record with these places: their own, those of containing places and of
        groups.
        """
        return set().union(*(self.codes_of[place] for place in places))

    def counts(self, sets: PlaceSetCounts) -> FacetCounts:
        """A city counts for its region and its country, a group for each of its members."""
        counts: FacetCounts = Counter()
        for places, number in sets.items():
            counts.update(dict.fromkeys(self.codes(places), number))
        return counts

    @cached_property
    def codes_of(self) -> dict[int, set[str]]:
        rows = Place.objects.order_by().values_list("pk", "code", "parent_id")
        code = {pk: own for pk, own, _parent in rows}
        parent = {pk: above for pk, _own, above in rows}
        found = {}
        for pk in code:
            upwards = (pk, parent[pk], parent.get(parent[pk]))
            found[pk] = {code[place] for place in upwards if place}
        for group, member in Place.members.through.objects.values_list("from_place_id", "to_place_id"):
            found[group].update(code[place] for place in (member, parent[member]) if place)
        return found


def place_sets(records: Records) -> PlaceSetCounts:
    """How many of these records have which places."""
    records = records.order_by()
    return areas_of_figures(records) if records.model is Observation else participants_of_events(records)


def areas_of_figures(records: Records) -> PlaceSetCounts:
    found: PlaceSetCounts = Counter()
    rows = records.values_list("ref_area_id", "counterpart_area_id").annotate(n=Count("pk"))
    for *areas, number in rows:
        found[frozenset(filter(None, areas))] += number
    return found


def participants_of_events(records: Records) -> PlaceSetCounts:
    owner = records.model._meta.model_name
    of_record: defaultdict[int, set[int]] = defaultdict(set)
    taking_part = Participation.objects.filter(**{f"{owner}__in": records.values("pk")})
    columns = (f"{owner}_id", "place_id", "organization__place_id", "person__place_id")
    for record, *places in taking_part.exclude(role__in=NOT_INVOLVED).order_by().values_list(*columns):
        of_record[record].update(filter(None, places))
    return Counter(frozenset(places) for places in of_record.values())
