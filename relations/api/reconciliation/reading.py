"""What clients send, read step by step: whatever is of another shape is refused with the place and the reason."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django.utils.translation import gettext as _
from rest_framework.exceptions import APIException

from relations.api.exceptions import InvalidParameters

from .kinds import Kind
from .matching import Query, Wanted
from .properties import Property, properties_of

#: queries of a batch, and entities and properties of an extension
MOST_QUERIES, MOST_IDS, MOST_PROPERTIES = 50, 200, 30
#: types of a query, properties of one, and values of a property
MOST_TYPES, MOST_CONDITIONS, MOST_VALUES = 20, 20, 20
#: as long as the longest title
LONGEST_TEXT = 500
LONGEST_KEY = 100
#: candidates of a query, unless it asks for fewer or more
USUAL_LIMIT = 10
STRICTNESS = ("any", "should", "all")
NO_TEXT = re.compile("[\x00\ud800-\udfff]")

T = TypeVar("T")


class TooManyQueries(APIException):
    """The standard provides for this status."""

    status_code = 413

    def __init__(self) -> None:
        super().__init__(_("A batch may contain at most %(most)d queries.") % {"most": MOST_QUERIES})


def refuse(where: str, reason: str) -> InvalidParameters:
    """The error at one place, such as “queries.q0.limit”."""
    return InvalidParameters([(NO_TEXT.sub("?", where), reason)])


def json_of(text: str, where: str) -> dict[str, Any]:
    """The JSON object of a parameter."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):  # numbers of thousands of digits and deep nesting too
        raise refuse(where, _("This is not valid JSON.")) from None
    return object_of(value, where)


def object_of(value: Any, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise refuse(where, _("A JSON object is expected."))
    return value


def list_of(value: Any, where: str, most: int) -> list[Any]:
    if not isinstance(value, list):
        raise refuse(where, _("A list is expected."))
    if len(value) > most:
        raise refuse(where, _("A list of at most %(most)d is expected.") % {"most": most})
    return value


def text_of(value: Any, where: str, most: int = LONGEST_TEXT) -> str:
    if not isinstance(value, str):
        raise refuse(where, _("A text is expected."))
    if len(value) > most:
        raise refuse(where, _("A text of at most %(most)d characters is expected.") % {"most": most})
    if NO_TEXT.search(value):
        raise refuse(where, _("The text contains characters that no name has."))
    return value


def number_of(value: Any, where: str, least: int = 1) -> int:
    """A whole number, written as 3 or 3.0."""
    is_whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
    if not is_whole or isinstance(value, bool) or value < least:
        raise refuse(where, _("A whole number from %(least)d is expected.") % {"least": least})
    return int(value)


def one_of(known: Mapping[str, T], value: Any, where: str) -> T:
    """What is known under this id."""
    text = text_of(value, where)
    if text not in known:
        reason = _("“%(text)s” is unknown. Known: %(names)s.")
        raise refuse(where, reason % {"text": text[:80], "names": ", ".join(known)})
    return known[text]


def several(value: Any) -> list[Any]:
    """One value is as good as a list of one."""
    return value if isinstance(value, list) else [value]


# Queries.


def queries_of(kind: Kind, text: str) -> dict[str, Query]:
    """{id: query} of a batch."""
    batch = json_of(text, "queries")
    if len(batch) > MOST_QUERIES:
        raise TooManyQueries
    for name in batch:
        text_of(name, "queries", LONGEST_KEY)
    reader = QueryReader(kind)
    return {name: reader.query(value, f"queries.{name}") for name, value in batch.items()}


class QueryReader:
    """Reads the queries of one batch."""

    def __init__(self, kind: Kind) -> None:
        self.types, self.properties = kind.types, properties_of(kind)

    def query(self, value: Any, where: str) -> Query:
        fields = object_of(value, where)
        if not {"query", "properties"} & fields.keys():
            raise refuse(where, _("A query needs “query” or “properties”."))
        self.check_strictness(fields.get("type_strict", "any"), f"{where}.type_strict")
        return Query(
            text_of(fields.get("query", ""), f"{where}.query").strip(),
            number_of(fields.get("limit", USUAL_LIMIT), f"{where}.limit"),
            self.types_of(fields.get("type", []), f"{where}.type"),
            self.wanted(fields.get("properties", []), f"{where}.properties"),
        )

    @staticmethod
    def check_strictness(value: Any, where: str) -> None:
        one_of(dict.fromkeys(STRICTNESS), value, where)

    def types_of(self, value: Any, where: str) -> frozenset[str]:
        ids = list_of(several(value), where, MOST_TYPES)
        return frozenset(one_of(self.types, one, where).id for one in ids)

    def wanted(self, value: Any, where: str) -> tuple[Wanted, ...]:
        return tuple(self.one_wanted(one, where) for one in list_of(value, where, MOST_CONDITIONS))

    def one_wanted(self, value: Any, where: str) -> Wanted:
        fields = object_of(value, where)
        values = list_of(several(fields.get("v")), f"{where}.v", MOST_VALUES)
        found = (property_word(one, f"{where}.v") for one in values)
        return Wanted(one_of(self.properties, fields.get("pid"), f"{where}.pid"), tuple(found))


def property_word(value: Any, where: str) -> str:
    """A value as a text; of an entity that was matched before, its id."""
    if isinstance(value, dict):
        return text_of(value.get("id"), f"{where}.id")
    if isinstance(value, bool | int | float):
        return number_in_words(value, where)
    return text_of(value, where)


def number_in_words(value: float, where: str) -> str:
    """Integers of thousands of digits are not written, as Python refuses to."""
    if abs(value) > 10**18:
        raise refuse(where, _("A smaller number is expected."))
    return str(value)


# Extensions.


class Extension:
    """Ids, and properties with the most values of each to give."""

    def __init__(self, kind: Kind, text: str) -> None:
        fields = json_of(text, "extend")
        ids = list_of(fields.get("ids"), "extend.ids", MOST_IDS)
        asked = list_of(fields.get("properties"), "extend.properties", MOST_PROPERTIES)
        self.ids = list(dict.fromkeys(text_of(one, "extend.ids") for one in ids))
        self.properties = list(extension_properties(properties_of(kind), asked))


def extension_properties(
    known: Mapping[str, Property], asked: list[Any]
) -> list[tuple[Property, int | None]]:
    where, found = "extend.properties", []
    for one in asked:
        fields = object_of(one, where)
        settings = object_of(fields.get("settings") or {}, f"{where}.settings")
        found.append((one_of(known, fields.get("id"), f"{where}.id"), most_values(settings.get("limit"))))
    return found


def most_values(value: Any) -> int | None:
    """The setting “limit”, as a number or as typed; None for as many as there are."""
    if value in (None, "", 0, "0"):
        return None
    is_typed = isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 6
    return number_of(int(value) if is_typed else value, "extend.properties.settings.limit")


# Parameters of addresses.


def parameter(parameters: Mapping[str, str], name: str, read: Callable[[str, str], T], otherwise: T) -> T:
    return read(parameters[name], name) if parameters.get(name) else otherwise


def prefix_of(parameters: Mapping[str, str]) -> str:
    return text_of(parameters.get("prefix", ""), "prefix").strip()


def typed_number(text: str, where: str) -> int:
    """A number in an address."""
    is_number = text.isascii() and text.isdigit() and len(text) < 6
    return number_of(int(text) if is_number else None, where, least=0)
