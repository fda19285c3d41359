"""Formats a CSL item as a BibTeX entry in UTF-8; URL and access date use the field names of biblatex."""

import re

from .csl import csl_variables
from .csl_dates import in_words, iso
from .items import Item, Name
from .ris import event, language_of

TYPES = {
    "article-journal": "article",
    "article-newspaper": "article",
    "book": "book",
    "chapter": "incollection",
    "report": "techreport",
}
HOSTS = {"article": "journal", "incollection": "booktitle"}
PLAIN = {
    "publisher": "publisher",
    "publisher-place": "address",
    "volume": "volume",
    "issue": "number",
    "ISBN": "isbn",
    "genre": "type",
    "language": "language",
}
# Words instead of backslash and brace: BibTeX counts braces even after a backslash.
SPECIAL = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{mark: f"\\{mark}" for mark in "&%$#_"},
}
UNSAFE = re.compile("[" + re.escape("".join(SPECIAL)) + "]")
DASH = re.compile(r"\s*[-–—]+\s*")
#: characters that would end a URL early; nothing else is escaped in URLs
IN_ADDRESS = str.maketrans({"{": "%7B", "}": "%7D", "\\": "%5C"})


def bibtex(item: Item) -> str:
    kind = TYPES.get(item["type"], "misc")
    fields = {
        "title": f"{{{escaped(item['title'])}}}",  # braced twice: capitals stay as they are
        "author": " and ".join(map(author, item.get("author", ()))),
        HOSTS.get(kind, "howpublished"): escaped(item.get("container-title", "")),
        **{field: escaped(item[name]) for name, field in PLAIN.items() if name in item},
        **number(item),
        "pages": escaped(DASH.sub("--", item.get("page", ""))),
        **dates(item),
        "note": escaped(note(item)),
        "doi": item.get("DOI", "").translate(IN_ADDRESS),
        "url": item.get("URL", "").translate(IN_ADDRESS),
        "urldate": iso(item["accessed"]["date-parts"][0]) if "accessed" in item else "",
    }
    if kind == "techreport":
        fields["institution"] = fields.pop("publisher", "")
    lines = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items() if value)
    return f"@{kind}{{{item['id']},\n{lines}\n}}\n\n"


def note(item: Item) -> str:
    """The date of an event, or our translation of the title."""
    return event(item) if "event-date" in item else csl_variables(item).get("note", "")


def number(item: Item) -> dict[str, str]:
    return {"number": escaped(item["number"])} if "number" in item and "issue" not in item else {}


def escaped(text: str) -> str:
    return UNSAFE.sub(lambda match: SPECIAL[match[0]], text)


def author(name: Name) -> str:
    """Braces the name of an organisation, which would otherwise be split into given name and surname."""
    if "literal" in name:
        return f"{{{escaped(name['literal'])}}}"
    return f"{escaped(name['family'])}, {escaped(name['given'])}"


def dates(item: Item) -> dict[str, str]:
    """`date` for biblatex, `year` and `month` for the rest; a date that is only words is the year's text."""
    issued = item.get("issued")
    if not issued:
        return {}
    parts = issued.get("date-parts")
    words = escaped(in_words(issued, language_of(item)))
    if not parts:
        return {"year": words}
    found = {"date": "/".join(iso(point) for point in parts) + ("~" if issued.get("circa") else "")}
    if len(parts) > 1 or issued.get("circa"):
        return found | {"year": words}
    return found | {"year": str(parts[0][0]), **({"month": str(parts[0][1])} if parts[0][1:] else {})}
