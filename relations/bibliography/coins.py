"""Formats a CSL item as COinS (OpenURL 1.0 in a span), from which Zotero and others import a reference."""

from urllib.parse import urlencode

from .csl_dates import iso
from .items import Item, Name

#: what Zotero calls the types that COinS has no format for
PAGES = {
    "webpage": "webpage",
    "post-weblog": "blogPost",
    "legislation": "statute",
    "treaty": "document",
    "speech": "presentation",
    "dataset": "dataset",
    "entry": "webpage",
}
JOURNAL = {"title": "rft.atitle", "container-title": "rft.jtitle"}
BOOK = {"title": "rft.btitle", "publisher": "rft.pub", "publisher-place": "rft.place", "ISBN": "rft.isbn"}
CHAPTER = BOOK | {"title": "rft.atitle", "container-title": "rft.btitle"}
#: type: (format, genre, names of the fields)
FORMATS = {
    "article-journal": ("journal", "article", JOURNAL),
    "article-newspaper": ("journal", "article", JOURNAL),
    "book": ("book", "book", BOOK),
    "report": ("book", "report", BOOK),
    "chapter": ("book", "bookitem", CHAPTER),
}
PLAIN = {"title": "rft.title", "container-title": "rft.source", "publisher": "rft.publisher"}
OF_ALL = {"volume": "rft.volume", "issue": "rft.issue", "page": "rft.pages", "language": "rft.language"}


def coins(item: Item) -> str:
    """The title attribute of the span."""
    form, genre, fields = FORMATS.get(item["type"], ("dc", None, PLAIN))
    found = [("ctx_ver", "Z39.88-2004"), ("rft_val_fmt", f"info:ofi/fmt:kev:mtx:{form}")]
    found.append(("rft.genre", genre) if genre else ("rft.type", PAGES.get(item["type"], "document")))
    found += [(name, item[ours]) for ours, name in (fields | OF_ALL).items() if ours in item]
    person = "rft.creator" if form == "dc" else "rft.au"
    found += [("rft.aucorp" if "literal" in name else person, whole(name)) for name in item.get("author", ())]
    if date := known_date(item):
        found.append(("rft.date", date))
    if "DOI" in item:
        found.append(("rft_id", f"info:doi/{item['DOI']}"))
    if "URL" in item:
        found.append(("rft.identifier" if form == "dc" else "rft_id", item["URL"]))
    return urlencode(found)


def whole(name: Name) -> str:
    return name.get("literal") or f"{name['family']}, {name['given']}"


def known_date(item: Item) -> str:
    """The date as far as it is certain, because COinS cannot express uncertainty."""
    issued = item.get("issued", {})
    parts = issued.get("date-parts", [])
    return "" if issued.get("circa") else "/".join(map(iso, parts))
