"""Reads what an editor pastes into one box: an address, a DOI, an ISBN or one reference, into the fields of a source.

Nothing is fetched and nothing is guessed beyond the text; what no field takes is named, so that nothing gets lost.
"""

import re
from dataclasses import dataclass, field

from .reading_bibtex import bibtex_draft
from .reading_csl import csl_draft
from .reading_fields import UNPRINTABLE, Draft
from .reading_gost import gost_draft
from .reading_identifiers import address_of, doi_of, isbn_of, looks_like_isbn
from .reading_problems import LONGEST_TEXT, several, too_long, unreadable, wrong_isbn
from .reading_ris import ris_draft

CSL = re.compile(r"\{|\[\s*(?:\{|\])")
BIBTEX = re.compile(r"^[ \t]*@[ \t]*[A-Za-z]{1,30}[ \t]*[{(]", re.MULTILINE)
RIS = re.compile(r"^[ \t]*TY {1,2}-", re.MULTILINE)
#: a word before what is pasted, as it stands in references
LABEL = re.compile(r"(?:URL|Режим доступа|Адрес|Link|Ссылка)\s*:\s*", re.IGNORECASE)
#: without one of these nobody knows which work is meant
NAMED_BY = frozenset({"title", "url", "archive_url", "doi", "isbn"})


@dataclass(frozen=True)
class ReadReference:
    """`format` is url, doi, isbn, bibtex, ris, csl-json or gost; `fields` are values by the names of Source's fields,
    as its form takes them; `left` is what none of them took.
    """

    format: str
    fields: dict[str, str] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)


def read_reference(text: str) -> ReadReference:
    """Raises Problem where nothing can be read, or more than one reference."""
    if len(text) > LONGEST_TEXT:
        raise too_long()
    text = UNPRINTABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    form, draft = read(text)
    draft.finish()
    if not NAMED_BY & set(draft.fields):
        raise unreadable()
    return ReadReference(form, draft.fields, draft.left)


def read(text: str) -> tuple[str, Draft]:
    if CSL.match(text):
        return "csl-json", csl_draft(text)
    if BIBTEX.search(text):
        return "bibtex", bibtex_draft(text)
    if RIS.search(text):
        return "ris", ris_draft(text)
    return identifier(text) or ("gost", gost_draft(text))


def identifier(text: str) -> tuple[str, Draft] | None:
    """What the text is if it is nothing but an address or a number."""
    draft, text = Draft(), LABEL.sub("", text, count=1) if LABEL.match(text) else text
    if doi := doi_of(text):
        draft.put("doi", doi)
        return "doi", draft
    if isbn := isbn_of(text):
        draft.put("isbn", isbn)
        draft.put("type", "book")
        return "isbn", draft
    if looks_like_isbn(text):
        raise wrong_isbn(text)
    if url := address_of(text):
        draft.put_url(url)
        draft.put("type", "webpage")
        return "url", draft
    words = text.split()
    if len(words) > 1 and all(doi_of(word) or address_of(word) for word in words):
        raise several()
    return None
