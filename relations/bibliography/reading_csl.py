"""Reads one item of CSL-JSON."""

import json
from typing import Any, NoReturn

from .csl import VARIABLES
from .items import TRANSLATION
from .reading_fields import Draft, is_person, name_of_unknown_kind, one_line, organization, person, read_date
from .reading_problems import several, unreadable

TYPES = {
    **{
        kind: kind
        for kind in (
            "article-journal article-newspaper webpage post-weblog book chapter report legislation treaty speech"
            " dataset document"
        ).split()
    },
    "article": "document",
    "article-magazine": "article-journal",
    "paper-conference": "chapter",
    "entry-encyclopedia": "chapter",
    "entry-dictionary": "chapter",
    "post": "post-weblog",
    "bill": "legislation",
    "regulation": "legislation",
    "pamphlet": "book",
    "manuscript": "document",
}
FIELDS = {variable: name for name, variable in VARIABLES.items()}
DATES = {"issued": "issued", "accessed": "accessed"}
#: of the file, not of the work
PASSED_OVER = frozenset({"id", "type", "citation-key", "citation-label"})

Json = Any


def csl_draft(text: str) -> Draft:
    draft = Draft()
    item = one_item(text)
    kind = one_line(item.get("type"))
    if kind not in TYPES:
        draft.leave(kind, "type")
    draft.put("type", TYPES.get(kind, "document"))
    for name, value in item.items():
        if name not in PASSED_OVER:
            put(draft, name, value)
    return draft


def one_item(text: str) -> dict[str, Json]:
    try:
        found = json.loads(text, parse_constant=refuse)
    except (ValueError, RecursionError):
        raise unreadable("CSL-JSON") from None
    items = found if isinstance(found, list) else [found]
    if len(items) > 1:
        raise several()
    if not items or not isinstance(items[0], dict) or not {"title", "DOI", "URL", "ISBN"} & set(items[0]):
        raise unreadable("CSL-JSON")
    return items[0]


def refuse(constant: str) -> NoReturn:
    """NaN and Infinity are no JSON."""
    raise ValueError(constant)


def put(draft: Draft, name: str, value: Json) -> None:
    match name:
        case "author":
            put_authors(draft, value)
        case "issued" | "accessed":
            draft.put_date(name, date(value))
        case "URL":
            draft.put_url(value)
        case "DOI":
            draft.put_doi(value)
        case "ISBN":
            draft.put_isbn(value)
        case "title":
            draft.put("title", value)
        case "language":
            draft.put_language(value)
        case "genre":
            draft.put_genre(value)
        case "note":
            draft.put_note(value)
        case _ if name == TRANSLATION:
            draft.put("title_translation", value)
        case _ if name in FIELDS:
            draft.put(FIELDS[name], value)
        case _:
            draft.leave(in_text(value), one_line(name))


def in_text(value: Json) -> str:
    """What no field takes, as it is said to the editor."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)[:200]


def put_authors(draft: Draft, value: Json) -> None:
    names = value if isinstance(value, list) else [value]
    draft.put_authors(author(name) for name in names if isinstance(name, dict))
    for other in names:
        if not isinstance(other, dict):
            draft.leave(in_text(other), "author")


def author(name: dict[str, Json]) -> str:
    """A literal is a body, unless it is written like a person."""
    if literal := one_line(name.get("literal")):
        return name_of_unknown_kind(literal) if is_person(literal) else organization(literal)
    particles = ("dropping-particle", "non-dropping-particle", "family", "suffix")
    family = " ".join(filter(None, (one_line(name.get(part)) for part in particles)))
    return person(family, one_line(name.get("given")))


def date(value: Json) -> str:
    """EDTF of the parts, or the words as they are."""
    if not isinstance(value, dict):
        return one_line(value)
    points = [point(parts) for parts in listed(value.get("date-parts")) if parts]
    mark = "~" if value.get("circa") else ""
    if points and all(points):
        return "/".join(one + mark for one in points[:2])
    words = one_line(value.get("literal") or value.get("raw"))
    return read_date(words) or words


def listed(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []


def point(parts: Json) -> str:
    """“2020-05” of [2020, "5"]."""
    numbers = [one_line(part) for part in listed(parts)[:3]]
    return "-".join(number.zfill(2) for number in numbers if number)
