"""Synthetic figures, in series by indicator, area and counterpart, as the cells of a sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .dates import FIRST_YEAR, LAST_YEAR
from .numbers import chance, key_of
from .sources import Cells, citations
from .words import INDICATORS

if TYPE_CHECKING:
    from .content import Content


#: indicators that are counted beside each other; the last two of them by months, the others by years
TOGETHER = len(INDICATORS)
MONTHLY = 2
YEARS = [str(year) for year in range(FIRST_YEAR, LAST_YEAR + 1)]
MONTHS = [f"{year}-{month:02}" for year in YEARS for month in range(1, 13)]
#: (which of the indicators, period) of all figures of one pair of places
PERIODS = [
    (at, period) for at in range(TOGETHER) for period in (MONTHS if at >= TOGETHER - MONTHLY else YEARS)
]
TOPICS = ("trade", "investment", "education", "migration", "transport")


def indicator_key(number: int) -> str:
    return key_of("indicator", number)


def number_of_indicators(figures: int, content: Content) -> int:
    return TOGETHER * -(-figures // (len(PERIODS) * len(content.pairs)))


def indicator(number: int) -> Cells:
    russian, english, unit = INDICATORS[number % TOGETHER]
    group = number // TOGETHER + 1
    return {
        "key": indicator_key(number),
        "name_ru": f"{russian}, товарная группа {group}" if unit == "usd" else f"{russian}, группа {group}",
        "name_en": f"{english}, commodity group {group}" if unit == "usd" else f"{english}, group {group}",
        "unit": unit,
    }


def figure(number: int, content: Content) -> Cells:
    """All periods of a pair of places, then the next pair; after the last of them, further indicators."""
    pair, at = divmod(number - 1, len(PERIODS))
    group, pair = divmod(pair, len(content.pairs))
    within, period = PERIODS[at]
    area, counterpart = content.pairs[pair]
    of_series = chance("series", (group * TOGETHER + within) * len(content.pairs) + pair)
    start, growth = of_series.randint(200, 9_000), of_series.uniform(0.99, 1.05)
    random, year = chance("figure", number), int(period[:4])
    value = round(start * growth ** (year - FIRST_YEAR) * random.uniform(0.9, 1.1))
    unit = INDICATORS[within][2]
    return {
        "key": key_of("figure", number),
        "topics": TOPICS[within % len(TOPICS)],
        "indicator": indicator_key(group * TOGETHER + within),
        "area": area,
        "counterpart": counterpart,
        "period": period,
        "value": str(value),
        **said(random.random(), value),
        "unit": unit,
        "unit_mult": "3" if unit == "usd" else "0",
        **citations(random, number, year, ["value", "period"]),
    }


def said(chosen: float, value: int) -> Cells:
    """How exactly the source says it, and how sure it is."""
    if chosen < 0.04:
        return {"qualifier": "about"}
    if chosen < 0.06:
        return {"qualifier": "between", "value_to": str(value + value // 10)}
    return {"obs_status": "E" if chosen < 0.09 else "P" if chosen < 0.12 else "A"}
