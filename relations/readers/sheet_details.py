"""SheetDetails: what a reader of a workbook finds beside the values of the cells, whatever the format."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeVar

from .number_formats import Make
from .workbook_pieces import Place

#: the most remarks of each kind; what is left out is said of more cells
MOST_REMARKS, MOST_STRUCK, MOST_LINKS = 20, 1000, 100_000
#: links that a register can keep, and how long one may be
ADDRESSES, LONGEST_ADDRESS = ("http://", "https://"), 2000

K = TypeVar("K")


@dataclass(frozen=True)
class Instead:
    """Replaces the value of a cell by a text."""

    text: str

    def __call__(self, cell: object) -> str:
        return self.text


class StruckOut(Instead):
    """Leaves out the value of a cell that is struck out as a whole."""


STRUCK_OUT = StruckOut("")


class SheetDetails:
    """`cells` are by the index of their row, with the index of their column; the others by their numbers."""

    def __init__(self) -> None:
        self.formulas: dict[Place, None] = {}
        self.hidden: dict[int, None] = {}
        self.hidden_columns: dict[int, None] = {}
        self.cells: dict[int, list[tuple[int, Make]]] = {}
        #: {index of a row: index of the last row that is like it}, for rows written once
        self.alike: dict[int, int] = {}
        #: {place: what is struck out there}; None for a whole cell, whose value is not known here
        self.struck: dict[Place, str | None] = {}
        self.links: dict[Place, str] = {}

    @property
    def last_row(self) -> int:
        """The index of the last row with a cell that is noted, -1 where there is none."""
        return max((self.alike.get(number, number) for number in self.cells), default=-1)

    @staticmethod
    def gather(found: dict[K, Any], new: Iterable[K], most: int = MOST_REMARKS) -> None:
        """Keeps the first ones, because a remark on every cell would hide the others."""
        found.update(dict.fromkeys(islice(new, max(0, most - len(found)))))

    def note_link(self, place: Place, address: str) -> None:
        address = address.strip()
        is_kept = address.lower().startswith(ADDRESSES) and len(address) <= LONGEST_ADDRESS
        if is_kept and len(self.links) < MOST_LINKS:
            self.links[place] = address

    def is_noted(self, row: int, column: int) -> bool:
        """Whether a cell has a remark beyond being a formula."""
        return any(at == column and isinstance(make, Instead) for at, make in self.cells.get(row - 1, ()))
