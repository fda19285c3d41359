"""Formats a CSL item as a reference by GOST R 7.0.5-2008; online works follow GOST R 7.0.108-2022.

Areas in order: authors, title // container, place : publisher, date, parts, DOI, URL. They are separated by a full stop
without the optional dash; a URL always has its access date.
"""

import re

from django.utils.text import capfirst

from relations.search.lemmas import language_of_letters

from .csl_dates import in_figures, in_years, is_one_day, of_a_newspaper
from .items import Item, Name, title_for

ACTS = ("legislation", "treaty")
ARTICLES = ("article-journal", "article-newspaper")  # of a periodical neither place nor publisher is named
#: dated by the year alone
DATED_BY_YEAR = {"article-journal", "book", "chapter", "report", "dataset"}
MARKS = {
    "ru": {"volume": "Т.", "issue": "№", "number": "№", "page": "С."},
    "en": {"volume": "Vol.", "issue": "No.", "number": "No.", "page": "P."},
}
OF = {"ru": "от", "en": "of"}
AND_OTHERS = {"ru": "и др.", "en": "et al."}
ACCESSED = {"ru": "дата обращения", "en": "accessed"}
ALL_NAMED = 3  # of more authors the first alone is
AFTER_INITIAL = re.compile(r"\B\w+")
DASH = re.compile(r"\s*[-–—]\s*")


def gost_line(item: Item, language: str) -> str:
    """Abbreviations (№, С.) are in the language of the work, as the standard requires; the access date in the
    reader's.
    """
    marks = language_of_marks(item)
    areas = [
        authors(item, marks),
        heading(item, marks, language),
        imprint(item, marks),
        *parts(item, marks),
        after("DOI", item.get("DOI")),
        address(item, language),
    ]
    return " ".join(area if area.endswith(".") else f"{area}." for area in areas if area)


def language_of_marks(item: Item) -> str:
    return "ru" if item["language"].startswith("ru") else language_of_letters(item["title"])


def authors(item: Item, marks: str) -> str:
    found = [name(author) for author in item.get("author", ())]
    return f"{found[0]} {AND_OTHERS[marks]}" if len(found) > ALL_NAMED else ", ".join(found)


def name(author: Name) -> str:
    """“Орлов П. С.”; a body as it is written."""
    return author.get("literal") or f"{author['family']} {AFTER_INITIAL.sub('.', author['given'])}"


def heading(item: Item, marks: str, language: str) -> str:
    """The title with its additions, and the work that contains it."""
    title = title_for(item, language)
    day = date(item, marks) if is_dated_by_title(item) else ""
    if item["type"] in ACTS:
        title = joined(" ", title, after(OF[marks], day), part(item, "number", marks))
    else:
        title = joined(" : ", title, item.get("genre", "").lower(), day)
    return joined(" // ", title, item.get("container-title"))


def is_dated_by_title(item: Item) -> bool:
    """The date of an act or of an event is not a date of publication."""
    return item["type"] == "entry" or (item["type"] in ACTS and is_one_day(item.get("issued", {})))


def imprint(item: Item, marks: str) -> str:
    """“Москва : Наука, 2006”."""
    named = () if item["type"] in ARTICLES else ("publisher-place", "publisher")
    issuer = joined(" : ", *map(item.get, named))
    issued = "" if is_dated_by_title(item) else date(item, marks)
    return joined(", ", issuer, issued) if issuer else capfirst(issued)


def date(item: Item, marks: str) -> str:
    day = item.get("issued") or item.get("event-date")
    if not day:
        return ""
    if item["type"] in DATED_BY_YEAR:
        return in_years(day, marks)
    write = of_a_newspaper if item["type"] == "article-newspaper" else in_figures
    return write(day, marks)


def parts(item: Item, marks: str) -> list[str]:
    """Volume, issue, number and pages; the number of an act follows its title."""
    names = ("volume", "issue", "page") if item["type"] in ACTS else ("volume", "issue", "number", "page")
    return [part(item, name, marks) for name in names]


def part(item: Item, name: str, marks: str) -> str:
    text = item.get(name, "")
    return after(MARKS[marks][name], DASH.sub("–", text) if name == "page" else text)


def address(item: Item, language: str) -> str:
    day = f"({ACCESSED[language]}: {in_figures(item['accessed'], language)})" if "accessed" in item else ""
    return joined(" ", after("URL:", item.get("URL")), day)


def after(mark: str, text: str | None) -> str:
    return f"{mark} {text}" if text else ""


def joined(mark: str, *texts: str | None) -> str:
    return mark.join(text for text in texts if text)
