"""What the cells of a column look like: places, years, figures or units."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from relations.errors import Problem
from relations.rows.lookups import Lookups
from relations.rows.measure_columns import UnitOfMeasure
from relations.values.quantity import NO_FIGURE, Quantity, normalised

from .headings import year_in

#: the share of the filled cells that must look alike
MOSTLY = 0.8
A_DIGIT = re.compile(r"\d")
#: so many known places make a column of places, though others in it are unknown
FEW_NAMED = 5
#: longer cells are prose
LONGEST_NAME = 80


def is_figure(cell: str) -> bool:
    """Whether a cell is read as a figure, or says that there is none."""
    if normalised(cell).lower() in NO_FIGURE:
        return True
    if not A_DIGIT.search(cell[:LONGEST_NAME]) or len(cell) > LONGEST_NAME:
        return False
    try:
        Quantity.parse(re.sub(r"\s+[epf]$", "", cell, flags=re.IGNORECASE))
    except Problem as problem:
        return problem.code in ("number.ambiguous", "number.too_exact")
    return True


def may_be_unit(cell: str) -> bool:
    """Whether a cell below the heading of the figures is words, and none of those that say that there is no figure."""
    return bool(cell) and not A_DIGIT.search(cell) and normalised(cell).lower() not in NO_FIGURE


def is_year(cell: str) -> bool:
    return bool(year_in(cell)) and len(cell) <= 12


def place_named(cell: str, lookups: Lookups) -> bool:
    return len(cell) <= LONGEST_NAME and bool(lookups.places.called(cell))


def unit_named(text: str, lookups: Lookups) -> bool:
    """Whether a text is a unit of the register, with or without a power of ten."""
    if not 1 <= len(text) <= LONGEST_NAME:
        return False
    try:
        return UnitOfMeasure("unit", "units").parse(text, lookups).unit is not None
    except Problem:
        return False


def same_unit(one: str, other: str, lookups: Lookups) -> bool:
    """Whether two cells give the same unit and the same power of ten."""
    column = UnitOfMeasure("unit", "units")
    try:
        return one == other or column.parse(one, lookups) == column.parse(other, lookups)
    except Problem:
        return True  # what is no unit is refused where it is read


def indicator_named(text: str, lookups: Lookups) -> bool:
    return len(text) <= LONGEST_NAME and len(lookups.indicators.called(text)) == 1


def share(cells: Sequence[str], is_so: Callable[[str], bool]) -> float:
    """The share of the filled cells for which is_so(cell) is true; 0 of none."""
    filled = [cell for cell in cells if cell]
    return sum(map(is_so, filled)) / len(filled) if filled else 0.0


def kind_of(cells: Sequence[str], lookups: Lookups) -> str:
    """“place”, “year”, “figure” or “” for the cells of a column."""
    distinct = list(dict.fromkeys(cell for cell in cells if cell))
    named = share(distinct, lambda cell: place_named(cell, lookups))
    if named >= MOSTLY or named * len(distinct) >= FEW_NAMED and not any(map(is_figure, distinct)):
        return "place"
    if share(distinct, is_year) >= MOSTLY:
        return "year"
    return "figure" if share(cells, is_figure) >= MOSTLY else ""
