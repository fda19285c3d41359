"""Reader of JSON files: a list of objects, parsed one at a time to save memory."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from relations.errors import Problem
from relations.text.cell_syntax import join

from .cell_text import as_text


class Pairs(list[tuple[str, object]]):
    """An object of JSON with every name that it has, the repeated ones as well."""


DECODER = json.JSONDecoder(object_pairs_hook=Pairs, parse_int=str)
BLANKS = re.compile(r"[ \t\r\n]*")
#: how a list of objects begins, and an object
LIST_START = re.compile(r"\[[ \t\r\n]*[{\]]")
OBJECT_START = re.compile(r"\{[ \t\r\n]*[\"}]")


def is_json(text: str) -> bool:
    """Whether a text is JSON and no table of cells that begins with a bracket."""
    start = after_blanks(text, 0)
    if LIST_START.match(text, start) or OBJECT_START.match(text, start):
        return True
    if not text.startswith("[", start):
        return False
    try:
        _value, end = DECODER.raw_decode(text, start)
    except RecursionError:  # only brackets are nested this deep
        return True
    except ValueError:
        return False
    return after_blanks(text, end) == len(text)


def after_blanks(text: str, at: int) -> int:
    match = BLANKS.match(text, at)
    assert match  # it matches no blanks, too
    return match.end()


@dataclass(frozen=True)
class JsonTable:
    """The rows of a list of records, which can be iterated more than once: all names, then the cells of each record."""

    text: str
    names: list[str]

    def __iter__(self) -> Iterator[list[str]]:
        yield self.names
        for number, pairs in json_records(self.text):
            cells = cells_of(number, pairs)
            yield [cells.get(name, "") for name in self.names]


def json_table(text: str) -> tuple[JsonTable, int]:
    """The rows of a text and the number of its records.

    The whole text is parsed at once, so that an error is reported before any row is used.
    """
    names: dict[str, None] = {}
    number = 0
    for number, pairs in json_records(text):
        names.update(dict.fromkeys(cells_of(number, pairs)))
        if len(names) > settings.MOST_COLUMNS:
            message = _("The records up to number %(number)d have more than %(most)d different column names.")
            raise Problem("sheet.too_wide", message, number=number, most=settings.MOST_COLUMNS)
    return JsonTable(text, list(names)), number


def json_records(text: str) -> Iterator[tuple[int, Pairs]]:
    """The (number, Pairs) of each record of the list in a text; a Problem where there is no such list."""
    try:
        at, end = place_of_list(text)
        elements = Elements(text, at)
        for number, element in enumerate(elements, 1):
            if not isinstance(element, Pairs):
                raise not_records()
            yield number, element
        if after_blanks(text, end or elements.end) < len(text):
            raise ValueError("something stands below the list")
    except Problem:
        raise
    except (ValueError, RecursionError) as error:
        raise Problem("file.unreadable", _("This is not a list of records in JSON.")) from error


def not_records() -> Problem:
    message = _("The JSON file must contain a list of objects, one per record: [{…}, {…}].")
    return Problem("file.unreadable", message)


def place_of_list(text: str) -> tuple[int, int | None]:
    """(where the list of records opens, where the object ends whose one list of objects it is, or None)."""
    start = after_blanks(text, 0)
    if text.startswith("[", start):
        return start, None
    places, end = lists_of_objects(text, start)
    if len(places) != 1:
        raise not_records()
    return places[0], end


def lists_of_objects(text: str, at: int) -> tuple[list[int], int]:
    """(where the lists of objects among the values of the object at `at` open, where the object ends)."""
    places: list[int] = []
    at = after_blanks(text, at + 1)
    while not text.startswith("}", at):
        _name, at = DECODER.raw_decode(text, at)
        at = after_blanks(text, expected(text, ":", at))
        if (start := LIST_START.match(text, at)) and start[0].endswith("{"):
            places.append(at)
        at = after_blanks(text, end_of_value(text, at))
        if not text.startswith("}", at):
            at = after_blanks(text, expected(text, ",", at))
    return places, at + 1


def expected(text: str, sign: str, at: int) -> int:
    """The position after a required character."""
    at = after_blanks(text, at)
    if not text.startswith(sign, at):
        raise ValueError(f"{sign} is missing")
    return at + 1


def end_of_value(text: str, at: int) -> int:
    if not LIST_START.match(text, at):
        _value, end = DECODER.raw_decode(text, at)
        return end
    elements = Elements(text, at)
    for _element in elements:
        pass
    return elements.end


class Elements:
    """The values of the list that opens at `end`, one by one; afterwards `end` is the position after the list."""

    def __init__(self, text: str, at: int) -> None:
        self.text, self.end = text, at

    def __iter__(self) -> Iterator[object]:
        text, at = self.text, after_blanks(self.text, self.end + 1)
        more = not text.startswith("]", at)
        while more:
            value, at = DECODER.raw_decode(text, at)
            yield value
            at = after_blanks(text, at)
            more = text.startswith(",", at)
            at = after_blanks(text, at + 1) if more else at
        self.end = expected(text, "]", at)


def cells_of(number: int, pairs: Pairs) -> dict[str, str]:
    """{name: cell} of one record."""
    cells: dict[str, str] = {}
    for name, value in pairs:
        if name in cells:
            message = _("The name “%(name)s” appears twice in record %(number)d.")
            raise Problem("json.twice", message, number=number, name=shown(name))
        cells[name] = cell_of(number, name, value)
    try:
        "".join((*cells, *cells.values())).encode()
    except UnicodeEncodeError as error:
        # Half of a surrogate pair can be neither stored nor reported.
        message = _("Record %(number)d contains an incomplete character. Retype the text.")
        raise Problem("json.surrogate", message, number=number) from error
    return cells


def cell_of(number: int, name: str, value: object) -> str:
    """A value as the text of a cell; several values are joined as in cells."""
    values = value if isinstance(value, list) and not isinstance(value, Pairs) else [value]
    if any(isinstance(one, list) for one in values):
        message = _(
            "Record %(number)d, “%(name)s”: the value must be text, a number or a list of these, without nesting."
        )
        raise Problem("json.nested", message, number=number, name=shown(name))
    if any(type(one) is float and not isfinite(one) for one in values):
        message = _("Record %(number)d, “%(name)s”: this number cannot be stored.")
        raise Problem("json.number", message, number=number, name=shown(name))
    return join(map(scalar_text, value)) if values is value else scalar_text(value)


def shown(name: str) -> str:
    return name[:80].encode(errors="replace").decode()


def scalar_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return value if isinstance(value, str) else as_text(value)
