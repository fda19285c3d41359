"""Reads a reference by GOST R 7.0.5 or 7.0.100, in Russian or English.

What has a mark of its own (URL, DOI, ISBN) is taken out first. The rest is read from its end, where the parts follow
a pattern: pages, numbers, date, publisher and place; what remains is authors and title, and what contains them.
"""

import re
from collections.abc import Iterator

from relations.search.lemmas import language_of_letters, russian
from relations.text.names import author_name

from .csl import PRESS_RELEASE
from .reading_fields import (
    Draft,
    is_organization,
    name_of_unknown_kind,
    one_line,
    organization,
    person,
    read_date,
)
from .reading_identifiers import doi_of, isbn_of, trimmed
from .reading_problems import several, unreadable

#: a reference is read from its end in pieces no longer than this, so that time grows with its length alone
WINDOW = 300
#: no reference has more
MOST_AREAS = 20

# What has a mark of its own.

URL = re.compile(
    r"(?:(?:URL|Режим доступа|Available at|Available from|Retrieved from|Адрес)\s*:?\s*)?<?(https?://[^\s<>]+)>?",
    re.I,
)
ACCESSED = re.compile(
    r"[(\[](?:дата (?:обращения|доступа|посещения|просмотра)|обращение|accessed(?: on)?|access date|date of access"
    r"|retrieved|viewed)\s*:?\s*([^()\[\]]{4,40})[)\]]",
    re.I,
)
DOI = re.compile(r"\bDOI\s{0,3}:?\s{0,3}((?:https?://(?:dx\.)?doi\.org/)?10\.\d{4,9}[\d.]*/\S+)", re.I)
ISBN = re.compile(r"\bISBN(?:-1[03])?\s{0,3}:?\s{0,3}([\d‐‑‒–—-][\dXxХх ‐‑‒–—-]{8,22}[\dXxХх])", re.I)
ISSN = re.compile(r"\bISSN\s{0,3}:?\s{0,3}\d{4}[-–]\d{3}[\dXxХх](?: \((?:print|online)\))?", re.I)
#: words of the standard that say only in what form a work is kept
CARRIER = re.compile(
    r"\s?\[(?:Электронн\w{2,4} ресурс|Текст|Electronic resource|Text|Видеозапись|Карты)\]"
    r"|[.\s–—-]{0,4}\b(?:Текст|Изображение|Text) ?: ?"
    r"(?:электронный|непосредственный|электронные|electronic|unmediated)",
    re.I,
)
NUMBERED = re.compile(r"\[?\d{1,3}[.)\]]\s+(?=[^\W\d_]|[\[«\"“])")
#: signs that a text is a reference at all
SIGN = re.compile(
    r"//|\bURL\b|https?:|\bDOI\b|\bISBN\b|(?:^|\. )\[|[–—-] ?(?:М|СПб)\.|\b(?:1[5-9]|20|21)\d\d\b"
    r"|\b(?:С|P|Pp|Т|Vol)\. ?\d|№"
)
IMPRINT_OF_A_LINE = re.compile(r"[:,–—-] ?(?:1[5-9]|20)\d\d\b")

# Areas, from the end.

#: the mark before an area
BEFORE = r"(?:^|(?<=[.,;])\s(?:[–—-]\s)?)"
VOLUME = r"(?=[\dIVXLCM])[^\s.,;:][^.,;:]{0,38}"
NUMBER = r"[^\s.,;:](?:[^.,;:]|[.:](?=\S)){0,98}"
PAGES = r"(?=[\dIVXLCMivxlc])[\w.]{1,12}(?:\s?[–—-]\s?[\w.]{1,12})?(?:[,;]\s?\d{1,5}(?:[–-]\d{1,5})?){0,5}"
AREAS = {
    "page": re.compile(rf"{BEFORE}(?:С|C|Стр|P|Pp|с|p|pp|стр)\.\s?({PAGES})$"),
    "volume": re.compile(rf"{BEFORE}(?:(?:Т|T|Vol|V)\.|Том|Volume)\s?({VOLUME})$"),
    "number": re.compile(rf"{BEFORE}(?:№|No\.|No|Nr\.|Вып\.|Выпуск|Issue|Iss\.|N\.?(?=\s?\d))\s?({NUMBER})$"),
    "left": re.compile(
        rf"{BEFORE}(\d{{1,5}}\s?(?:с|c|p|pp|стр)(?:\.?\s?: ил)?|\([^()]{{3,200}}\)"
        rf"|(?:Ч|Ст|Кн|Art|Part)\.\s?\d[\w-]{{0,9}}"
        rf"|\d{{1,2}}-е изд[^;:]{{0,60}}|\d(?:st|nd|rd|th) ed)$"
    ),
}
FIGURE = r"(?:\d{1,2}\.\d{1,2}\.\d{4}|\d\d\.\d{4}|\d{4}(?:-\d\d(?:-\d\d)?)?)"
DATES = [
    re.compile(rf"{BEFORE}(?P<year>\d{{4}})\.\s(?:[–—-]\s)?(?P<day>\d{{1,2}}\s[^\W\d_]{{3,9}})$"),
    re.compile(rf"{BEFORE}(?P<date>{FIGURE}(?:[–-]{FIGURE})?)(?:\s?гг?)?$"),
    re.compile(rf"{BEFORE}(?P<date>\[[^\[\]]{{4,120}}\])$"),
    re.compile(rf"{BEFORE}(?P<date>(?=[^.;,]{{0,56}}\d)[^.;,]{{4,60}})$"),
]
ENDS = " .,;–—-"

