"""Parses dates as people write them, in Russian and English, into EDTF text. Pure functions on text.

`edtf_from_words` returns None for what it cannot read; it never guesses: 05/06/2009 is refused as ambiguous.
"""

import re
import unicodedata

from relations.errors import Problem
from relations.text.characters import UNSEEN

from .month_names import ORDINAL, with_english_months
from .period_notations import (
    read_chinese,
    read_day_of_week,
    read_day_of_year,
    read_eight_digits,
    read_roman_month,
    read_serial,
    read_week,
)
from .period_problems import day_or_month, either_century

MONTH_STEMS = {
    1: ("январ", "янв", "january", "jan"),
    2: ("феврал", "фев", "february", "feb"),
    3: ("март", "мар", "march", "mar"),
    4: ("апрел", "апр", "april", "apr"),
    5: ("мая", "май", "мае", "may"),
    6: ("июн", "june", "jun"),
    7: ("июл", "july", "jul"),
    8: ("август", "авг", "august", "aug"),
    9: ("сентябр", "сент", "сен", "september", "sept", "sep"),
    10: ("октябр", "окт", "october", "oct"),
    11: ("ноябр", "нояб", "ноя", "november", "nov"),
    12: ("декабр", "дек", "december", "dec"),
}
MONTH_OF_STEM = {stem: number for number, stems in MONTH_STEMS.items() for stem in stems}
STEMS = "|".join(sorted(MONTH_OF_STEM, key=len, reverse=True))
M = rf"(?P<m>{STEMS})(?:ь|я|е|а|у)?\.?"
D = rf"(?P<d>\d{{1,2}})(?:st|nd|rd|th|er|-?го|-?е|\.|-?(?:{ORDINAL}))?"
Y = r"(?P<y>\d{4})"

UNKNOWN = {
    "unknown",
    "неизвестно",
    "не указано",
    "не указана",
    "нет данных",
    "н.д.",
    "н/д",
    "n/a",
    "-",
    "б.г.",
    "0000-00-00",  # placeholders of databases for a missing date
    "00.00.0000",
    "00/00/0000",
}
SEASONS = {
    "весн": 21,
    "spring": 21,
    "лет": 22,
    "summer": 22,
    "осен": 23,
    "autumn": 23,
    "fall": 23,
    "зим": 24,
    "winter": 24,
}
ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
ORDINALS = {
    "перв": 1,
    "first": 1,
    "втор": 2,
    "second": 2,
    "трет": 3,
    "third": 3,
    "четверт": 4,
    "fourth": 4,
}
#: for str.translate; Windows' own dates have such marks too
INVISIBLE = dict.fromkeys(map(ord, UNSEEN))
NOISE = re.compile(
    r"(?<=\d)\s*(?:гг?\.|года|году|годы|годов|годах|год|г(?=$|\s|,))|^в(?:о)?\s+|^(?:in|on|the|у|дар|am|im|le|en)\s+|\bof\b",
    re.I,
)
ABOUT = re.compile(r"^(?:около|ок\.|примерно|приблизительно|about|around|circa|ca\.?|c\.)\s*(.+)$")
SINCE = re.compile(r"^(?:с|со|начиная с|since|from)\s+(.+)$")
UNTIL = re.compile(r"^(?:до|по|until|till|before|up to)\s+(.+)$")
#: before a word that already has a preposition: «примерно с 2009»
ROUGHLY = re.compile(
    r"^(?:примерно|приблизительно|около|about|approximately)\s+(?=(?:с|со|до|по|since|from|until)\s)"
)
NO_YEAR = re.compile(r"\s*,?\s*(?:год не указан|year not given)$")
#: the sign of EDTF, by whether a date is about and whether it is doubtful
DOUBTS = {(False, False): "", (True, False): "~", (False, True): "?", (True, True): "%"}
ACADEMIC = re.compile(r"(?:учебн|academic|school)")
DASH = re.compile(r"[‐‑‒–—−]")
QUOTED_DAY = re.compile(r"[«»\"“”„'‘’](\d{1,2})[«»\"“”„'‘’]")
DECADE = re.compile(r"(?<!\d)(\d{3})0(?:-?(?:е|ые|х|ых)|s)(?!\w)(?:\s*(?:гг\.?|годы|годов|годах))?")
TIME = re.compile(
    r"(?<=\d)(?:t|\s?,?\s)(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d+)?)?(?:z|\s*[+-]\d\d:?\d\d)?$"
)

