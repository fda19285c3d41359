"""Days in other notations than day, month and year in a row: weeks, days of a year, Roman months, counts of days.

Each reader takes a text in lower case and returns EDTF, or None for what is not in its notation.
"""

import re
from datetime import date, timedelta

from .period_problems import impossible, year_or_serial

WEEK = re.compile(r"(\d{4})(-?)w(\d\d)(?:\2([1-7]))?")
DAY_OF_YEAR = re.compile(r"(\d{4})-(\d{3})")
EIGHT_DIGITS = re.compile(r"((?:18|19|20)\d\d)(\d\d)(\d\d)")
SERIAL = re.compile(r"(\d{5})(?:\.0+)?")
#: spreadsheets count days from here; only these are read, since other numbers of five digits are no likely days
DAY_ZERO, FIRST_COUNTED, LAST_COUNTED = date(1899, 12, 30), date(1950, 1, 1), date(2099, 12, 31)
CHINESE = re.compile(r"(\d{4})\s?年(?:\s?(\d{1,2})\s?月(?:\s?(\d{1,2})\s?日)?)?")
#: Russian keyboards have the letters «і» and «х» for I and X
ROMAN = re.compile(r"(\d{1,2})([. /-])\s?([ivxіх]+|[\u2170-\u217b])(?:\2|\s)\s?(\d{4})")
ROMAN_MONTHS = "i ii iii iv v vi vii viii ix x xi xii".split()
LATIN = {"і": "i", "х": "x"} | {chr(0x2170 + at): month for at, month in enumerate(ROMAN_MONTHS)}
TO_LATIN = str.maketrans(LATIN)
#: the mark of a footnote behind a date, and the brackets of a year that a librarian has supplied
FOOTNOTE = re.compile(
    r"(?<=[\w.~?%)\]])\s?(?:[*†‡§]+\)?|[¹²³⁰⁴-⁹]+\)?|(?:\[\d{1,3}\])+|(?<=\d{4}\s)[1-9]\)?|(?<=\d{4})\.)$"
)
BRACKETED = re.compile(r"\[([^\[\]]*\d{4}[^\[\]]*)\]")


def without_marks(text: str) -> str:
    text = FOOTNOTE.sub("", text)
    match = BRACKETED.fullmatch(text)
    return match[1].strip() if match else text


def read_week(text: str) -> str | None:
    """1993-W21 is seven days."""
    match = WEEK.fullmatch(text)
    if not match or match[4]:
        return None
    return "/".join(day_of_week(text, int(match[1]), int(match[3]), day).isoformat() for day in (1, 7))


def read_day_of_week(text: str) -> str | None:
    """1993-W21-2 is one of them."""
    match = WEEK.fullmatch(text)
    if not match or not match[4]:
        return None
    return day_of_week(text, *map(int, (match[1], match[3], match[4]))).isoformat()


def day_of_week(text: str, year: int, week: int, day: int) -> date:
    try:
        return date.fromisocalendar(year, week, day)
    except ValueError:
        raise impossible(text) from None


def read_day_of_year(text: str) -> str | None:
    match = DAY_OF_YEAR.fullmatch(text)
    if not match:
        return None
    year, number = int(match[1]), int(match[2])
    if year < 1 or not 1 <= number <= (date(year, 12, 31) - date(year, 1, 1)).days + 1:
        raise impossible(text)
    return (date(year, 1, 1) + timedelta(number - 1)).isoformat()


def read_eight_digits(text: str) -> str | None:
    match = EIGHT_DIGITS.fullmatch(text)
    try:
        return match and date(*map(int, match.groups())).isoformat()
    except ValueError:
        return None


def read_serial(text: str) -> str | None:
    """The number of a day that has been copied as text; 19933 may as well be a year with a digit too many."""
    match = SERIAL.fullmatch(text)
    day = DAY_ZERO + timedelta(int(match[1])) if match else None
    if not match or not day or not FIRST_COUNTED <= day <= LAST_COUNTED:
        return None
    if match[1][:2] in ("19", "20"):
        raise year_or_serial(text, day.isoformat())
    return day.isoformat()


def read_chinese(text: str) -> str | None:
    match = CHINESE.fullmatch(text)
    return "-".join(part.zfill(2) for part in match.groups() if part) if match else None


def read_roman_month(text: str) -> str | None:
    match = ROMAN.fullmatch(text)
    month = match[3].translate(TO_LATIN) if match else ""
    if not match or month not in ROMAN_MONTHS:
        return None
    return f"{match[4]}-{ROMAN_MONTHS.index(month) + 1:02d}-{int(match[1]):02d}"
