"""The order of the rows of a sheet that name each other, as a region names its country."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from relations.rows.sheet_row import SheetRow
from relations.text.normalize import fold

from .header import Header

#: the columns by which another row may name a row
NAMES = ("key", "name_ru", "name_en")


def in_waves(header: Header, rows: Sequence[SheetRow]) -> Iterator[list[SheetRow]]:
    """The rows in parts, each after those that its rows name; what names each other in a circle comes last."""
    own = {fold(cell): i for name in NAMES for i, cell in enumerate(cells_of(header, rows, name)) if cell}
    needed = [
        {own[fold(text)] for text in named_by(header, row) if fold(text) in own} - {i}
        for i, row in enumerate(rows)
    ]
    done: set[int] = set()
    rest = list(range(len(rows)))
    while rest:
        ready = [i for i in rest if needed[i] <= done] or rest
        yield [rows[i] for i in ready]
        done.update(ready)
        rest = [i for i in rest if i not in done]


def cells_of(header: Header, rows: Sequence[SheetRow], name: str) -> list[str]:
    at = header.index(name)
    return [row.cell(at) for row in rows]


def named_by(header: Header, row: SheetRow) -> list[str]:
    """What a row says of others of its type, as it is written."""
    cells = {name: row.cell(header.index(name)) for name in header.resource.own_references}
    return header.resource.others_named(cells)
