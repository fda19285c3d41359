"""Readings of a date: every way in which it can be understood, and which questions about years it certainly meets.

A date that is not known to the day can be read in several ways: “about 2014” as any day from 2013 to 2015. A question
about years is met certainly where every reading meets it, and possibly where some reading does.
"""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from .period import Period, point_bounds, point_match

#: “about 2014” is read as 2013 to 2015
ABOUT_YEARS = 1
EARLIEST, LATEST = date.min, date.max
BOUNDS_CONTRADICT = _("The earliest possible date is later than the latest one.")


class Bounds(NamedTuple):
    """First and last possible day, None where nothing is known."""

    first: date | None = None
    last: date | None = None

    def within(self, other: "Bounds") -> "Bounds":
        """The days that both allow."""
        return Bounds(latest_of(self.first, other.first), earliest_of(self.last, other.last))


UNBOUNDED = Bounds()


@dataclass(frozen=True, slots=True)
class Readings:
    """Four days that answer every question about years.

    A question from day A to day B is met possibly if A ≤ `possible_to` and B ≥ `possible_from` (None: no limit), and
    certainly if A ≤ `certain_from` and B ≥ `certain_to` (None: never). Of a span known from start to end,
    `certain_from` is the first day on which it may have ended and `certain_to` the last on which it may have begun.
    """

    possible_from: date | None = None
    possible_to: date | None = None
    certain_from: date | None = None
    certain_to: date | None = None

    @property
    def is_contradictory(self) -> bool:
        """Whether the bounds leave no day."""
        return bool(self.possible_from and self.possible_to and self.possible_from > self.possible_to)


def readings(period: Period, is_span: bool, bounds: Bounds = UNBOUNDED) -> Readings:
    """The readings of a period within `bounds`, as a span of time or as a point in it."""
    if "/" in period.text:
        start, end = (point_readings(point) for point in period.points)
    else:
        start = end = point_readings(period.text)
    first, last = Bounds(start.first, end.last).within(bounds)
    has_ends = is_span and "/" in period.text
    certain = certain_days(period, start, end) if has_ends else contained(period, Bounds(first, last))
    return Readings(first, last, *certain)


def latest_of(*days: date | None) -> date | None:
    return max((day for day in days if day), default=None)


def earliest_of(*days: date | None) -> date | None:
    return min((day for day in days if day), default=None)


@lru_cache(maxsize=20_000)
def point_readings(point: str) -> Bounds:
    """First and last day that one EDTF point may mean; Bounds() where it is open or unknown."""
    if point in ("", ".."):
        return UNBOUNDED
    first, last = point_bounds(point)
    if first is None or last is None or point_match(point)["doubt"] not in ("~", "%"):
        return Bounds(first, last)
    return Bounds(years_away(first, -ABOUT_YEARS), years_away(last, ABOUT_YEARS))


def years_away(day: date, years: int) -> date:
    """The same day of another year; 28 February for a leap day."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def is_doubtful(point: str) -> bool:
    return point not in ("", "..") and point_match(point)["doubt"] in ("?", "%")


def contained(period: Period, within: Bounds) -> tuple[date | None, date | None]:
    """A question is met only if it holds every reading. A doubtful date never is."""
    if any(is_doubtful(point) for point in period.points) or within == UNBOUNDED:
        return None, None
    return within.first or EARLIEST, within.last or LATEST


def certain_days(period: Period, start: Bounds, end: Bounds) -> tuple[date | None, date | None]:
    """(certain_from, certain_to) of a span: from its start to its end, or at the one end that is known."""
    known = [
        bounds
        for point, bounds in zip(period.points, (start, end), strict=False)
        if bounds.first and not is_doubtful(point)
    ]
    if not known:
        return None, None
    if len(known) == 2:  # it cannot begin after its latest end, nor end before its earliest beginning
        return latest_of(end.first, start.first), earliest_of(start.last, end.last)
    return known[0].first, known[0].last
