"""SheetRow: a row of a sheet with the numbers that its author sees."""

from typing import NamedTuple


class SheetRow(NamedTuple):
    """`number` counts from 1 as spreadsheets do; `cells` are texts, without empty ones at the end.

    `width` is the number of cells in the file, empty ones included. `is_bare` is a row of which only the values can be
    seen, not the formats of its numbers.
    """

    number: int
    cells: list[str]
    width: int = 0
    is_bare: bool = False

    def cell(self, index: int | None) -> str:
        """The text of one cell; empty beyond the last filled one and where a sheet lacks the column."""
        return self.cells[index] if index is not None and index < len(self.cells) else ""
