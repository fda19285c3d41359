"""Syntax of cells: several values separated by “;”, and protection against formulas (CSV injection)."""

import re
from collections.abc import Iterable

ESCAPED = re.compile(r"\\([\\;])")


#: as Excel writes them, in English and in Russian
FORMULA_ERRORS = frozenset(
    "#NULL! #DIV/0! #VALUE! #REF! #NAME? #NUM! #N/A #ПУСТО! #ДЕЛ/0! #ЗНАЧ! #ССЫЛКА! #ИМЯ? #ЧИСЛО! #Н/Д".split()
)


VALUE = re.compile(r"(?:[^;\\]|\\.?)*", re.DOTALL)


def split(cell: str) -> list[str]:
    """The values of a cell; «\\;» is a semicolon of the text, «\\\\» a backslash. Empty slots are kept; an
    empty cell has none."""
    if not cell.strip():
        return []
    if "\\" not in cell:
        return [value.strip() for value in cell.split(";")]
    values, at = [], 0
    while at <= len(cell):
        match = VALUE.match(cell, at)
        assert match  # it matches the empty text too
        values.append(ESCAPED.sub(r"\1", match[0].strip()))
        at = match.end() + 1
    return values


def join(values: Iterable[object]) -> str:
    return "; ".join(str(value).replace("\\", "\\\\").replace(";", "\\;") for value in values)


def join_slots(values: Iterable[object]) -> str:
    """Parallel lists: empty slots count, but a list of nothing is an empty cell."""
    values = list(values)
    return join(values) if any(values) else ""


#: the error text of a formula that has never been calculated; Excel uses the same
NEVER_CALCULATED = "#CALC!"


#: what a spreadsheet would run as a formula, with or without apostrophes in front
FORMULA_LIKE = re.compile(r"'*[=+\-@\t\r]")


NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?")


GUARDED = re.compile(r"'+[=+\-@\t\r]")


def guarded(cell: str) -> str:
    """Text that stays text in a spreadsheet: an apostrophe in front of what would run as a formula."""
    return f"'{cell}" if cell and FORMULA_LIKE.match(cell) and not NUMBER.fullmatch(cell) else cell


def unguarded(cell: str) -> str:
    """The text itself: one apostrophe less."""
    return cell[1:] if cell[:1] == "'" and GUARDED.match(cell) else cell


#: what keeps a spreadsheet from reading a text as a number or a date: ="007"
TEXT_FORMULA = re.compile(r'="((?:[^"]|"")*)"')


def shown(cell: str) -> str:
    """The text that a spreadsheet shows of a cell of a csv file."""
    match = TEXT_FORMULA.fullmatch(cell) if cell[:2] == '="' else None
    return match[1].replace('""', '"') if match else unguarded(cell)
