"""The beginning of a table and the cells of its columns with their counts: what the page of a mapping works on."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any, cast

from relations.readers.sheet import DEEPEST_HEADING, Sheet, make_sheet
from relations.text.normalize import fold

from .guessing import SAMPLE
from .headings import year_in
from .recipe import storable

#: columns whose cells are counted, different cells kept of each, and letters of a cell
MOST_COLUMNS, MOST_DIFFERENT, LONGEST = 120, 400, 120


def sample_of(sheet: Sheet) -> dict[str, Any]:
    """A sample as JSON: `rows` are the first as [number, cells], `cells` is {column: {cell: rows with it}}."""
    rows: list[list[Any]] = []
    counts: list[Counter[str]] = []
    number = 0
    for row in sheet.all_rows:
        number += 1
        if len(rows) < DEEPEST_HEADING + SAMPLE:
            rows.append([row.number, [cell[:LONGEST] for cell in row.cells]])
        for at, cell in enumerate(row.cells[:MOST_COLUMNS]):
            if at == len(counts):
                counts.append(Counter())
            if cell and len(cell) <= LONGEST and (len(counts[at]) < MOST_DIFFERENT or cell in counts[at]):
                counts[at][cell] += 1
    cells = {str(at): dict(one) for at, one in enumerate(counts)}
    others = [problem.params for _row, _at, problem in sheet.remarks if problem.code == "sheet.others"]
    names = [name for one in others for name in cast(Iterable[str], one["names"])]
    found = {"name": sheet.name, "sheets": names, "rows": rows, "number": number, "cells": cells}
    return cast(dict[str, Any], storable(found))


def sampled_sheet(sample: dict[str, Any]) -> Sheet:
    """The Sheet of the first rows of a table, with their numbers."""
    found: list[Sequence[object]] = []
    for number, cells in sample["rows"]:
        found.extend([] for _blank in range(len(found) + 1, number))
        found.append(cells)
    return make_sheet(sample["name"], found, "")


def cells_of(sample: dict[str, Any], at: int, most: int) -> list[tuple[str, int]]:
    """[(cell, number of rows)] of one column, in their order of the table."""
    return list(islice(sample["cells"].get(str(at), {}).items(), most))


def headings_sha256(headings: Sequence[str]) -> str:
    """Of the headings of a table but for years, so that next year's file has the same."""
    kept = [fold(one) for one in headings if not year_in(one)]
    return hashlib.sha256("\n".join(kept).encode()).hexdigest()
