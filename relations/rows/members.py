"""Column of the members of a group of places: “BE 1958-01-01/.. eu-countries; KZ”.

Each entry is the code of a member, the time of its membership and the key of the source of that time, where they are
known. If the two dates have different sources, both are named: “TM 1991-12-21/2005-08-26 one-source/another”.
"""

from __future__ import annotations

import re
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
    from .columns import Label
    from .lookups import Lookups
    from .row_change import RowChange

#: a date of a membership that is not known
OPEN = ".."
ENTRY = re.compile(
    r"(?P<code>\S+)(?: (?P<joined>[^ /]+)/(?P<left>[^ /]+)(?: (?P<source>[^ /]+)(?:/(?P<other>[^ /]+))?)?)?"
)
UNREADABLE = _(
    "“%(entry)s” cannot be read as a member: write its code, or its code, its dates and the key of their source,"
    " such as BE 1958-01-01/.. key."
)
TWICE = _("The same member is given twice.")


class Member(NamedTuple):
    """A place in a group, since and until when, with the keys of the sources of these dates, as far as known."""

    place: Place
    joined: Period = Period()
    joined_source: str = ""
    left: Period = Period()
    left_source: str = ""

    @property
    def cell(self) -> str:
        if not self.joined and not self.left:
            return self.place.code
        keys = "/".join(dict.fromkeys(key for key in (self.joined_source, self.left_source) if key))
        return f"{self.place.code} {self.joined or OPEN}/{self.left or OPEN} {keys}".rstrip()

    def membership(self, lookups: Lookups) -> Membership:
        """As it is stored, without its group."""
        joined, left = (
            lookups.sources.find(key) if key else None for key in (self.joined_source, self.left_source)
        )
        return Membership(
            member=self.place,
            joined=self.joined,
            joined_source_id=joined,
            left=self.left,
            left_source_id=left,
        )


class Members(RelatedColumn):
    """Sorted by code, since the order of members means nothing."""

    relation = "memberships"

    def __init__(self) -> None:
        super().__init__("members", _("members of the group"))

    @property
    def help_text(self) -> Label:
        return _(
            "Of a group: the codes of its members, each with the time of its membership and the key of the source"
            " of that time, such as BE 1958-01-01/.. key."
        )

    def value_of(self, record: Place) -> tuple[Member, ...]:
        return in_order(member_of(one) for one in record.memberships.all())

    def render(self, value: Iterable[Member]) -> str:
        return join(member.cell for member in value)

    def cells(self) -> dict[int, str]:
        """{primary key of a group: cell}"""
        groups = Place.objects.filter(pk__in=Membership.objects.values("group")).for_row().order_by()
        return {group.pk: self.cell_of(group) for group in groups}

    def parse(self, cell: str, lookups: Lookups) -> tuple[Member, ...]:
        found = in_order(self.member(text, lookups) for text in split(cell) if text)
        if len({member.place.code for member in found}) < len(found):
            raise Problem("members.twice", TWICE)
        for one in found:
            for problem in one.membership(lookups).problems().values():
                raise problem
        return found

    @staticmethod
    def member(entry: str, lookups: Lookups) -> Member:
        match = ENTRY.fullmatch(entry)
        if not match:
            raise Problem("members.unreadable", UNREADABLE, entry=entry[:200])
        joined, left = (
            Period.parse("" if one in (None, OPEN) else one) for one in match.group("joined", "left")
        )
        first, other = match["source"] or "", match["other"] or match["source"] or ""
        return Member(
            lookups.places.find(match["code"]), joined, first if joined else "", left, other if left else ""
        )

    def entry_in_words(self, text: str, lookups: Lookups) -> str:
        """“Uzbekistan (May 2004 – 2019; key-of-the-source)”"""
        one = self.member(text, lookups)
        if not one.joined and not one.left:
            return one.place.name
        dates = " – ".join(
            phrase(date, reader_language()) if date else "…" for date in (one.joined, one.left)
        )
        keys = dict.fromkeys(key for key in (one.joined_source, one.left_source) if key)
        return f"{one.place.name} ({'; '.join((dates, *keys))})"

    def store(self, new: Sequence[RowChange], changed: Sequence[RowChange]) -> None:
        Membership.objects.filter(group__in=[change.pk for change in changed]).delete()
        rows = (
            (change.pk, *stored_values(one.membership(change.lookups)))
            for change in (*new, *changed)
            for one in change.related[self]
        )
        insert(Membership, ("group", "member", *DATES), rows)


DATES = ("joined", "joined_source", "left", "left_source", "held_from", "held_to")


def stored_values(one: Membership) -> tuple[object, ...]:
    """The values of its columns after the group."""
    dates = (one.joined, one.joined_source_id, one.left, one.left_source_id)
    return (one.member_id, *dates, *one.days)


def member_of(one: Membership) -> Member:
    """A source without its date says nothing."""
    joined_source = one.joined_source.key if one.joined and one.joined_source else ""
    left_source = one.left_source.key if one.left and one.left_source else ""
    return Member(one.member, one.joined, joined_source, one.left, left_source)


def in_order(members: Iterable[Member]) -> tuple[Member, ...]:
    return tuple(sorted(members, key=lambda member: member.place.code))


def code_of(text: str) -> str:
    """The code of the place in “UZ 2004-05/2019 key”."""
    return text.partition(" ")[0]
