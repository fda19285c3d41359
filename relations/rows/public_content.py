"""What of a row readers see, and whether two rows say something different to them.

Private columns, the key, and what is derived from other columns are no content.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from relations.models.row_cache import FlatRow

from .citation_slots import Slot
from .columns import Derived, Key
from .merging import Clash, Group, ListGroup, groups_of

if TYPE_CHECKING:
    from .resource import SheetResource


def content_names(resource: type[SheetResource]) -> list[str]:
    """The names of the columns whose change is a change for readers."""
    return [
        column.name
        for column in resource.columns()
        if not column.is_private and not isinstance(column, (Derived, Key))
    ]


def changed_groups(resource: type[SheetResource], before: FlatRow, after: FlatRow) -> list[Group]:
    """The columns in which two rows say something different to readers, whatever the order of lists."""
    rows = resource.content_of(before), resource.content_of(after)
    found = []
    for group in groups_of(resource):
        one, other = (group.cells(row) for row in rows)
        if one != other and not group.says_the_same(one, other) and not has_same_items(group, one, other):
            found.append(group)
    return found


def has_same_items(group: Group, one: FlatRow, other: FlatRow) -> bool:
    """Whether two lists differ in their order alone."""
    if not isinstance(group, ListGroup):
        return False
    try:
        items = [
            sorted(repr(unordered(item)) for _identity, item in group.read(cells)) for cells in (one, other)
        ]
    except Clash:  # of an old row, which is no longer read
        return False
    return items[0] == items[1]


def unordered(item: object) -> object:
    """The item without the order of what a citation supports."""
    return replace(item, fields=tuple(sorted(item.fields))) if isinstance(item, Slot) else item
