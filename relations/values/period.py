"""Period: when something happened or was measured, as precisely as the source says and no more.

The canonical text is the subset of EDTF (ISO 8601-2, levels 0 and 1) that historians and statisticians need:
`2009`, `2009-09`, `2006-08-25`, `2018-10-24/2018-10-26`, `2014~` (about), `2011?` (doubtful), `2014/..` (since),
`../2014` (until), `200X` (decade), `2022-21` (season), `2023-33` (quarter), `2023-40` (half) and, from level 2,
`XXXX-04` (a month of an unknown year). The empty text is "unknown".
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NoReturn

from django.utils.translation import gettext_lazy as _

from relations.errors import Problem

from .period_notations import without_marks
from .period_parser import INVISIBLE, UNKNOWN, edtf_from_words, refuse_short_year
from .period_problems import FIRST_YEAR, LAST_YEAR, impossible, unreadable, year_out_of_range

POINT = re.compile(
    r"(?P<year>\d{4}|\d{3}X|XXXX)(?:-(?P<month>\d\d)(?:-(?P<day>\d\d))?)?(?P<doubt>[~?%]?)", re.ASCII
)
# Sub-year divisions of EDTF level 2, as (first month, number of months). Winter may begin in December or in January.
DIVISIONS = {
    21: (3, 3),
    22: (6, 3),
    23: (9, 3),
    33: (1, 3),
    34: (4, 3),
    35: (7, 3),
    36: (10, 3),
    40: (1, 6),
    41: (7, 6),
}
WINTER = 24
SHORT_SPAN = re.compile(r"\d\d(?P<first>\d\d)-(?P<last>\d\d)", re.ASCII)


def months(year: int, month: int, count: int) -> tuple[date, date]:
    """First and last day of `count` months beginning with `month`."""
    last_month = month + count - 1
    return date(year, month, 1), date(year, last_month, monthrange(year, last_month)[1])


def point_match(text: str) -> re.Match[str]:
    """The parts of one EDTF point; Problem where it is none."""
    match = POINT.fullmatch(text)
    if not match:
        raise unreadable(text)
    return match


def point_bounds(text: str) -> tuple[date, date] | tuple[None, None]:
    """First and last day of one EDTF point, (None, None) where the year is unknown; Problem where it cannot be."""
    match = point_match(text)
    if "00" in (match["month"], match["day"]):
        raise impossible(text)
    year, month, day = match["year"], int(match["month"] or 0), int(match["day"] or 0)
    if year == "XXXX":
        if not 1 <= month <= 12 or day:
            raise unreadable(text)
        return None, None
    if year.endswith("X"):
        if month:
            raise unreadable(text)
        first = int(year[:3] + "0")
        check_years(text, first, first + 9)
        return date(first, 1, 1), date(first + 9, 12, 31)
    bounds = calendar_bounds(text, int(year), month, day)
    check_years(text, int(year), int(year))
    return bounds


def calendar_bounds(text: str, year: int, month: int, day: int) -> tuple[date, date]:
    if not 1 <= year <= 9999:
        raise impossible(text)
    try:
        if day:
            return date(year, month, day), date(year, month, day)
        if not month:
            return date(year, 1, 1), date(year, 12, 31)
        if month == WINTER:
            return date(year, 1, 1), date(year + 1, 3, 1) - timedelta(days=1)
        return months(year, *DIVISIONS.get(month, (month, 1)))
    except (ValueError, IndexError):
        raise impossible(text) from None


def check_years(text: str, first: int, last: int) -> None:
    """The years as they are written: the last winter may end in the year after."""
    if first < FIRST_YEAR or last > LAST_YEAR:
        raise year_out_of_range(text)


@dataclass(frozen=True, slots=True)
class Period:
    """An immutable period: canonical `text` with the derived `first_day` and `last_day` (None: open or unknown)."""

    text: str = ""
    first_day: date | None = None
    last_day: date | None = None

    @classmethod
    def parse(cls, value: object) -> "Period":
        """Read what people and sheets write. Accepts text, date, datetime, a year as a number, None or a Period.

        Raises Problem (a ValueError) with the code date.unreadable, date.impossible, date.out_of_range,
        date.reversed or date.ambiguous.
        """
        if isinstance(value, Period):
            return value
        if isinstance(value, datetime):
            value = value.date()
        if isinstance(value, date):
            value = value.isoformat()
        return parse_text("" if value is None else str(value).strip())

    @classmethod
    def years(cls, first: int | None, last: int | None) -> "Period":
        """The filter "from year to year", either side open (None)."""
        return cls.parse(f"{first or '..'}/{last or '..'}") if first or last else cls()

    def __bool__(self) -> bool:
        return bool(self.text)

    def __str__(self) -> str:
        return self.text

    @property
    def points(self) -> list[str]:
        """The one or two EDTF points of the text, ".." for an open end."""
        return self.text.split("/")

    @property
    def precision(self) -> str:
        """unknown, day, month, year, decade, division (season, quarter, half) or interval."""
        if not self.text:
            return "unknown"
        if "/" in self.text:
            return "interval"
        match = point_match(self.text)
        if match["year"].endswith("X"):
            return "month" if match["month"] else "decade"
        if match["day"]:
            return "day"
        if match["month"]:
            return "month" if int(match["month"]) <= 12 else "division"
        return "year"


@lru_cache(maxsize=50_000)
def parse_text(text: str) -> Period:
    text = text.translate(INVISIBLE).strip()
    try:
        return from_edtf(edtf_of(text))
    except Problem as problem:
        problem.params["text"] = text[:80]  # the message quotes what was written, not what was made of it
        raise


def edtf_of(text: str) -> str:
    """The EDTF of a text, also of one in brackets or with the mark of a footnote, where it means nothing else."""
    for written in dict.fromkeys((text, without_marks(text))):
        if looks_like_edtf(written):
            return written
        if found := edtf_from_words(written):
            return found
    refuse_short_year(without_marks(text))
    raise unreadable(text)


def refuse(text: str) -> NoReturn:
    raise unreadable(text)


def looks_like_edtf(text: str) -> bool:
    points = text.split("/", 1)
    return text == "" or (
        text not in UNKNOWN
        and not is_short_span(text)
        and all(part in ("", "..") or POINT.fullmatch(part) for part in points)
    )


def is_short_span(text: str) -> bool:
    """Whether 2017-19 means 2017–2019: 19 is neither a month nor a division, and is the later year."""
    match = SHORT_SPAN.fullmatch(text)
    if not match or int(match["last"]) in (*DIVISIONS, WINTER):
        return False
    return match["last"] > max(match["first"], "12")


def from_edtf(text: str) -> Period:
    if text in ("", "unknown"):
        return Period()
    if "/" not in text:
        return Period(text, *point_bounds(text))
    return interval(*(".." if part in ("", "..") else part for part in text.split("/", 1)))


def interval(start: str, end: str) -> Period:
    text = f"{start}/{end}"
    if start == end:
        return from_edtf(start) if start != ".." else refuse(text)
    first = None if start == ".." else point_bounds(start)[0]
    last = None if end == ".." else point_bounds(end)[1]
    if (first is None and start != "..") or (last is None and end != ".."):
        raise unreadable(text)
    if first and last and first > last:
        raise Problem("date.reversed", _("“%(text)s” ends before it begins."), text=text)
    return Period(text, first, last)
