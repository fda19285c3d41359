"""Refuses rows of a sheet by which a planned agreement, or an event that was not held, would get a signature."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from relations.models import Agreement, LinkKind, RecordLink
from relations.models.foreign_keys import LINKS, key_to
from relations.models.links import NOT_SIGNED_THERE, may_be_signed_at
from relations.registry import resource_named
from relations.rows.related_columns import Links
from relations.rows.resource import SheetResource
from relations.rows.row_change import RowChange
from relations.text.cell_syntax import split

from .findings import Findings

COLUMN = LinkKind.SIGNED_AT.value
ENDS = LINKS[key_to(Agreement)][COLUMN]


def refuse_unsigned(resource: type[SheetResource], changes: Sequence[RowChange], findings: Findings) -> None:
    """Compares the rows with the records at the other end of their links, in a constant number of queries."""
    touched = [change for change in changes if change.is_touched]
    if resource.model is Agreement:
        refuse_agreements(resource, touched, findings)
    elif key_to(resource.model) in ENDS:
        refuse_events(f"to_{key_to(resource.model)}", touched, findings)


def refuse_agreements(
    resource: type[SheetResource], changes: Sequence[RowChange], findings: Findings
) -> None:
    keys = {change.key: split(change.after.get(COLUMN, "")) for change in changes}
    events = events_of(resource, {key for found in keys.values() for key in found})
    for change in changes:
        at = (events[key] for key in keys[change.key] if key in events)
        if not all(may_be_signed_at(change.record, event) for event in at):
            findings.error(change.row, COLUMN, NOT_SIGNED_THERE)


def events_of(resource: type[SheetResource], keys: set[str]) -> dict[str, Any]:
    """The events with these keys; the first type that knows a key has it."""
    column = resource.column(COLUMN)
    found: dict[str, Any] = {}
    assert isinstance(column, Links)
    for end in reversed(column.ends) if keys else ():
        found.update((event.key, event) for event in resource_named(end).model.objects.filter(key__in=keys))
    return found


def refuse_events(end: str, changes: Sequence[RowChange], findings: Findings) -> None:
    not_held = {
        change.pk: change for change in changes if not change.is_new and not change.record.has_happened
    }
    if not_held:
        signed = RecordLink.objects.filter(kind=COLUMN, **{f"{end}__in": not_held})
        for pk in dict.fromkeys(signed.order_by(end).values_list(end, flat=True)):
            findings.error(not_held[pk].row, "", NOT_SIGNED_THERE)
