"""What each citation of a row vouches for: it was given for a value, and says nothing of another one."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from relations.models.rechecks import CitedPlace
from relations.models.row_cache import FlatRow, packed, unpacked

from .coverage import FIGURE_PARTS, facts_stated

if TYPE_CHECKING:
    from .resource import SheetResource


def vouched_values(resource: type[SheetResource], row: FlatRow) -> dict[CitedPlace, str]:
    """{cited place: the cells that it supports, as one text}.

    A citation of the whole record vouches for the facts that have no citation of their own.
    """
    if resource.citations is None:
        return {}
    places = [place for slot in resource.citations.slots_of_row(row) for place in slot.places()]
    cited = {place.field for place in places}
    rest = packed({name: row[name] for name in facts_stated(resource, row) if name not in cited})
    return {place: cells_of(row, place.field) if place.field else rest for place in places}


def cells_of(row: FlatRow, name: str) -> str:
    """The cells of one fact; those of a figure belong together."""
    names = sorted(FIGURE_PARTS) if name in FIGURE_PARTS else [name]
    return packed({one: row.get(one, "") for one in names})


def says_something_else(vouched: str, stated: str) -> bool:
    """Whether anything stated is not what was vouched for; what is no longer stated needs nobody to vouch for it."""
    if vouched == stated:
        return False
    before = unpacked(vouched)
    return any(cell and cell != before.get(name) for name, cell in unpacked(stated).items())


def facts_only_outdated(
    resource: type[SheetResource], row: FlatRow, marked: Mapping[CitedPlace, str]
) -> list[str]:
    """The facts that no citation supports but those to be checked again, `marked` with what they vouched for.

    A citation of the whole record does not support a fact that has citations of its own. Of the other facts, those
    that have changed are named.
    """
    if not marked:
        return []
    places = vouched_values(resource, row)
    sound = {place.field for place in places if place not in marked}
    outdated_fields = {place.field for place in places if place in marked} - sound
    names = outdated_fields - {""}
    if "" in outdated_fields:
        rest = set(facts_stated(resource, row)) - {place.field for place in places}
        vouched = [unpacked(cells) for place, cells in marked.items() if not place.field]
        changed = {name for name in rest if any(cells.get(name) != row[name] for cells in vouched)}
        names |= changed or rest
    return [name for name in resource.names() if name in names]


def outdated(
    before: Mapping[CitedPlace, str], after: Mapping[CitedPlace, str], confirmed: Collection[CitedPlace]
) -> set[CitedPlace]:
    """The places that were cited for another value, and that nobody has confirmed for the present one."""
    return {
        place
        for place, value in after.items()
        if place in before and says_something_else(before[place], value) and place not in confirmed
    }