#: what may be between a day and its month: «25 мая», “25-may”, «25.мая»
NEXT = r"(?:\s+|-|(?<=\.))"
POINTS = [
    (re.compile(rf"{D}{NEXT}{M}\s*,?\s*{Y}"), "{y}-{m}-{d}"),
    (re.compile(rf"{D}-{M}-{Y}"), "{y}-{m}-{d}"),
    (re.compile(rf"{M}\s+{D}\s*,?\s*{Y}"), "{y}-{m}-{d}"),
    (re.compile(rf"{M}(?:\s*,?\s*|-){Y}"), "{y}-{m}"),
    (re.compile(rf"{Y}\s*,?\s+{D}{NEXT}{M}"), "{y}-{m}-{d}"),
    (re.compile(rf"{Y}\s*,?\s+{M}\s+{D}"), "{y}-{m}-{d}"),
    (re.compile(rf"{Y}-{M}-{D}"), "{y}-{m}-{d}"),
    (re.compile(rf"{Y}(?:\s*,?\s+|-){M}"), "{y}-{m}"),
    (re.compile(r"(?P<d>\d{1,2})\.\s?(?P<m>\d{1,2})\.\s?(?P<y>\d{4})"), "{y}-{m}-{d}"),
    (re.compile(r"(?P<m>\d{1,2})\.(?P<y>\d{4})"), "{y}-{m}"),
    (re.compile(r"(?P<m>0?[1-9]|1[0-2])/(?P<y>\d{4})"), "{y}-{m}"),
    (re.compile(r"(?P<y>\d{4})\.\s?(?P<m>\d{1,2})\.\s?(?P<d>\d{1,2})"), "{y}-{m}-{d}"),
    (re.compile(r"(?P<y>\d{4})/(?P<m>\d{1,2})/(?P<d>\d{1,2})"), "{y}-{m}-{d}"),
    (re.compile(r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})"), "{y}-{m}-{d}"),
    (re.compile(r"(?P<y>\d{4})(?:\.0)?"), "{y}"),
    (re.compile(r"(?P<y>\d{3})x"), "{y}X"),
    (re.compile(M), "XXXX-{m}"),
]
NOTATIONS = (read_day_of_year, read_eight_digits, read_day_of_week, read_roman_month, read_chinese)
MOST_DAYS = 31
#: a year of two digits: two of them, of which one cannot be a day; before the rest of a date, and behind it
SHORT_YEARS = re.compile(r"(?=.*(?:3[2-9]|[4-9]\d))(\d\d)\s?[-/]\s?(\d\d)")
SHORT_YEAR = (re.compile(r"^(3[2-9]|[4-9]\d)(?!\d)"), re.compile(r"(?<!\d)'?(\d\d)$"))
WITH_DAY = re.compile(r"\d-\d\d-\d\d")
SLASHED = re.compile(r"(\d{1,2})([/-])(\d{1,2})\2(\d{4})")
TWO_YEARS = re.compile(r"(\d{4})\s*[-/]\s*(\d{4}|\d\d)")
DAYS_OF_MONTH = (
    re.compile(rf"{M}\s+(?P<d>\d{{1,2}})\s*-\s*(?P<d2>\d{{1,2}})\s*,?\s*{Y}"),
    re.compile(rf"{Y}\s+(?P<d>\d{{1,2}})\s*-\s*(?P<d2>\d{{1,2}})[\s-]{M}"),
)
DOTTED_DAYS = re.compile(r"(\d{1,2})(?:\.(\d{1,2}))?\s*-\s*(\d{1,2})\.(\d{1,2})\.(\d{4})")
SEASON = re.compile(rf"({'|'.join(SEASONS)})[а-я]*\s+(\d{{4}})")
NUMBERED = rf"(?P<n>[1-4]|iv|i{{1,3}}|(?:{'|'.join(ORDINALS)})[а-я]*)(?:-?[йиея]|-м)?\s*"
QUARTER = [
    re.compile(r"q(?P<n>[1-4])\s*,?\s*(?P<y>\d{4})"),
    re.compile(r"(?P<y>\d{4})\s*-?\s*q(?P<n>[1-4])"),
    re.compile(rf"{NUMBERED}(?:квартал[а-я]*|кв\.?|quarter)\s*,?\s*(?P<y>\d{{4}})"),
]
HALF = [
    re.compile(r"h(?P<n>[12])\s*,?\s*(?P<y>\d{4})"),
    re.compile(r"(?P<y>\d{4})\s*-?\s*h(?P<n>[12])"),
    re.compile(rf"{NUMBERED}(?:полугоди[а-я]*|half)\s*,?\s*(?P<y>\d{{4}})"),
]


