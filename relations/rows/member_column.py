"""Column of the members of a group of places, each with the dates of its membership: “KZ; UZ 2004-05/2019”."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from django.utils.translation import gettext_lazy as _

from relations.errors import Problem
from relations.models import Membership, Place
from relations.models.bulk import insert
from relations.models.named import reader_language
from relations.text.cell_syntax import join, split
from relations.values.period import Period
from relations.values.period_format import phrase

from .related_columns import RelatedColumn

if TYPE_CHECKING:
    from .lookups import Lookups
    from .row_change import RowChange

#: the date of a membership that is not known
OPEN = ".."


class Member(NamedTuple):
    """A place in a group, with the dates since and until when, as far as they are known."""

    place: Place
    joined: Period = Period()
    left: Period = Period()

    @property
    def cell(self) -> str:
        if not self.joined and not self.left:
            return self.place.code
        return f"{self.place.code} {self.joined or OPEN}/{self.left or OPEN}"


class Members(RelatedColumn):
    """Sorted by code, since the order of members means nothing."""

    relation = "memberships"

    def value_of(self, record: Place) -> tuple[Member, ...]:
        found = (Member(one.member, one.joined, one.left) for one in record.memberships.all())
        return in_order(found)

    def render(self, value: Iterable[Member]) -> str:
        return join(member.cell for member in value)

    def parse(self, cell: str, lookups: Lookups) -> tuple[Member, ...]:
        found = in_order(self.member(text, lookups) for text in split(cell) if text)
        if len({member.place for member in found}) < len(found):
            raise Problem("member.twice", TWICE)
        return found

    @staticmethod
    def member(text: str, lookups: Lookups) -> Member:
        code, _blank, time = text.partition(" ")
        dates = [part.strip() for part in time.split("/")] if time else [OPEN, OPEN]
        if len(dates) != 2:
            message = _("Write a member as its code, or its code and its dates, such as UZ 2004-05/2019.")
            raise Problem("member.form", message)
        return Member(lookups.places.find(code), *(Period.parse("" if one == OPEN else one) for one in dates))

    def in_words(self, text: str, lookups: Lookups) -> str:
        """“Uzbekistan (May 2004 – 2019)”"""
        who, joined, left = self.member(text, lookups)
        dates = [phrase(date, reader_language()) if date else "…" for date in (joined, left)]
        return f"{who.name} ({' – '.join(dates)})" if joined or left else who.name

    def store(self, new: Sequence[RowChange], changed: Sequence[RowChange]) -> None:
        Membership.objects.filter(group__in=[change.pk for change in changed]).delete()
        rows = (
            (change.pk, *(member_values(one))) for change in (*new, *changed) for one in change.related[self]
        )
        insert(Membership, ("group", "member", "joined", "left"), rows)


def code_of(text: str) -> str:
    """The code of the place in “UZ 2004-05/2019”."""
    return text.partition(" ")[0]


TWICE = _("The same member is given twice.")


def in_order(members: Iterable[Member]) -> tuple[Member, ...]:
    return tuple(sorted(members, key=lambda member: member.place.code))


def member_values(member: Member) -> tuple[int, Period, Period]:
    return member.place.pk, member.joined, member.left
