"""Which records of a list are there only because a group of places takes part, not the chosen place itself."""

from collections.abc import Collection, Iterable, Sequence
from itertools import chain
from typing import Any

from relations.models import Membership, Place, Record
from relations.models.places import is_within
from relations.queries.record_query import RecordQuery

#: the parameters by which a list is filtered by who takes part
PLACES = ("country", "region", "with")
#: those that look at one side of a figure only
AREAS = {"area": "ref_area", "counterpart": "counterpart_area"}


def mark_groups(records: Iterable[Record], query: RecordQuery, within: Sequence[str] = ()) -> None:
    """Sets `through` of each record: the groups that bring it into the list; `within` are further places chosen."""
    records = list(records)
    chosen = [(name, query.value(name)) for name in (*PLACES, *AREAS) if name in query.form.fields]
    chosen += [("country", [code]) for code in within]
    for name, codes in chosen:
        if codes:
            mark(records, {record: places_of(record, name) for record in records}, codes)


def places_of(record: Any, name: str) -> list[Place]:
    """The places of a record that a parameter looks at."""
    found = [getattr(record, AREAS[name])] if name in AREAS else [one.place for one in record.taking_part()]
    return [place for place in found if place]


def mark(records: Iterable[Any], places: dict[Any, list[Place]], codes: Collection[str]) -> None:
    indirect = [record for record in records if not any(is_within(place, codes) for place in places[record])]
    named = {place for place in chain(*(places[record] for record in indirect)) if place.is_group}
    memberships = Membership.objects.of(codes).filter(group__in=named) if named else ()
    for record in indirect:
        held = {one.group_id for one in memberships if one.holds(record.possible_days)}
        groups = [place for place in places[record] if place.pk in held]
        record.through = list(dict.fromkeys([*getattr(record, "through", ()), *groups]))