def edtf_from_words(text: str) -> str | None:
    """EDTF for a date in words or digits, "unknown" if the text means that, None if it cannot be read."""
    plain = tidy(text)
    if plain in UNKNOWN:
        return "unknown"
    return first_reading(plain) or read_week(plain) or read_serial(text)


def first_reading(text: str) -> str | None:
    """What the first reader makes of a tidy text that can read it."""
    readings = (reader(text) for reader in READERS)
    return next((found for found in readings if found is not None), None)


def refuse_short_year(text: str) -> None:
    """A Problem for a date that lacks no more than the century: 25.05.93, 25-May-93, 92-93, 93-05-25."""
    short = tidy(text)
    if match := SHORT_YEARS.fullmatch(short):
        raise either_century(text, f"{match[1]} {match[2]}")
    for match in filter(None, (pattern.search(short) for pattern in SHORT_YEAR)):
        if is_year_of(short[: match.start()], match[1], short[match.end() :]):
            raise either_century(text, match[1])


def is_year_of(before: str, year: str, behind: str) -> bool:
    """Whether two digits are the year of a date; those of a mere «май 25» may be a day."""
    try:
        found = first_reading(f"{before}19{year}{behind}")
    except Problem:  # also 05/06/93 lacks the century
        return True
    return bool(found) and (int(year) > MOST_DAYS or WITH_DAY.search(found or "") is not None)


def tidy(text: str) -> str:
    """Normalises blanks, dashes and letters, and removes words that are not part of the date."""
    text = DASH.sub("-", unicodedata.normalize("NFC", text).lower())
    text = with_english_months(text).replace("ё", "е")
    text = NOISE.sub(" ", DECADE.sub(r"\1x", QUOTED_DAY.sub(r"\1", text)))
    return re.sub(r"\s+", " ", text).strip(" ,;")


def read_moment(text: str) -> str | None:
    """A day with a time, which is dropped; 05:25 after a mere year may be a month and a day."""
    if match := TIME.search(text):
        point = read_point(text[: match.start()])
        return point if point and len(point) == len("1993-05-25") else None
    return None


def read_point(text: str) -> str | None:
    if match := SLASHED.fullmatch(text):
        return from_slashes(text, int(match[1]), int(match[3]), int(match[4]))
    for pattern, form in POINTS:
        if match := pattern.fullmatch(text):
            parts = match.groupdict()
            month = parts.get("m")
            if month:
                parts["m"] = f"{MONTH_OF_STEM.get(month) or int(month):02d}"
            if parts.get("d"):
                parts["d"] = f"{int(parts['d']):02d}"
            return form.format(**parts)
    return next(filter(None, (read(text) for read in NOTATIONS)), None)


def from_slashes(text: str, left: int, right: int, year: int) -> str:
    """In 25/05/1993 and 05-25-1993 it is clear which number is the day; in 05/06/1993 it is not."""
    if left <= 12 and right <= 12 and left != right:
        raise day_or_month(text)
    day, month = (left, right) if left > 12 or left == right else (right, left)
    return f"{year}-{month:02d}-{day:02d}"


