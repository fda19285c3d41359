"""Reads one BibTeX or biblatex entry."""

import re
from collections.abc import Iterator

from relations.errors import Problem
from relations.values.period_parser import MONTH_OF_STEM

from .reading_fields import Draft, name_of_unknown_kind, organization, person, read_date
from .reading_latex import plain_address, plain_text
from .reading_problems import several, unreadable

ENTRY = re.compile(r"@\s*([A-Za-z]+)\s*([{(])")
#: what stands beside entries in a file and describes no work
NO_WORK = ("comment", "preamble", "string")
TYPES = {
    "article": "article-journal",
    "periodical": "article-journal",
    "book": "book",
    "mvbook": "book",
    "booklet": "book",
    "manual": "book",
    "proceedings": "book",
    "collection": "book",
    "incollection": "chapter",
    "inbook": "chapter",
    "inproceedings": "chapter",
    "conference": "chapter",
    "techreport": "report",
    "report": "report",
    "online": "webpage",
    "electronic": "webpage",
    "www": "webpage",
    "dataset": "dataset",
    "legislation": "legislation",
    "misc": "document",
    "unpublished": "document",
}
#: fields whose text is that of a field of ours
PLAIN = {
    "journal": "container_title",
    "journaltitle": "container_title",
    "booktitle": "container_title",
    "publisher": "publisher",
    "institution": "publisher",
    "organization": "publisher",
    "school": "publisher",
    "address": "publisher_place",
    "location": "publisher_place",
    "volume": "volume",
    "issue": "issue",
}
#: of the file, not of the work
PASSED_OVER = frozenset("date year month day title subtitle author number".split())
NAME = re.compile(r"\s*([^\s={}(),\"#%]+)\s*=\s*")
BARE_WORD = re.compile(r"[^\s,#{}()\"]+")
BLANKS = re.compile(r"\s*")
AND = re.compile(r"\s+and\s+", re.I)
BRACE_OR_QUOTE = re.compile(r'[{}"]')
BRACE = re.compile(r"[{}]")
URL_COMMAND = re.compile(r"\\url\s*\{([^{}]+)\}|(https?://\S+)")


def bibtex_draft(text: str) -> Draft:
    kind, fields, outside = one_entry(text)
    draft = Draft()
    draft.leave(outside)
    draft.put("title", title(fields))
    authors(fields.get("author", ""), draft)
    dates(fields, draft)
    for name, value in fields.items():
        if name not in PASSED_OVER:
            field(name, value, draft)
    draft.put("issue" if kind == "article" else "number", plain_text(fields.get("number", "")))
    put_type(kind, draft)
    return draft


def one_entry(text: str) -> tuple[str, dict[str, str], str]:
    """(type, fields, text outside of it); Problem where there is none or another."""
    strings: dict[str, str] = {}
    found: list[tuple[str, dict[str, str]]] = []
    outside, place = [], 0
    while match := ENTRY.search(text, place):
        outside.append(text[place : match.start()])
        kind, (fields, place) = match[1].lower(), Reader(text, match.end(), match[1].lower(), strings).read()
        if kind == "string":
            strings |= fields
        elif kind not in NO_WORK:
            found.append((kind, fields))
    if len(found) > 1:
        raise several()
    if not found:
        raise unreadable()
    return *found[0], " ".join([*outside, text[place:]])


class Reader:
    """Reads the fields of one entry from the place after its opening brace."""

    def __init__(self, text: str, place: int, kind: str, strings: dict[str, str]) -> None:
        self.text, self.place, self.kind, self.strings = text, place, kind, strings
        self.closing = "}" if text[place - 1] == "{" else ")"

    def read(self) -> tuple[dict[str, str], int]:
        """The fields and the place after the entry."""
        if self.kind in ("comment", "preamble"):
            self.braced()
            return {}, self.place
        if self.kind != "string":
            self.skip_key()
        fields: dict[str, str] = {}
        while (name := self.name()) is not None:
            value = self.value()
            fields[name] = f"{fields[name]} and {value}" if name == "author" and name in fields else value
        return fields, self.place

    def skip_key(self) -> None:
        ends = [at for mark in (",", self.closing) if (at := self.text.find(mark, self.place)) >= 0]
        if not ends:
            raise unbalanced()
        if "=" not in self.text[self.place : min(ends)]:  # some entries have no key
            self.place = min(ends)

    def name(self) -> str | None:
        """The next name before “=”; None at the end of the entry."""
        self.skip_blanks()
        while self.at() == ",":
            self.place += 1
            self.skip_blanks()
        if self.at() == self.closing:
            self.place += 1
            return None
        match = NAME.match(self.text, self.place)
        if not match:
            raise unbalanced()
        self.place = match.end()
        return match[1].lower()

    def value(self) -> str:
        """Parts joined by #: {text}, "text", numbers and names of strings."""
        parts = [self.part()]
        self.skip_blanks()
        while self.at() == "#":
            self.place += 1
            self.skip_blanks()
            parts.append(self.part())
            self.skip_blanks()
        return "".join(parts)

    def part(self) -> str:
        mark = self.at()
        if mark in ("{", '"'):
            self.place += 1
            return self.braced() if mark == "{" else self.quoted()
        match = BARE_WORD.match(self.text, self.place)
        if not match:
            raise unbalanced()
        self.place = match.end()
        return self.strings.get(match[0].lower(), match[0])

    def braced(self) -> str:
        return self.until(BRACE, "}")

    def quoted(self) -> str:
        return self.until(BRACE_OR_QUOTE, '"')

    def until(self, marks: re.Pattern[str], closing: str) -> str:
        """Up to the closing mark outside of inner braces; BibTeX counts braces even after a backslash."""
        start, depth = self.place, 0
        for match in marks.finditer(self.text, self.place):
            if match[0] == closing and depth == 0:
                self.place = match.end()
                return self.text[start : match.start()]
            depth += {"{": 1, "}": -1}.get(match[0], 0)
            if depth < 0:
                break
        raise unbalanced()

    def at(self) -> str:
        return self.text[self.place : self.place + 1]

    def skip_blanks(self) -> None:
        if match := BLANKS.match(self.text, self.place):
            self.place = match.end()


