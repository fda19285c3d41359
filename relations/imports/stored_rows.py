"""Loads the stored rows that a sheet mentions, and recognises rows of the sheet that equal them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any, NamedTuple

from relations.models.bulk import find
from relations.models.row_cache import unpacked
from relations.rows.citation_parts import NEW_SOURCE
from relations.rows.lookups import Lookups
from relations.rows.resource import SheetResource
from relations.rows.row_change import RowChange
from relations.rows.sheet_row import SheetRow

from .header import Header


class StoredRow(NamedTuple):
    """A record as the register has it; `row` is its flat row as it is kept, `state` empty where it has none."""

    pk: int
    state: str
    row: str


def stored_rows(resource: type[SheetResource], keys: Sequence[str]) -> dict[str, StoredRow]:
    """{key: stored row} of those keys that the register knows."""
    fields = [resource.key_field, "id", "row"] + (["state"] if resource.citations else [])
    found = find(resource.model, fields, keys)
    return {key: StoredRow(pk, state[0] if state else "", row) for key, pk, row, *state in found}


def rows_of_records(records: Mapping[str, Any]) -> dict[str, StoredRow]:
    """The same of records that are there already."""
    return {key: StoredRow(one.pk, getattr(one, "state", ""), one.row) for key, one in records.items()}


class IdenticalRows:
    """Rows whose cells are identical to the stored row, as most rows of a repeated import are.

    They need no parsing. `used_keys` are the keys of the sheet so far.
    """

    def __init__(self, header: Header, lookups: Lookups, used_keys: set[str]) -> None:
        self.lookups, self.used_keys = lookups, used_keys
        self.key_at = header.index("key")
        names = [name for name in header.indexes if name in header.resource.names()]
        self.names, self.blanks = names, [""] * len(names)
        self.given = header.given
        self.is_possible = self.key_at is not None and header.given.isdisjoint(NEW_SOURCE)
        if self.is_possible:
            self.cells_of = itemgetter(*(header.indexes[name] for name in names), self.key_at)
            self.padding = [""] * (max(header.indexes.values()) + 1)

    def changes(self, rows: Iterable[SheetRow], stored: dict[str, StoredRow]) -> dict[int, RowChange]:
        """{row number: a change that changes nothing}."""
        found = ((row, self.identical(row, stored)) for row in rows) if self.is_possible and stored else ()
        return {row.number: change for row, change in found if change}

    def identical(self, row: SheetRow, stored: dict[str, StoredRow]) -> RowChange | None:
        key, width = row.cell(self.key_at), len(row.cells)
        if key not in stored or key in self.used_keys:
            return None
        pk, state, packed_row = stored[key]
        before = unpacked(packed_row)
        cells = row.cells + self.padding[width:] if width < len(self.padding) else row.cells
        if (*map(before.get, self.names, self.blanks), key) != self.cells_of(cells):
            return None
        self.used_keys.add(key)
        return RowChange(
            row, self.lookups, self.given, key, None, False, pk, state, before, packed_row, before
        )