def read_academic_year(text: str) -> str | None:
    """An academic year runs from September to August."""
    match = TWO_YEARS.search(text)
    if not match or not ACADEMIC.search(text):
        return None
    return f"{match[1]}-09/{full_year(*match.groups())}-08"


def full_year(first: str, second: str) -> str:
    return second if len(second) == 4 else first[:2] + second


def read_division(text: str) -> str | None:
    if match := SEASON.fullmatch(text):
        return f"{match[2]}-{SEASONS[match[1]]}"
    for patterns, before_first in ((QUARTER, 32), (HALF, 39)):
        match = next(filter(None, (pattern.fullmatch(text) for pattern in patterns)), None)
        if match and (division := division_code(match["n"], before_first)):
            return f"{match['y']}-{division}"
    return None


def division_code(word: str, before_first: int) -> int | None:
    """The EDTF code of «III», "3" or «третий»; None for a third half, since a year has two."""
    ordinal = next((number for stem, number in ORDINALS.items() if word.startswith(stem)), None)
    number = ROMAN.get(word) or ordinal or int(word)
    return None if before_first == 39 and number > 2 else before_first + number


def read_plain(text: str) -> str | None:
    """One point without any doubt, or a part of a year."""
    text = NO_YEAR.sub("", text.removeprefix("the "))
    return read_division(text) or read_point(text)


def read_vague(text: str) -> str | None:
    """«2014 (?)» is doubtful, «около 2014» about; «около 2014 (?)» is both, in EDTF “%”."""
    text, is_doubtful = without_question(text)
    about = ABOUT.match(text)
    point = read_plain(about[1] if about else text)
    return point and point + DOUBTS[bool(about), is_doubtful]


def without_question(text: str) -> tuple[str, bool]:
    """The text without “(?)” at its end, and whether it was there."""
    return text.removesuffix("(?)").strip(), text.endswith("(?)")


def read_day_range(text: str) -> str | None:
    if match := next(filter(None, (pattern.fullmatch(text) for pattern in DAYS_OF_MONTH)), None):
        year, month = match["y"], MONTH_OF_STEM[match["m"]]
        return f"{year}-{month:02d}-{int(match['d']):02d}/{year}-{month:02d}-{int(match['d2']):02d}"
    if match := DOTTED_DAYS.fullmatch(text):
        day, month, last_day, last_month = (int(number or match[4]) for number in match.groups()[:4])
        return f"{match[5]}-{month:02d}-{day:02d}/{match[5]}-{last_month:02d}-{last_day:02d}"
    return None


def read_range(text: str) -> str | None:
    """`a - b`, where a may omit the month or the year that b has: «30 сентября - 2 октября 2018»."""
    if match := TWO_YEARS.fullmatch(text):
        return f"{match[1]}/{full_year(*match.groups())}"
    match = re.fullmatch(r"(?:с |from )?(.+?)(\s*-\s*| по | до | to )(.+)", text)
    if not match or not (end := read_vague(match[3])):
        return None
    start = read_vague(match[1])
    words = without_question(match[3])[0].split()
    for tail in (words[1:], words[-1:]):
        if not start or start.startswith("XXXX"):
            start = read_vague(" ".join([match[1], *tail])) or start
    if not start or (match[2] == "-" and a_day_and_a_year(start, end)):
        return None
    return f"{start}/{end}"


def a_day_and_a_year(start: str, end: str) -> bool:
    """17.04.2003-2004 is refused, since it may be a mistyped day or a span."""
    return {len(start), len(end)} == {len("2003-04-17"), len("2004")}


def read_open(text: str) -> str | None:
    """«с 2009», «примерно до весны 2010 (?)»: about and doubtful as for a single point."""
    rest = ROUGHLY.sub("", text)
    for start, form in ((SINCE, "{}/.."), (UNTIL, "../{}")):
        if match := start.match(rest):
            point = read_vague(f"около {match[1]}" if rest != text else match[1])
            return point and form.format(point)
    return None


READERS = (
    read_academic_year,
    read_vague,
    read_moment,
    read_day_range,
    read_open,
    read_range,
)
