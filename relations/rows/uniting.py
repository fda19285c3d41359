"""Uniting: the row of one entity of the rows of two, chosen column by column; lists have the items of both."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from relations.errors import Problem
from relations.models import Citation
from relations.models.row_cache import FlatRow
from relations.text.cell_syntax import join, split

from .citation_slots import Slot
from .columns import Derived
from .differences import is_said_elsewhere
from .members import code_of
from .merging import (
    Citations,
    Clash,
    Group,
    ListGroup,
    Memberships,
    Parties,
    Party,
    Recomputed,
    groups_of,
    has_same_details,
)
from .resource import SheetResource

KEPT, MERGED, BOTH = "kept", "merged", "both"
#: the longest note of a citation
LONGEST_NOTE = 500
#: {the column where a name goes: the columns from which it comes}
OTHER_NAMES = {
    "other_names_ru": ("name_ru",),
    "other_names_en": ("name_en",),
    "alternative_titles": ("title_ru", "title_en"),
}


def differing(resource: type[SheetResource], kept: FlatRow, merged: FlatRow) -> list[Group]:
    """The groups of columns in which two rows differ and between which somebody may choose."""
    found = []
    for group in groups_of(resource):
        cells = group.cells(kept), group.cells(merged)
        if cells[0] == cells[1] or isinstance(group, Recomputed) or is_said_elsewhere(resource, group):
            continue
        if not any(isinstance(resource.column(name), Derived) for name in group.names):
            found.append(group)
    return found


def options(group: Group) -> tuple[str, ...]:
    return (KEPT, MERGED, BOTH) if isinstance(group, ListGroup) else (KEPT, MERGED)


def default_choice(group: Group, kept: FlatRow) -> str:
    """Lists have all items, and what only one has is kept; where both differ, the one that stays is right."""
    if isinstance(group, ListGroup):
        return BOTH
    return KEPT if group.cells(kept) else MERGED


def united(
    resource: type[SheetResource], kept: FlatRow, merged: FlatRow, choices: Mapping[str, str] | None = None
) -> FlatRow:
    """The row of the one that stays. `choices` are by the first column of a group. Raises Problem."""
    row = dict(kept)
    for group in differing(resource, kept, merged):
        choice = (choices or {}).get(group.names[0]) or default_choice(group, kept)
        if choice not in options(group):
            message = _("“%(choice)s” is no choice for “%(column)s”. Choose again.")
            label = str(resource.column(group.names[0]).label)
            raise Problem("merge.choice", message, choice=choice[:40], column=label)
        cells = group.cells(merged) if choice == MERGED else group.cells(kept)
        if choice == BOTH:
            cells = both(group, kept, merged)
        row |= {name: cells.get(name, "") for name in group.names}
    return {name: cell for name, cell in with_names(resource, row, kept, merged).items() if cell}


def both(group: Group, kept: FlatRow, merged: FlatRow) -> FlatRow:
    """The cells of a list with the items of both rows. Raises Problem."""
    assert isinstance(group, ListGroup)
    try:
        mine, theirs = (group.read(group.cells(row)) for row in (kept, merged))
        if isinstance(group, Citations):
            slots = united_slots([one for _place, one in mine], [one for _place, one in theirs])
            return group.render([(one.source, one) for one in slots])
        return group.render(list(items_of_both(group, mine, theirs).items()))
    except Clash as clash:
        message = _("The lists in “%(column)s” cannot be joined. Choose one of them.")
        raise Problem("merge.list", message, column=group.names[0]) from clash


def items_of_both(
    group: Group, mine: Iterable[tuple[Hashable, Any]], theirs: Iterable[tuple[Hashable, Any]]
) -> dict[Hashable, Any]:
    """Each item once; where both have it, what only one says of it is kept."""
    found = dict(mine)
    for identity, details in theirs:
        known = found.get(identity)
        if known is None:
            found[identity] = details
        elif isinstance(group, Parties):
            found[identity] = Party(known.name, known.status or details.status)
        elif isinstance(group, Memberships) and known == code_of(known):
            found[identity] = details
    return found


def with_names(resource: type[SheetResource], row: FlatRow, kept: FlatRow, merged: FlatRow) -> FlatRow:
    """The names that neither row would have any more become other names, so that they are still found."""
    row = dict(row)
    for column, names in OTHER_NAMES.items():
        if column not in resource.names():
            continue
        known = {row.get(name, "") for name in names} | set(split(row.get(column, "")))
        lost = [one[name] for one in (kept, merged) for name in names if one.get(name)]
        others = [*split(row.get(column, "")), *(name for name in dict.fromkeys(lost) if name not in known)]
        row[column] = join(name for name in others if name)
    return row


# Citations.


def united_slots(mine: Iterable[Slot], theirs: Iterable[Slot]) -> list[Slot]:
    """The citations of both; those of one place that say the same are one, with all that it supports.

    Raises Problem where one place is quoted in two ways for one fact.
    """
    found = list(mine)
    for slot in theirs:
        at = next((i for i, one in enumerate(found) if is_one(one, slot)), None)
        if at is None:
            found.append(slot)
        else:
            found[at] = joined_slot(found[at], slot)
    return found


def is_one(one: Slot, other: Slot) -> bool:
    """Whether two citations are of one place, and say the same or support the same."""
    if (one.source, one.where, one.quoted_in) != (other.source, other.where, other.quoted_in):
        return False
    return has_same_details(one, other) or bool(set(one.fields) & set(other.fields))


def joined_slot(one: Slot, other: Slot) -> Slot:
    fields = tuple(dict.fromkeys((*one.fields, *other.fields)))
    return replace(one, fields=fields, **joined_details(vars_of(one), vars_of(other)))


def vars_of(slot: Slot) -> dict[str, str]:
    names = ("confidence", "note_ru", "note_en", "quotation", "quotation_language")
    return {name: getattr(slot, name) for name in names}


def joined_details(one: Mapping[str, str], other: Mapping[str, str]) -> dict[str, str]:
    """What two citations of one place say beside it: both notes, the one quotation, the lower confidence.

    Raises Problem where there are two quotations, or the notes are too long together.
    """
    if one["quotation"] and other["quotation"] and one["quotation"] != other["quotation"]:
        message = _(
            "One place is quoted in two ways: “%(one)s” and “%(other)s”. Change or move one citation first."
        )
        raise Problem("merge.quotation", message, one=one["quotation"][:80], other=other["quotation"][:80])
    quoted = one if one["quotation"] else other
    levels = list(Citation.Confidence.values)
    return {
        "confidence": max(one["confidence"], other["confidence"], key=levels.index),
        "note_ru": joined_note(one["note_ru"], other["note_ru"]),
        "note_en": joined_note(one["note_en"], other["note_en"]),
        "quotation": quoted["quotation"],
        "quotation_language": quoted["quotation_language"],
    }


def joined_note(one: str, other: str) -> str:
    note = " / ".join(dict.fromkeys(filter(None, (one, other))))
    if len(note) > LONGEST_NOTE:
        message = _("The notes on one citation are too long together: “%(note)s”. Shorten one of them first.")
        raise Problem("merge.note", message, note=note[:80])
    return note