ABBREVIATED = r"(?:М|Л|СПб|Пг|Спб|N\. ?Y|Ростов н/Д|Н\. ?Новгород|L|P)\."
PLACE = re.compile(
    rf"{BEFORE}({ABBREVIATED}(?:\s?[;,:]\s?{ABBREVIATED})*|[^\W\d_a-zа-яё][^.:«»\"“”]{{1,60}})$"
)
#: one word or two before the date are a city more often than a publisher
CITY = re.compile(rf"{ABBREVIATED}|[^\W\d_a-zа-яё][\w-]{{2,30}}(?:\s[^\W\d_a-zа-яё][\w-]{{2,30}})?")
PUBLISHER = re.compile(r"изд|press\b|publish|university|универ", re.I)
LAST_AREA = re.compile(rf"(?<=[^\s.][.!?…»”])\s(?:[–—-]\s)?([^.;:]{{2,200}}|{ABBREVIATED})$")
SENTENCE = re.compile(r"[^\W\d_]{3,}\.\s[^\W\d_a-zа-яё]")

# The beginning.

WORD = r"[^\W\d_][^\W\d_'’-]{0,40}(?:[-'’][^\W\d_]{1,40}){0,3}"
INITIALS = r"[^\W\d_a-zа-яё]\.(?:[ -]?[^\W\d_a-zа-яё]\.){0,3}"
IN_FRONT = re.compile(rf"({WORD}),? ({INITIALS})(?=,? |$)")
IN_NATURAL_ORDER = re.compile(rf"({INITIALS}) ?({WORD})")
INITIAL_AT_END = re.compile(r"(?:^|\s)[^\W\d_]$")
OTHERS = re.compile(r",? (?:и др|et al)\.(?=[ .,]|$)")
OTHERS_AT_END = re.compile(r",? \[?(?:и др|et al)\.?\]?$")
EDITORS = re.compile(
    r"(?:под |отв\. |науч\. |гл\. )?(?:общ\. )?(?:ред|сост|пер|ed|edited|trans|comp)\b", re.I
)
ACT_OF = re.compile(r" (?:от|of) (\d\d\.\d\d\.\d{4})(?: (?:№|No\.) (\S{1,60}))?$")
ACTS = re.compile(
    r"(?:[^:]{0,200}: )?(?:федеральн\w{2,3} (?:конституционн\w{2,3} )?закон|закон|указ"
    r"|постановлени|распоряжени|приказ|кодекс|federal law)",
    re.I,
)
TREATIES = re.compile(
    r"(?:договор|соглашени|протокол|конвенци|меморандум|treaty|agreement|protocol|convention|memorandum)",
    re.I,
)
#: after the authors in other styles: “(2020). ”
YEAR_IN_BRACKETS = re.compile(r"\(([^()]{4,40})\)\.\s")
GENRE = re.compile(rf"\s:\s({'|'.join(PRESS_RELEASE.values())})$", re.I)


