"""What a pasted reference fills of a source: values as its form takes them, and what no field could take."""

import re
import unicodedata
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext, override

from relations.errors import Problem
from relations.models import Source
from relations.models.named import LANGUAGES
from relations.search.lemmas import language_of_letters
from relations.text.addresses import without_tracking
from relations.text.names import author_name
from relations.values.period import Period

from .csl import PRESS_RELEASE
from .reading_identifiers import archived_copy, doi_of, is_address, isbn_of

#: control characters, marks without width or of direction, halves of characters: none belongs to a reference
UNPRINTABLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff]"
)
#: a longer text is no date, and is not even tried
LONGEST_DATE = 80
BOUNDS = re.compile(
    r"(?:(?:не ранее|not before) (?P<first>[^,]+?))?(?:, )?(?:(?:не позднее|not after) (?P<last>[^,]+))?",
    re.I,
)
ABOUT_BOTH = re.compile(r"(?:ок\.|около|ca\.|about) ?(\d{4}(?:\.\d\d)*)[–-](\d{4}(?:\.\d\d)*)", re.I)
#: “2022. 19 апр.”, as newspapers are cited
DAY_OF_NEWSPAPER = re.compile(r"(\d{4})\. (\d{1,2} [^\W\d_]{3,9}\.?)$")
LANGUAGE_TAG = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{2,8}){0,2}", re.I)
LANGUAGE_NAMES = {
    "rus": "ru",
    "russian": "ru",
    "русский": "ru",
    "eng": "en",
    "english": "en",
    "american": "en",
    "british": "en",
    "английский": "en",
}
#: letters by which «ru» or “en” is more than a guess by the alphabet
PLAIN_LETTERS = {"ru": re.compile("[а-яёa-z]"), "en": re.compile("[a-z]")}
ORGANIZATION = re.compile(
    r"(?:министерств|министр|правительств|парламент(?:а|у|ом)?\b|пресс-служб|центр\b|агентств|институт|ин-т|университет|комитет|комисси"
    r"|служба|федеральн|ассоциаци|совет\b|банк\b|росстат|фонд\b|академи|управлени|департамент|посольств|организаци|мид\b"
    r"|ministry|ministers|government|parliament|cent(?:er|re)\b|agency|institute|university|committee|commission"
    r"|world bank|bank|council|association|united nations|federal|department|embassy|organi[sz]ation|foundation"
    r"|academy)",
    re.I,
)
ACRONYM = re.compile(r"[A-ZА-ЯЁ]{3,}")


class Draft:
    """The fields of a source while they are read; each takes the first value that fits, all others are left."""

    def __init__(self) -> None:
        self.fields: dict[str, str] = {}
        self.left: list[str] = []

    def put(self, name: str, text: object) -> None:
        value = one_line(text)
        if not value or self.fields.get(name) == value:
            return
        if name in self.fields or not fits(name, value):
            self.leave(value)
        else:
            self.fields[name] = value

    def leave(self, text: object, label: str = "") -> None:
        if value := one_line(text):
            self.left.append(f"{label}: {value}" if label else value)

    def put_date(self, name: str, text: object) -> None:
        value = one_line(text)
        found = read_date(value)
        if found:
            self.put(name, found)
        elif name != "issued" or not self.put_bounds(value):
            self.leave(value)

    def put_bounds(self, text: str) -> bool:
        """“[not before 2018, not after May 2024]”, as works without a date are cited."""
        match = BOUNDS.fullmatch(text.strip("[] ")) if len(text) <= 2 * LONGEST_DATE else None
        first, last = (read_date(match[name] or "") for name in ("first", "last")) if match else ("", "")
        self.put("not_before", first)
        self.put("not_after", last)
        return bool(first or last)

    def put_authors(self, names: Iterable[str]) -> None:
        """As many as the field holds; the others are left."""
        kept: list[str] = []
        for name in filter(None, map(one_line, names)):
            if fits("author", "; ".join([*kept, name])):
                kept.append(name)
            else:
                self.leave(name)
        self.put("author", "; ".join(kept))

    def put_url(self, text: object) -> None:
        """An address, which may be that of an archived copy or of a DOI."""
        url = without_tracking(one_line(text))
        if not is_address(url):
            self.leave(url)
        elif copy := archived_copy(url):
            self.put("archive_url", copy.url)
            self.put("url", without_tracking(copy.original))
            self.put_date("archived_on", copy.day)
        else:
            self.put("url", url)

    def put_doi(self, text: object) -> None:
        doi = doi_of(one_line(text))
        if doi:
            self.put("doi", doi)
        else:
            self.leave(text, "DOI")

    def put_isbn(self, text: object) -> None:
        """One or several; a number whose check digit is wrong, or of a journal, is left."""
        for part in re.split(r"[;,/]", one_line(text)):
            if isbn := isbn_of(part):
                self.put("isbn", isbn)
            else:
                self.leave(part, "ISBN/ISSN")

    def put_language(self, text: object) -> None:
        value = one_line(text)
        known = LANGUAGE_NAMES.get(value.casefold())
        if known or LANGUAGE_TAG.fullmatch(value):
            self.put("language", known or value)
        else:
            self.leave(value)

    def put_note(self, text: object, label: str = "note") -> None:
        """Our own files carry our translation of the title in a note."""
        value = one_line(text)
        for beginning in translation_notes():
            if value.startswith(beginning):
                return self.put("title_translation", value.removeprefix(beginning))
        return self.leave(value, label)

    def put_genre(self, text: object) -> None:
        """A press release is a type of ours; every other genre is left."""
        value = one_line(text)
        if value.casefold() in {word.casefold() for word in PRESS_RELEASE.values()}:
            self.fields["type"] = Source.Type.PRESS_RELEASE.value
        else:
            self.leave(value)

    def finish(self) -> None:
        """Fills what follows from the rest: a DOI from its address, the language from the letters of the title."""
        if "doi" not in self.fields and (doi := doi_of(self.fields.get("url", ""))):
            self.put("doi", doi)
        title = self.fields.get("title", "")
        if title and "language" not in self.fields and (language := language_of(title)):
            self.fields["language"] = language


