"""Formats a CSL item as a RIS record."""

from typing import Any

from django.utils.translation import gettext as _
from rispy import RisWriter

from .coins import whole
from .csl_dates import in_words
from .items import TRANSLATION, Item

TYPES = {
    "article-journal": "JOUR",
    "article-newspaper": "NEWS",
    "webpage": "ELEC",
    "post-weblog": "BLOG",
    "book": "BOOK",
    "chapter": "CHAP",
    "report": "RPRT",
    "legislation": "STAT",
    "treaty": "LEGAL",
    "dataset": "DATA",
    "entry": "ELEC",
}
PLAIN = {
    "title": "title",
    TRANSLATION: "translated_title",
    "container-title": "secondary_title",
    "publisher": "publisher",
    "publisher-place": "place_published",
    "volume": "volume",
    "DOI": "doi",
    "ISBN": "issn",  # one field for both in RIS
    "genre": "type_of_work",
    "language": "language",
}


class Writer(RisWriter):
    def set_header(self, count: int) -> str:
        """No number before the record: some programs stumble over it."""
        return ""


WRITER = Writer()


def ris(item: Item) -> str:
    """Every value is already on one line; items.py ensures that."""
    return f"{WRITER.formats([fields(item)])}\n"


def fields(item: Item) -> dict[str, Any]:
    found = {"type_of_reference": TYPES.get(item["type"], "GEN"), "id": item["id"]}
    found |= {ours: item[name] for name, ours in PLAIN.items() if name in item}
    found |= {
        "authors": [whole(name) for name in item.get("author", ())],
        "number": item.get("issue") or item.get("number"),
        "notes": notes(item),
        "urls": [item["URL"]] if "URL" in item else [],
        "access_date": day(item["accessed"]["date-parts"][0]) if "accessed" in item else None,
    }
    found |= pages(item.get("page", "")) | dates(item)
    return {name: value for name, value in found.items() if value}


def notes(item: Item) -> list[str]:
    """The date of an event, or the licence of a dataset: RIS has no field for either."""
    if "event-date" in item:
        return [event(item)]
    return [_("Licence: %(licence)s") % {"licence": item["license"]}] if "license" in item else []


def pages(page: str) -> dict[str, str]:
    first, _dash, last = page.replace("–", "-").partition("-")
    return {"start_page": first.strip(), "end_page": last.strip()}


def dates(item: Item) -> dict[str, str]:
    """Year and day as far as they are known; spans, approximate dates and words go into the last part."""
    issued = item.get("issued")
    if not issued:
        return {}
    parts = issued.get("date-parts", [])
    if len(parts) == 1 and not issued.get("circa"):
        return {"year": str(parts[0][0]), "date": day(parts[0])}
    words = in_words(issued, language_of(item))
    return {"date": day(parts[0] if len(parts) == 1 else []) + words}


def event(item: Item) -> str:
    """The date of the event in words, since it is not a date of publication."""
    return in_words(item["event-date"], language_of(item))


def language_of(item: Item) -> str:
    return "ru" if item["language"].startswith("ru") else "en"


def day(parts: list[int]) -> str:
    """“2018/10/24/”, the fields of what is unknown left empty."""
    known = [f"{part:02}" for part in parts]
    return "/".join([*known, *[""] * (3 - len(known))]) + "/"
