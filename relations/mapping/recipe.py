"""Recipe: all answers about a foreign table, as one JSON file that can be read, exported and used again."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, cast

from django.utils.translation import gettext_lazy as _

from relations.errors import Problem

UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
#: of the file; a file of a later one is refused
VERSION = 1
#: characters of a recipe, and of one text in it
LARGEST, LONGEST = 2_000_000, 5_000
#: the headings that are years, whichever these are
YEARS = "years"


@dataclass(frozen=True)
class Across:
    """Headings that are values: each filled cell below them becomes a row of its own.

    `parts` are the columns that the parts of a heading fill, one for each level: ("period",) for years,
    ("period", "indicator") for years with indicators below them. `value` is the column of the cell itself.
    `headings` are those unfolded; “years” alone means all that are years, so that next year's is one of them.
    """

    parts: tuple[str, ...]
    value: str = "value"
    headings: tuple[str, ...] = (YEARS,)


@dataclass(frozen=True)
class Recipe:
    """How a table of one type is read.

    `headings` are those of the file it was made for. Rows count from 1; `heading_rows` are empty where the row is
    found by known headings, `last_row` is 0 where the table ends with the sheet. `columns` is {heading: our column};
    `constants` is {our column: one text for all rows}, where “=B4” is the text of that cell above the table, and
    {sheet}, {row} and {column} in a text are the name of the sheet, the number of the row and, of an unfolded cell,
    the letters of its column. `stated` is
    {our column: what the headings say of its cells}: it fills empty ones, and others must mean the same. `only` is
    {heading: the cells of the rows that are read}; `pass_over` is the first filled cells of rows that are left out;
    cells below a heading of `fill_down` repeat the last filled one. `separators` is {our column: what divides its
    values} where that is not “;”, and `dates` is {our column: “mdy” or “dmy”}, the order in dates such as 05/06/1993.
    `cells` is {our column: {cell: what is read instead, None: its rows are passed over}}.
    """

    type: str
    name: str = ""
    producer: str = ""
    sheet: str = ""
    encoding: str = ""
    headings: tuple[str, ...] = ()
    heading_rows: tuple[int, ...] = ()
    first_row: int = 0
    last_row: int = 0
    columns: Mapping[str, str] = field(default_factory=dict)
    ignored: tuple[str, ...] = ()
    constants: Mapping[str, str] = field(default_factory=dict)
    stated: Mapping[str, str] = field(default_factory=dict)
    across: Across | None = None
    fill_down: tuple[str, ...] = ()
    pass_over: tuple[str, ...] = ()
    only: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    separators: Mapping[str, str] = field(default_factory=dict)
    dates: Mapping[str, str] = field(default_factory=dict)
    cells: Mapping[str, Mapping[str, str | None]] = field(default_factory=dict)

    @classmethod
    def read(cls, data: bytes) -> Recipe:
        """The Recipe of an uploaded file. Raises Problem."""
        return cls.parse(data.decode("utf-8-sig", errors="replace"))

    @classmethod
    def parse(cls, text: str) -> Recipe:
        """The Recipe of a file. Raises Problem for what is none, or says more than this version knows."""
        if len(text) > LARGEST:
            raise Problem("recipe.too_large", _("The recipe is too large."))
        try:
            found = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise Problem("recipe.unreadable", _("The recipe is not valid JSON.")) from error
        return cls.of(found)

    @classmethod
    def of(cls, found: Any) -> Recipe:
        """The same of what json.loads() returns."""
        if not isinstance(found, dict) or not isinstance(version := found.get("recipe"), int):
            raise wrong("recipe")
        if version > VERSION:
            message = _("The recipe was made by a later version of this program. Upgrade, or make it again.")
            raise Problem("recipe.newer", message)
        known = {one.name for one in fields(cls)}
        if unknown := sorted(set(map(str, found)) - known - {"recipe"}):
            message = _("The recipe has unknown entries: %(names)s.")
            raise Problem("recipe.unknown", message, names=", ".join(unknown)[:200])
        content = {name: value_of(name, one) for name, one in found.items() if name != "recipe"}
        if not content.get("type"):
            raise wrong("type")
        return cls(**content)

    def as_json(self) -> dict[str, Any]:
        """What parse() reads back, without what is empty."""
        found = {"recipe": VERSION} | {name: value for name, value in asdict(self).items() if value}
        return cast(dict[str, Any], storable(found))

    def as_text(self) -> str:
        return json.dumps(self.as_json(), ensure_ascii=False, indent=2) + "\n"


def storable(value: Any) -> Any:
    """The same without what no database keeps in JSON: NUL and unpaired surrogates."""
    if isinstance(value, str):
        return UNSTORABLE.sub("", value)
    if isinstance(value, dict):
        return {storable(key): storable(one) for key, one in value.items()}
    return [storable(one) for one in value] if isinstance(value, list | tuple) else value


def wrong(name: str) -> Problem:
    return Problem("recipe.wrong", _("The entry “%(name)s” of the recipe is missing or wrong."), name=name)


def value_of(name: str, value: Any) -> Any:
    """One entry of a recipe, checked. Raises Problem."""
    if name in ("type", "name", "producer", "sheet", "encoding"):
        return text_of(name, value)
    if name in ("first_row", "last_row"):
        return number_of(name, value)
    if name == "heading_rows":
        return tuple(number_of(name, one) for one in list_of(name, value))
    if name in ("headings", "ignored", "fill_down", "pass_over"):
        return tuple(text_of(name, one) for one in list_of(name, value))
    if name == "across":
        return across_of(value)
    if not isinstance(value, dict):
        raise wrong(name)
    if name == "only":
        return {
            key: tuple(text_of(name, one) for one in list_of(name, found)) for key, found in value.items()
        }
    if name == "cells":
        return {key: replacements(found) for key, found in value.items()}
    if name == "dates" and set(value.values()) - {"mdy", "dmy"}:
        raise wrong(name)
    return {key: text_of(name, found) for key, found in value.items()}


def text_of(name: str, value: Any) -> str:
    if not isinstance(value, str) or len(value) > LONGEST or UNSTORABLE.search(value):
        raise wrong(name)
    return value


def number_of(name: str, value: Any) -> int:
    if type(value) is not int or not 0 <= value <= 10_000_000:
        raise wrong(name)
    return value


def list_of(name: str, value: Any) -> list[Any]:
    if not isinstance(value, list | tuple):
        raise wrong(name)
    return list(value)


def across_of(value: Any) -> Across | None:
    if value is None:
        return None
    if not isinstance(value, dict) or set(value) - {"parts", "value", "headings"}:
        raise wrong("across")
    parts = tuple(text_of("across", one) for one in list_of("across", value.get("parts")))
    headings = tuple(text_of("across", one) for one in list_of("across", value.get("headings", [YEARS])))
    if not 1 <= len(parts) <= 3 or not headings:
        raise wrong("across")
    return Across(parts, text_of("across", value.get("value", "value")), headings)


def replacements(value: Any) -> dict[str, str | None]:
    if not isinstance(value, dict):
        raise wrong("cells")
    return {key: None if one is None else text_of("cells", one) for key, one in value.items()}