def one_line(text: object) -> str:
    """The text of a value on one line, without characters that nobody sees; "" for what is no text."""
    if isinstance(text, bool) or not isinstance(text, str | int | float):
        return ""
    return " ".join(unicodedata.normalize("NFC", UNPRINTABLE.sub("", str(text))).split())


def fits(name: str, value: str) -> bool:
    """Whether the field takes the value: its length, and for an address its form."""
    field = Source._meta.get_field(name)
    assert isinstance(field, models.Field)
    try:
        field.run_validators(value)
    except ValidationError:
        return False
    return True


def read_date(text: str) -> str:
    """EDTF; "" for what is no date."""
    text = text.strip("[] ")
    if len(text) > LONGEST_DATE:
        return ""
    text = DAY_OF_NEWSPAPER.sub(r"\2 \1", text)
    if match := ABOUT_BOTH.fullmatch(text):
        first, last = read_date(match[1]), read_date(match[2])
        text = f"{first}~/{last}~"
    try:
        return Period.parse(text).text
    except Problem:
        return read_span(text)


def read_span(text: str) -> str:
    """«около 2017 г. – около 2018 г.»"""
    first, dash, last = text.partition(" – ")
    ends = [read_date(first), read_date(last)] if dash and " – " not in last else []
    try:
        return Period.parse("/".join(ends)).text if ends and all(ends) else ""
    except Problem:
        return ""


def language_of(text: str) -> str:
    """By letters, and none where some belong to neither alphabet: a text in Polish or Uzbek is not called English."""
    language = language_of_letters(text)
    letters = set(filter(str.isalpha, text.casefold()))
    return language if letters and all(map(PLAIN_LETTERS[language].match, letters)) else ""


def translation_notes() -> list[str]:
    """“Title in our translation: ”, in each language."""
    found = []
    for language in LANGUAGES:
        with override(language):
            found.append(gettext("Title in our translation: %(title)s") % {"title": ""})
    return found


# Names.


def person(family: str, given: str) -> str:
    """“Family, Given”; a name of one part as it is."""
    return ", ".join(filter(None, (plain_name(family), plain_name(given))))


def organization(text: str) -> str:
    name = one_line(text).replace("{", "").replace("}", "")
    return f"{{{name}}}" if name else ""


def name_of_unknown_kind(text: str) -> str:
    """A person if it is written as one; in braces where it begins like an organisation or would be taken apart."""
    name = one_line(text)
    if is_person(name):
        known = author_name(name)
        return person(known.family, known.given)
    if is_organization(name) or ";" in name:
        return organization(name)
    return plain_name(name)


def is_person(text: str) -> bool:
    """Initials are those of a person; «Министерство торговли, Москва» only looks like one."""
    known = author_name(text)
    return known.is_person and ("." in known.given or not is_organization(text))


def plain_name(text: str) -> str:
    """Without the marks that separate names."""
    return one_line(re.sub("[{};]", " ", text))


def is_organization(text: str) -> bool:
    """By its first word, which names a kind of organisation or is an abbreviation."""
    return bool(ORGANIZATION.match(text) or ACRONYM.match(text))
