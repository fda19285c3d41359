"""Places that a record counts for: its participants, and the places that contain them."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from functools import cached_property
from typing import NamedTuple

from django.db.models import Case, Count, DateField, F, Q, When

from relations.filters.parameters import Records
from relations.models import Membership, Observation, Participation, Place
from relations.models.participations import NOT_INVOLVED
from relations.values.readings import Bounds

#: {value of a parameter: number of records}
FacetCounts = Counter[str]


class PlaceSet(NamedTuple):
    """Primary keys of the places that take part in one record.

    Its days are given only where one of the places is a group whose members joined or left on a date.
    """

    places: frozenset[int]
    first_day: date | None = None
    last_day: date | None = None


#: {places: number of records in which just these take part}
PlaceSetCounts = Counter[PlaceSet]


class DatedMember(NamedTuple):
    """The codes that a member of a group is found by, while its membership holds."""

    membership: Membership
    codes: set[str]


class PlaceHierarchy:
    """All places with the places that contain them, loaded once: the inverse of PlaceQuerySet.within()."""

    def codes(self, found: PlaceSet) -> set[str]:
        """The codes that find a record with these places: their own, those of containing places and of
        members of groups.
        """
        codes: set[str] = set().union(*(self.codes_of[place] for place in found.places))
        days = Bounds(found.first_day, found.last_day)
        for place in found.places:
            for membership, members in self.dated_members.get(place, ()):
                if membership.holds(days):
                    codes |= members
        return codes

    def counts(self, sets: PlaceSetCounts) -> FacetCounts:
        """A city counts for its region and its country, a group for each of its members."""
        counts: FacetCounts = Counter()
        for places, number in sets.items():
            counts.update(dict.fromkeys(self.codes(places), number))
        return counts

    @cached_property
    def codes_of(self) -> dict[int, set[str]]:
        """The codes of places, of those that contain them, and of undated members."""
        return self._loaded[0]

    @cached_property
    def dated_members(self) -> dict[int, list[DatedMember]]:
        """The members of groups from or until a date."""
        return self._loaded[1]

    @cached_property
    def _loaded(self) -> tuple[dict[int, set[str]], dict[int, list[DatedMember]]]:
        rows = Place.objects.order_by().values_list("pk", "code", "parent_id")
        code = {pk: own for pk, own, _parent in rows}
        parent = {pk: above for pk, _own, above in rows}
        codes_of = {}
        for pk in code:
            upwards = (pk, parent[pk], parent.get(parent[pk]))
            codes_of[pk] = {code[place] for place in upwards if place}
        dated: defaultdict[int, list[DatedMember]] = defaultdict(list)
        for one in Membership.objects.order_by():
            member = {code[place] for place in (one.member_id, parent[one.member_id]) if place}
            if one.is_dated:
                dated[one.group_id].append(DatedMember(one, member))
            else:
                codes_of[one.group_id] |= member
        return codes_of, dated


def place_sets(records: Records) -> PlaceSetCounts:
    """How many of these records have which places."""
    records = records.order_by()
    return areas_of_figures(records) if records.model is Observation else participants_of_events(records)


def days_where_needed(columns: Iterable[str], to_record: str = "") -> dict[str, Case]:
    """The days of a record, only where one of the columns names a group whose members joined or left on a date.

    Without them, records with the same places are counted together.
    """
    groups = Membership.objects.dated().values("group")
    is_dated = Q(*((f"{column}__in", groups) for column in columns), _connector=Q.OR)
    return {
        f"needed_{day}": Case(When(is_dated, then=F(f"{to_record}{day}")), output_field=DateField())
        for day in ("possible_from", "possible_to")
    }


def areas_of_figures(
    records: Records, columns: Sequence[str] = ("ref_area_id", "counterpart_area_id")
) -> PlaceSetCounts:
    """`columns`: the areas that count."""
    found: PlaceSetCounts = Counter()
    days = days_where_needed(columns)
    rows = records.order_by().annotate(**days).values_list(*columns, *days).annotate(n=Count("pk"))
    for *areas, first, last, number in rows:
        if places := frozenset(filter(None, areas)):
            found[PlaceSet(places, first, last)] += number
    return found


def participants_of_events(records: Records) -> PlaceSetCounts:
    owner = records.model._meta.model_name
    of_record: defaultdict[int, set[int]] = defaultdict(set)
    days_of_record: dict[int, tuple[date | None, date | None]] = {}
    taking_part = Participation.objects.filter(**{f"{owner}__in": records.values("pk")})
    columns = ("place_id", "organization__place_id", "person__place_id")
    days = days_where_needed(columns, f"{owner}__")
    counted = taking_part.exclude(role__in=NOT_INVOLVED).order_by().annotate(**days)
    for record, first, last, *places in counted.values_list(f"{owner}_id", *days, *columns):
        of_record[record].update(filter(None, places))
        if first or last:
            days_of_record[record] = first, last
    return Counter(
        PlaceSet(frozenset(places), *days_of_record.get(record, ())) for record, places in of_record.items()
    )
