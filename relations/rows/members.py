"""The members of a group of places as one cell: “BE 1958-01-01/.. eu-countries; KZ”.

Each entry is the code of a member, the time of its membership and the source of that time, where they are known. If the
two dates have different sources, both are named: “TM 1991-12-21/2005-08-26 one-source/another”.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from relations.errors import Problem
from relations.models import Membership, Place, Source
from relations.models.places import MembershipQuerySet
from relations.text.cell_syntax import join

from .columns import Column, Label

ENTRY = re.compile(
    r"(?P<code>\S+)(?: (?P<joined>[^ /]+)/(?P<left>[^ /]+) (?P<source>[^ /]+)(?:/(?P<other>[^ /]+))?)?"
)
UNREADABLE = _(
    "“%(entry)s” cannot be read as a member: write its code, or its code, its dates and the key of their source,"
    " such as BE 1958-01-01/.. key."
)


class Members(Column):
    """The members of each group; empty for other places."""

    has_field = False
    is_related = True

    def __init__(self) -> None:
        super().__init__("members", _("members"))

    @property
    def help_text(self) -> Label:
        return _(
            "Of a group: the codes of its members, each with the time of its membership and the key of the source"
            " of that time, such as BE 1958-01-01/.. key."
        )

    @staticmethod
    def cells() -> dict[int, str]:
        """{primary key of a group: cell}"""
        entries: defaultdict[int, list[str]] = defaultdict(list)
        for one in in_order(Membership.objects.all()):
            entries[one.group_id].append(entry_of(one))
        return {group: join(found) for group, found in entries.items()}


def in_order(memberships: MembershipQuerySet) -> list[Membership]:
    """By the codes of the members, in the order of bytes on every database."""
    found = memberships.select_related("member", "joined_source", "left_source").order_by()
    return sorted(found, key=lambda one: one.member.code)


def entry_of(one: Membership) -> str:
    keys = [source.key for source in one.sources]
    return " ".join(filter(None, (one.member.code, str(one.period), "/".join(keys))))


def read_entry(entry: str) -> Membership:
    """The membership of an entry, without its group. Problem if it cannot be read or names what is not there."""
    match = ENTRY.fullmatch(entry)
    if not match:
        raise Problem("members.unreadable", UNREADABLE, entry=entry)
    member = Place.objects.filter(code=match["code"]).first()
    if not member:
        raise Problem(
            "members.unknown", _("“%(entry)s” names a place that is not in the register."), entry=entry
        )
    found = Membership(member=member)
    for name, key in (("joined", match["source"]), ("left", match["other"] or match["source"])):
        if match[name] not in (None, ".."):
            setattr(found, name, match[name])
            setattr(found, f"{name}_source", source_of(key, entry))
    return found


def source_of(key: str, entry: str) -> Source:
    found = Source.objects.filter(key=key).first()
    if not found:
        raise Problem(
            "members.source", _("“%(entry)s” names a source that is not in the register."), entry=entry
        )
    return found


def set_members(group: Place, entries: Iterable[str]) -> bool:
    """Stores exactly these members of a group; returns whether anything has changed. Problem as read_entry()."""
    before = {entry_of(one): one for one in in_order(Membership.objects.filter(group=group))}
    wanted = {one.member_id: one for one in map(read_entry, entries)}
    new = [one for one in wanted.values() if entry_of(one) not in before]
    gone = before.keys() - {entry_of(one) for one in wanted.values()}
    Membership.objects.filter(pk__in=[before[entry].pk for entry in gone]).delete()
    for one in new:
        one.group = group
        one.save()
    return bool(new or gone)
