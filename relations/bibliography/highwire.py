"""Formats a CSL item as Highwire meta tags (citation_*), which Google Scholar and Zotero read.

Zotero prefers COinS and never mixes both. It takes an item with only a citation_title for a journal article, so only
types that the tags can express have them; web pages and laws are left to COinS.
"""

import re

from .coins import whole
from .items import Item

#: name and content
Tag = tuple[str, str]

#: the tag that identifies a type, and the variable that it requires
KNOWN_BY = {
    "article-journal": ("citation_journal_title", "container-title"),
    "chapter": ("citation_book_title", "container-title"),
    "report": ("citation_technical_report_institution", "publisher"),
    "book": ("citation_isbn", "ISBN"),
}
PLAIN = {
    "citation_publisher": "publisher",
    "citation_volume": "volume",
    "citation_issue": "issue",
    "citation_doi": "DOI",
    "citation_isbn": "ISBN",
    "citation_language": "language",
    "citation_public_url": "URL",
}
PAGES = re.compile(r"(\w+)(?:\s*[-–—]+\s*(\w+))?")


def highwire(item: Item) -> list[Tag]:
    """The tags of an item; none for types that the tags cannot express."""
    tag, variable = KNOWN_BY.get(item["type"], ("", ""))
    if variable not in item:
        return []
    named = {tag: item[variable]} | {name: item[ours] for name, ours in PLAIN.items() if ours in item}
    authors = [("citation_author", whole(author)) for author in item.get("author", ())]
    return [("citation_title", item["title"]), *authors, *day(item), *named.items(), *pages(item)]


def day(item: Item) -> list[Tag]:
    """“2017/07/26”, only for a certain single date."""
    issued = item.get("issued", {})
    parts = issued.get("date-parts", [])
    if len(parts) != 1 or issued.get("circa"):
        return []
    return [("citation_publication_date", "/".join(f"{part:02}" for part in parts[0]))]


def pages(item: Item) -> list[Tag]:
    match = PAGES.fullmatch(item.get("page", ""))
    names = ("citation_firstpage", "citation_lastpage")
    return [(name, page) for name, page in zip(names, match.groups(), strict=True) if page] if match else []