def gost_draft(text: str) -> Draft:
    refuse_several(text)
    draft = Draft()
    rest = one_line(text)
    if not SIGN.search(rest):
        raise unreadable()
    if number := NUMBERED.match(rest):
        draft.leave(number[0])
        rest = rest[number.end() :]
    rest = tidy(CARRIER.sub("", marked(rest, draft)))
    head, _mark, host = re.sub(r"\s?(?<!:)//\s?", " // ", rest).partition(" // ")
    is_dated_by_day = read_host(host, draft) if host else False
    read_head(head, draft, not host)
    draft.put("type", type_of(draft, is_dated_by_day))
    return draft


def refuse_several(text: str) -> None:
    """A list of references has a number, a container, an address or an imprint on more than one line."""
    lines = [line for line in text.split("\n") if line.strip()]
    signs = (
        [bool(NUMBERED.match(line.strip())) for line in lines],
        [" // " in line for line in lines],
        ["URL:" in line for line in lines],
        [line.rstrip().endswith(".") and bool(IMPRINT_OF_A_LINE.search(line)) for line in lines],
    )
    if any(sum(found) > 1 for found in signs):
        raise several()


def marked(text: str, draft: Draft) -> str:
    """The text without what has a mark of its own."""
    for match in DOI.finditer(text):
        draft.put_doi(doi_of(match[1]))
    text = cut(DOI, text)
    for match in URL.finditer(text):
        url = trimmed(match[1])
        if doi := doi_of(url):
            draft.put("doi", doi)
        else:
            draft.put_url(url)
    text = cut(URL, text)
    for match in ACCESSED.finditer(text):
        draft.put_date("accessed", match[1])
    text = cut(ACCESSED, text)
    for match in ISBN.finditer(text):
        draft.put("isbn", isbn_of(match[1])) if isbn_of(match[1]) else draft.leave(match[0])
    for match in ISSN.finditer(text := cut(ISBN, text)):
        draft.leave(match[0])
    return cut(ISSN, text)


def cut(pattern: re.Pattern[str], text: str) -> str:
    """Without what the pattern finds; the marks around it would make an empty area."""
    parts, place = [], 0
    for match in pattern.finditer(text):
        parts.append(text[place : match.start()].rstrip(" –—-"))
        place = match.end()
    return " ".join([*filter(None, parts), text[place:].lstrip(" .,;–—-" if parts else "")]).strip()


def tidy(text: str) -> str:
    """Without the marks at the end, among them the full stop of the whole reference."""
    return one_line(text).rstrip(ENDS)


# The end: the work itself if it stands alone, otherwise what contains it.


def read_host(text: str, draft: Draft) -> bool:
    """Whether it is a periodical of a day."""
    rest, is_of_a_day = areas(text, draft)
    container, said_by = responsibility(rest)
    draft.put("container_title", container)
    for said in said_by:
        draft.leave(said)
    return is_of_a_day


def areas(text: str, draft: Draft, is_alone: bool = False) -> tuple[str, bool]:
    """(what stands before the areas, whether the date is that of a newspaper)"""
    rest, is_dated, is_of_a_day = text.rstrip(ENDS), False, False
    numbers: list[str] = []
    for _area in range(MOST_AREAS):
        before = rest
        rest = part(rest, draft, numbers)
        if not is_dated and (found := dated(rest)):
            rest_before_date, date, is_of_a_day = found
            draft.put_date("issued", date)
            is_dated = True
            rest = imprint(rest_before_date, draft)
        if rest == before:
            break
    put_numbers(numbers, draft, is_alone)
    if not is_dated:
        rest = undated_imprint(rest, draft)
    return rest, is_of_a_day


def part(text: str, draft: Draft, numbers: list[str]) -> str:
    """The text without its last area if that is of pages, a volume, a number, or one that no field takes."""
    for name, pattern in AREAS.items():
        match, start = at_end(pattern, text)
        if match and is_more_than_authors(text[:start]):
            if name == "number":
                numbers.append(match[1])
            elif name == "left":
                draft.leave(match[1])
            else:
                draft.put(name, match[1])
            return text[:start].rstrip(ENDS)
    return text


def at_end(pattern: re.Pattern[str], text: str) -> tuple[re.Match[str] | None, int]:
    """The match at the end of a text, and where it begins there."""
    window = text[-WINDOW:]
    match = pattern.search(window)
    return match, len(text) - len(window) + match.start() if match else 0