def unbalanced() -> Problem:
    return unreadable("BibTeX")


def put_type(kind: str, draft: Draft) -> None:
    """Unless a genre has said more. What is of no type and has an address is a page."""
    if kind not in TYPES:
        draft.leave(f"@{kind}")
    known = TYPES.get(kind, "document")
    is_page = known == "document" and {"url", "archive_url"} & draft.fields.keys()
    draft.fields.setdefault("type", "webpage" if is_page else known)


def title(fields: dict[str, str]) -> str:
    parts = [plain_text(fields.get(name, "")).strip() for name in ("title", "subtitle")]
    return ": ".join(filter(None, parts))


def field(name: str, value: str, draft: Draft) -> None:
    match name:
        case "url":
            draft.put_url(plain_address(value))
        case "urldate" | "lastchecked":
            draft.put_date("accessed", plain_text(value))
        case "doi":
            draft.put_doi(plain_address(value))
        case "isbn":
            draft.put_isbn(plain_text(value))
        case "language" | "langid" | "hyphenation":
            draft.put_language(plain_text(value))
        case "pages":
            draft.put("page", re.sub(r"\s*-{1,3}\s*|\s*[–—]+\s*", "–", plain_text(value)))
        case "note" | "annote" | "addendum":
            draft.put_note(plain_text(value), name)
        case "type":
            draft.put_genre(plain_text(value))
        case "howpublished":
            where(value, draft)
        case _ if name in PLAIN:
            draft.put(PLAIN[name], plain_text(value))
        case _:
            draft.leave(plain_text(value), name)


def where(value: str, draft: Draft) -> None:
    """“howpublished” is the name of a site, or its address as \\url{…}."""
    match = URL_COMMAND.search(value)
    if match:
        draft.put_url(plain_address(match[1] or match[2]))
        draft.leave(plain_text(value[: match.start()] + value[match.end() :]))
    else:
        draft.put("container_title", plain_text(value))


def dates(fields: dict[str, str], draft: Draft) -> None:
    """`date` of biblatex, otherwise year, month and day, which are left where they say something else."""
    date = plain_text(fields.get("date", "")).replace("\u00a0", "~")
    parts = [plain_text(fields.get(name, "")) for name in ("year", "month", "day")]
    if date:
        is_in_words = not parts[0].isdecimal() and read_date(parts[0])
        draft.put_date("issued", parts[0] if is_in_words else date)
    elif parts[0]:
        draft.put_date("issued", "-".join(dated(*parts)) if parts[1] else parts[0])
    else:
        draft.leave(" ".join(parts[1:]))


def dated(year: str, month: str, day: str) -> Iterator[str]:
    """“2020”, “05”, “01”; the day may stand in the month, as in “1~may”."""
    words = [word.strip(".,") for word in f"{month} {day}".replace("\u00a0", " ").lower().split()]
    numbers = [word for word in words if word.isdecimal()]
    names = [MONTH_OF_STEM[word] for word in words if word in MONTH_OF_STEM]
    yield year
    yield from (f"{int(number):02}" for number in [*map(str, names), *numbers])


# Authors.


def authors(names: str, draft: Draft) -> None:
    found = [name.strip() for name in separated(names)]
    draft.put_authors(author(name) for name in found if name.lower() != "others")
    if found[-1].lower() == "others":
        draft.leave("and others")


def separated(names: str) -> Iterator[str]:
    """The names between “and” outside of braces."""
    depth, start, place = 0, 0, 0
    for match in re.finditer(r"[{}]|\s+and(?=\s)", names, re.I):
        place = match.end()
        if match[0] in "{}":
            depth += 1 if match[0] == "{" else -1
        elif depth <= 0:
            yield names[start : match.start()]
            start = place
    yield names[start:]


def author(name: str) -> str:
    """A name in braces is that of a body; “Family, Jr, Given” and “Given von Family” are persons."""
    name = name.strip()
    if name.startswith("{") and closes_at_end(name):
        return organization(plain_text(name))
    parts = [plain_text(part).strip() for part in name.split(",")]
    if len(parts) == 2:
        return person(*parts) if all(parts) else name_of_unknown_kind(parts[0] or parts[1])
    if len(parts) == 3:
        return person(f"{parts[0]} {parts[1]}", parts[2])
    return in_natural_order(parts[0]) if len(parts) == 1 else name_of_unknown_kind(plain_text(name))


def in_natural_order(name: str) -> str:
    """The family name is the last word with the small words before it."""
    words = name.split()
    if len(words) < 2 or len(words) > 5:
        return name_of_unknown_kind(name)
    small = next((place for place, word in enumerate(words[1:-1], 1) if word[0].islower()), len(words) - 1)
    return person(" ".join(words[small:]), " ".join(words[:small]))


def closes_at_end(name: str) -> bool:
    """Whether the first brace is closed by the last one."""
    depth = 0
    for match in BRACE.finditer(name):
        depth += 1 if match[0] == "{" else -1
        if depth == 0:
            return match.end() == len(name)
    return False
