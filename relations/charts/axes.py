"""Axes of charts: round tick values, years and months, with label widths in pixels known in advance."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from math import floor, log10

STEPS = (1, 2, 2.5, 5, 10)
#: powers of ten that shorten the numbers of an axis
POWERS = (15, 12, 9, 6)


def power_for(values: Iterable[float]) -> int:
    """The power of ten that makes the largest of these values a short number."""
    most = max((abs(value) for value in values), default=0)
    return next((power for power in POWERS if most >= 10**power), 0)


def round_step(span: float, parts: int) -> float:
    """A round step that divides a span into about `parts` parts."""
    rough = span / parts
    tens: float = 10 ** floor(log10(rough))
    return next(step * tens for step in STEPS if step * tens >= rough * 0.999)


def nice(values: Collection[float], parts: int = 5, from_zero: bool = True) -> list[float]:
    """The ticks of an axis that covers all values; the first and the last are its ends."""
    low, high = min(values), max(values)
    if from_zero:
        low, high = min(low, 0), max(high, 0)
    if low == high:
        low, high = (0, 1) if not low else (min(low, 0), max(high, 0))
    step = round_step(high - low, parts)
    first, last = floor(low / step + 1e-9), -floor(-high / step + 1e-9)
    return [mark * step for mark in range(first, last + 1)]


def place_in(value: float, low: float, high: float, length: float) -> float:
    """Pixels from the upper end of a vertical axis."""
    return length * (1 - (value - low) / (high - low))


def year_of(day: date) -> float:
    """A day as a year with its fraction: 2018-07-01 is 2018.5."""
    return day.year + (day.month - 1) / 12 + (day.day - 1) / 372


def time_marks(low: float, high: float, most: int) -> list[float]:
    """The marks of an axis of time: whole years, or months where there are few years."""
    if high - low < 2:
        step = next((step for step in (1, 3, 6) if (high - low) * 12 / step <= most), 12)
        first = -floor(-low * 12 / step)
        return [mark * step / 12 for mark in range(first, floor(high * 12 / step) + 1)]
    step = next(step for step in (1, 2, 5, 10, 20, 50, 100, 200, 500) if (high - low) / step <= most)
    return [float(mark * step) for mark in range(-floor(-low / step), floor(high / step) + 1)]


#: 2018 for a whole year, 04.2018 for a month
TIME_LABEL = (
    "datum.value % 1 < 0.001 ? format(datum.value, 'd')"
    " : format(round(datum.value % 1 * 12) + 1, '02') + '.' + floor(datum.value)"
)


def spread(places: Sequence[float], heights: Sequence[float], low: float, high: float) -> list[float]:
    """Moves positions (pixels, in any order) so that boxes of these heights do not overlap, between low and high."""
    order = sorted(range(len(places)), key=places.__getitem__)
    moved, edge = dict(enumerate(places)), low
    for i in order:
        moved[i] = max(moved[i], edge + heights[i] / 2)
        edge = moved[i] + heights[i] / 2
    edge = max(high, low + sum(heights))
    for i in reversed(order):
        moved[i] = min(moved[i], edge - heights[i] / 2)
        edge = moved[i] - heights[i] / 2
    return [moved[i] for i in range(len(places))]
