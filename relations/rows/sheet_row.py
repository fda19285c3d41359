"""SheetRow: a row of a sheet with the numbers that its author sees."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class SheetRow(NamedTuple):
    """`number` counts from 1 as spreadsheets do; `cells` are texts, without empty ones at the end.

    `width` is the number of cells in the file, empty ones included. A row that was made from a part of another one
    has a number of its own; `origin` is the number of that other row, and `sources` are the columns in it that the
    cells come from, None for what stands in no cell. `kind` is the word for a row that is no record, such as a total;
    it is passed over. `is_bare` is a row of which only the values can be seen, not the
    formats of its numbers.
    """

    number: int
    cells: list[str]
    width: int = 0
    origin: int = 0
    sources: tuple[int | None, ...] = ()
    is_bare: bool = False
    kind: StrOrPromise = ""

    @property
    def shown_number(self) -> int:
        """The number that the author sees."""
        return self.origin or self.number

    def cell(self, index: int | None) -> str:
        """The text of one cell; empty beyond the last filled one and where a sheet lacks the column."""
        return self.cells[index] if index is not None and index < len(self.cells) else ""