def put_numbers(numbers: list[str], draft: Draft, is_alone: bool) -> None:
    """Of two numbers the first is that of an issue, as one is of what contains the work; the last is read first."""
    is_of_the_work = is_alone and len(numbers) == 1 and "volume" not in draft.fields
    names = ("number",) if is_of_the_work else ("issue", "number")
    for name, number in zip(names, reversed(numbers), strict=False):
        draft.put(name, number)
    for number in numbers[:-2]:
        draft.leave(number)


def dated(text: str) -> tuple[str, str, bool] | None:
    """(the text before its date, the date, whether it is that of a newspaper)"""
    for pattern in DATES:
        match, start = at_end(pattern, text)
        if not match or not is_more_than_authors(text[:start]):
            continue
        found = match.groupdict()
        date = f"{found['day']} {found['year']}" if "day" in found else found["date"]
        if read_date(date) or Draft().put_bounds(date):
            return text[:start].rstrip(" ;–—-"), date, "day" in found
    return None


def imprint(text: str, draft: Draft) -> str:
    """The text before place and publisher, which a comma joins to the date."""
    if not text.endswith(","):
        return text.rstrip(ENDS) if not text.endswith(".") else text[:-1]
    text = text.rstrip(" ,")
    place, colon, publisher = last_colon(text)
    found, start = at_end(PLACE, place)
    is_imprint = colon and publisher and not SENTENCE.search(publisher)
    if found and is_imprint and is_more_than_authors(place[:start]):
        draft.put("publisher_place", found[1])
        draft.put("publisher", publisher)
        return place[:start].rstrip(ENDS)
    alone, start = at_end(LAST_AREA, text)
    if alone and is_more_than_authors(text[:start]):
        draft.put(
            "publisher_place" if CITY.fullmatch(alone[1]) and not PUBLISHER.match(alone[1]) else "publisher",
            alone[1],
        )
        return text[:start].rstrip(ENDS)
    return text


def undated_imprint(text: str, draft: Draft) -> str:
    """Without a date, only «Москва : Наука» after a full stop is taken for place and publisher."""
    place, colon, publisher = text.rpartition(" : ")
    found, start = at_end(PLACE, place)
    if not colon or not found or not publisher[:1].isupper() or SENTENCE.search(publisher):
        return text
    if not is_more_than_authors(text[:start]):
        return text
    draft.put("publisher_place", found[1])
    draft.put("publisher", publisher)
    return place[:start].rstrip(ENDS)


def last_colon(text: str) -> tuple[str, str, str]:
    start = max(text.rfind(": ", 0), 0)
    return (text[:start].rstrip(), ":", text[start + 2 :].strip()) if start else (text, "", "")


def is_more_than_authors(text: str) -> bool:
    """Whether a title or the name of a container remains: «1984» is no date if nothing stands before it."""
    return bool(without_authors(text).strip(ENDS))


# The beginning: authors, title, responsibility.


def read_head(text: str, draft: Draft, is_alone: bool) -> None:
    if is_alone:
        text, _is_of_a_day = areas(text, draft, is_alone=True)
    text, said_by = responsibility(text)
    names = list(authors_in_front(text))
    title = without_authors(text)
    if unnamed := OTHERS.match(text, end_of_names(text)):
        draft.leave(unnamed[0].lstrip(" ,"))
    if names and (year := YEAR_IN_BRACKETS.match(title)):
        draft.put_date("issued", year[1])
        title = title[year.end() :]
    stated, others = by_statement(said_by)
    if not names and not stated:
        body, title = organization_in_front(title)
        names = [body]
    draft.put_authors(names or stated)
    if {*map(identity, stated)} - {*map(identity, names)} and names:
        others = said_by
    for other in others:
        draft.leave(other)
    read_title(title, draft)


def authors_in_front(text: str) -> Iterator[str]:
    """“Family, I. I.” of each of the authors that a text begins with."""
    for match in names_in_front(text):
        yield person(match[1], spaced(match[2]))


def names_in_front(text: str) -> Iterator[re.Match[str]]:
    place = 0
    while (match := IN_FRONT.match(text, place)) and not begins_a_title(match):
        yield match
        place = match.end()
        if text[place : place + 2] != ", ":
            return
        place += 2


def begins_a_title(match: re.Match[str]) -> bool:
    """In «Встреча Э. Рахмона» the first word is in the dictionary, and no family name."""
    word, initials = match[1], match[2]
    if len(initials) > 2 or language_of_letters(word) != "ru" or not russian().word_is_known(word.lower()):
        return False
    return not any("Surn" in reading.tag for reading in russian().parse(word.lower()))


