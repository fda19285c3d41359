"""Headings of foreign tables: joined over two rows, without the marks of footnotes, units and years told apart."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from relations.readers.sheet import column_letters
from relations.rows.sheet_row import SheetRow
from relations.text.normalize import fold

#: between the levels of a heading
LEVEL = " / "
#: a folded heading that is a year, or a month or quarter of one: 1990, 2009 г., 2015/16, 2020Q1, 1990 [YR1990]
YEAR = re.compile(r"((?:18|19|20)\d\d)(?: ?[mq]\d{1,2}| \d\d)?(?: г| год| yr\d{4})?")
#: how many years or places side by side make a wide table
MANY_ACROSS = 3
#: 2020M01 of SDMX
MONTH = re.compile(r"((?:18|19|20)\d\d)-?[mM](\d{1,2})")
ONE_YEAR = re.compile(r"(?<!\d)(?:18|19|20)\d\d(?!\d)")
#: *, ¹ or 1) at the end, a mark of a footnote
FOOTNOTE = re.compile(r"(?:\s*(?:[*†‡]+|[⁰¹²³⁴⁵⁶⁷⁸⁹]+\)?|(?<=\D)\d\)))+$")
#: a unit after the name: “value (USD million)”, «Стоимость, млн долл.», “Value [USD]”
NAME_AND_UNIT = re.compile(
    r"(?P<name>[^,(\[]+?)\s*(?:,\s*(?P<after>.+)|\((?P<round>[^()]+)\)|\[(?P<square>[^\]]+)\])"
)


class Heading(NamedTuple):
    """`name` without marks and without what is in brackets or after a comma, which is the `unit`."""

    name: str
    unit: str = ""


def heading_names(rows: Sequence[SheetRow]) -> list[str]:
    """One name for each column; an empty heading is called by its letter, a repeated one gets it too."""
    width = max((len(row.cells) for row in rows), default=0)
    levels = [level_of(row, width, is_last=row is rows[-1]) for row in rows]
    names = [LEVEL.join(dict.fromkeys(filter(None, parts))) for parts in zip(*levels, strict=True)]
    times = Counter(map(fold, names))
    return [
        name if name and times[fold(name)] == 1 else f"{name} [{column_letters(at)}]".strip()
        for at, name in enumerate(names)
    ]


def level_of(row: SheetRow, width: int, is_last: bool) -> list[str]:
    """The cells of one heading row; above another one, an empty cell repeats the one to its left."""
    cells = [" ".join(row.cell(at).split()) for at in range(width)]
    for at in range(1, 1 if is_last else width):
        cells[at] = cells[at] or cells[at - 1]
    return cells


def is_nameless(name: str) -> bool:
    """Whether a name is only the letter of a column."""
    return bool(re.fullmatch(r"\[[A-Z]+\]", name))


def heading_of(name: str) -> Heading:
    bare = FOOTNOTE.sub("", " ".join(name.split()))
    match = NAME_AND_UNIT.fullmatch(bare)
    if not match:
        return Heading(bare)
    unit = match["after"] or match["round"] or match["square"]
    return Heading(match["name"], FOOTNOTE.sub("", unit).strip())


def year_in(name: str) -> str:
    """The year, month or quarter that a heading is, or the only year in it; "" where there is none."""
    bare = FOOTNOTE.sub("", name).split("[")[0].strip()
    if month := MONTH.fullmatch(bare):
        return f"{month[1]}-{month[2]:0>2}"
    if YEAR.fullmatch(fold(bare[:40])):
        return bare
    years = ONE_YEAR.findall(bare) if len(bare) <= 40 else []
    return years[0] if len(years) == 1 else ""


def years_across(cells: Sequence[str]) -> list[str]:
    """The cells that are years, if they are many and sorted, which other figures rarely are."""
    found = [(int(match[1]), cell) for cell in cells if (match := YEAR.fullmatch(fold(cell[:40])))]
    years = [year for year, _cell in found]
    steps = {(after > before) - (after < before) for before, after in pairwise(years)} - {0}
    return [cell for _year, cell in found] if len(set(years)) >= MANY_ACROSS and len(steps) == 1 else []
