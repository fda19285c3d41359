"""Which citations must be checked again before a row is public, and confirming them."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from relations.models import Recheck, Revision
from relations.models.rechecks import CitedPlace, rechecks_of
from relations.models.row_cache import FlatRow
from relations.rows.resource import SheetResource
from relations.rows.vouching import outdated, says_something_else, vouched_values


def to_confirm(
    resource: type[SheetResource], pk: int, live: FlatRow, revision: Revision | None
) -> list[CitedPlace]:
    """The cited places that were given for another value than the row under review states."""
    return places_to_confirm(resource, live, revision, rechecks_of(resource.model, [pk])[pk])


def places_to_confirm(
    resource: type[SheetResource], live: FlatRow, revision: Revision | None, marks: Iterable[Recheck]
) -> list[CitedPlace]:
    """The same, where `marks` are the record's citations to be checked again."""
    if resource.citations is None:
        return []
    row = revision.row if revision else live
    places = vouched_values(resource, row)
    confirmed = confirmed_of(revision)
    marked = {
        mark.place
        for mark in marks
        if mark.place in places and says_something_else(mark.vouched, places[mark.place])
    }
    changed = changed_places(resource, live, revision) if revision else set()
    return sorted((marked | changed) - confirmed)


def changed_places(resource: type[SheetResource], live: FlatRow, revision: Revision) -> set[CitedPlace]:
    """The cited places that vouch for another value than a proposed change states, and that nobody has confirmed."""
    confirmed = confirmed_of(revision)
    return (
        outdated(vouched_values(resource, live), vouched_values(resource, revision.row), confirmed)
        - confirmed
    )


def confirmed_of(revision: Revision | None) -> set[CitedPlace]:
    return {CitedPlace(*place) for place in revision.confirmed} if revision else set()


def confirm(
    resource: type[SheetResource], pk: int, places: Collection[CitedPlace], revision: Revision | None
) -> None:
    """Somebody has checked that these places support what the row states; for a proposal, what it proposes."""
    if revision and places:
        revision.confirmed = sorted(confirmed_of(revision) | set(places))
        revision.save(update_fields=["confirmed"])
        return
    for mark in of_places(resource, pk, places):
        mark.delete()


def of_places(resource: type[SheetResource], pk: int, places: Iterable[CitedPlace]) -> list[Recheck]:
    wanted = set(places)
    return [mark for mark in rechecks_of(resource.model, [pk])[pk] if mark.place in wanted] if wanted else []