def identity(name: str) -> str:
    return author_name(name).identity


def without_authors(text: str) -> str:
    place = end_of_names(text)
    if place and (others := OTHERS.match(text, place)):
        place = others.end()
    return text[place:].lstrip(" .,") if place else text


def end_of_names(text: str) -> int:
    return max((match.end() for match in names_in_front(text)), default=0)


def spaced(initials: str) -> str:
    """«А. А.» of «А.А.»"""
    return re.sub(r"\.(?=[^\W\d_])", ". ", initials)


def responsibility(text: str) -> tuple[str, list[str]]:
    """The title, and who is named after its slash; a slash before anything else belongs to the title."""
    title, slash, said = text.rpartition(" / ")
    said = said.strip(ENDS + "/")
    first = said.lstrip("[")
    is_named = any(pattern.match(first) for pattern in (IN_NATURAL_ORDER, IN_FRONT, EDITORS))
    if not slash or not title.strip() or not (is_named or is_organization(first)):
        return text, []
    return title.strip(), [one.strip() for one in said.split(";") if one.strip()]


def by_statement(said_by: list[str]) -> tuple[list[str], list[str]]:
    """(authors, others): the authors are named first, editors and translators after a semicolon."""
    if not said_by or EDITORS.match(said_by[0].lstrip("[")):
        return [], said_by
    first, others = said_by[0], said_by[1:]
    if is_organization(first):
        return [organization(first)], others
    if unnamed := OTHERS_AT_END.search(first):
        first, others = first[: unnamed.start()], [unnamed[0].strip(" ,"), *others]
    names = [name for name in (one.strip() for one in first.split(",")) if name]
    if all(author_name(name).is_person for name in names):
        return [name_of_unknown_kind(name) for name in names], others
    return [], said_by


def organization_in_front(text: str) -> tuple[str, str]:
    """A body is an author in front if it is called like one, or if a title in square brackets follows."""
    body, stop, title = text.partition(". ")
    described = text.partition(". [")
    if described[1] and "[" not in described[0] and text.endswith("]"):
        return organization(described[0]), f"[{described[2]}"
    is_act = ACTS.match(body) or TREATIES.match(body)
    if stop and is_organization(body) and title.strip() and not is_act and not INITIAL_AT_END.search(body):
        return organization(body), title
    return "", text


def read_title(text: str, draft: Draft) -> None:
    text = text.strip(" ,;–—")
    if genre := at_end(GENRE, text)[0]:
        draft.put("type", "press-release")
        text = text[: -len(genre[0])]
    if act := at_end(ACT_OF, text)[0]:
        draft.put_date("issued", act[1])
        draft.put("number", act[2] or "")
        draft.put("type", "treaty" if TREATIES.match(text) else "legislation")
        text = text[: -len(act[0])]
    title, translation = translated(text)
    draft.put("title_translation", translation)
    draft.put("title", title)


def translated(text: str) -> tuple[str, str]:
    """“Вестник [Herald]”: the title in the other language follows in brackets."""
    start = text.rfind(" [")
    title, translation = text[:start], text[start + 2 : -1]
    is_other = (
        start > 0 and text.endswith("]") and language_of_letters(title) != language_of_letters(translation)
    )
    return (title, translation) if is_other and "]" not in translation else (text, "")


# The kind of work, which the standard does not name.


def type_of(draft: Draft, is_of_a_day: bool) -> str:
    has = draft.fields.keys()
    title = draft.fields.get("title", "")
    if "type" in has:
        return draft.fields["type"]
    if TREATIES.match(title) or ACTS.match(title):
        return "treaty" if TREATIES.match(title) else "legislation"
    if "container_title" in has:
        return type_in_container(draft, is_of_a_day)
    if has & {"isbn", "publisher"}:
        return "report" if "number" in has or "issue" in has else "book"
    return "webpage" if has & {"url", "archive_url"} else "document"


def type_in_container(draft: Draft, is_of_a_day: bool) -> str:
    has = draft.fields.keys()
    if is_of_a_day:
        return "article-newspaper"
    if has & {"publisher", "isbn"}:
        return "chapter"
    if has & {"volume", "issue", "page", "doi"}:
        return "article-journal"
    return "webpage" if has & {"url", "archive_url"} else "article-journal"
