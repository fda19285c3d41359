"""Scope: whether a record is of the register’s subject, or context.

It is where a Central Asian side takes part together with Russia’s side. The rule is explained in docs/glossary.md.
"""

from collections import defaultdict
from collections.abc import Iterable
from enum import Enum
from functools import cached_property
from typing import NamedTuple

from relations.values.readings import Bounds

from .named import Named
from .participations import COUNTED_AS_PARTIES, NOT_INVOLVED
from .places import COUNTRIES, Membership, Place


class Side(Enum):
    """The two sides of the register."""

    RUSSIA = "russia"
    CENTRAL_ASIA = "central-asia"


BOTH = frozenset(Side)
SIDES = {code: Side.RUSSIA if code == "RU" else Side.CENTRAL_ASIA for code in COUNTRIES}


class TakingPart(NamedTuple):
    """A place, organisation or person in one role; the areas of a figure have none."""

    who: Named
    role: str = ""

    @property
    def place(self) -> Place | None:
        """The place that takes part, directly or by its organisation or person; None where the role does not count."""
        if self.role in NOT_INVOLVED:
            return None
        return self.who if isinstance(self.who, Place) else getattr(self.who, "place", None)


class GroupSides:
    """The sides of the members of groups, loaded once, and only if a group is met."""

    @cached_property
    def members(self) -> dict[int, list[Membership]]:
        found: defaultdict[int, list[Membership]] = defaultdict(list)
        for one in Membership.objects.select_related("member__parent__parent").order_by():
            found[one.group_id].append(one)
        return found

    def of(self, group: Place, days: Bounds, is_party: bool) -> set[Side]:
        """A group with members elsewhere counts only as a party: not everything about the CIS concerns both sides."""
        members = [one.member for one in self.members.get(group.pk, ()) if one.holds(days)]
        sides = {side_of(member) for member in members}
        return set() if None in sides and not is_party else {side for side in sides if side}


def side_of(place: Place) -> Side | None:
    """The side of a country, or of a place in it."""
    return SIDES.get(place.country.code) if place.country else None


def is_in_scope(taking_part: Iterable[TakingPart], days: Bounds, groups: GroupSides) -> bool:
    """Whether both sides take part in what may be of these days."""
    found: set[Side | None] = set()
    for one in taking_part:
        if one.place and one.place.is_group:
            found |= groups.of(one.place, days, one.role in COUNTED_AS_PARTIES)
        elif one.place:
            found.add(side_of(one.place))
    return found >= BOTH
