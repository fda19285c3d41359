"""Differences between sources: competing figures for the same period and series, and how far apart they are."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import NamedTuple

from django.utils.translation import gettext as _

from relations.models import Observation
from relations.models.named import reader_language
from relations.models.series import SeriesKey
from relations.values.quantity import EXACT, Quantity
from relations.values.quantity_format import number_words
from relations.values.quantity_format import phrase as quantity_phrase

from .data_points import Figure, figures_of, same_fact

MINUS, ABOUT = "\u2212", "≈\u00a0"


class Rival(NamedTuple):
    """Another figure, and by how much it differs: in its unit and in per cent, both in words."""

    figure: Figure
    absolute: str
    per_cent: str


@dataclass
class Difference:
    """The figures of one series for one period, the main one first."""

    first: Figure
    others: list[Rival]

    @property
    def observation(self) -> Observation:
        return self.first.observation


def differences(observations: Iterable[Observation]) -> list[Difference]:
    """Differences, the newest first, between competing figures with other values."""
    by_series: dict[SeriesKey, list[Observation]] = {}
    for one in observations:
        by_series.setdefault(one.series, []).append(one)
    found = [one for figures in by_series.values() for one in of_series(figures_of(figures))]
    return sorted(found, key=lambda one: str(one.observation.first_day), reverse=True)


def of_series(figures: Iterable[Figure]) -> Iterator[Difference]:
    rivals = [figure for figure in figures if figure.has_rivals]
    for _fact, group in groupby(sorted(rivals, key=lambda one: str(same_fact(one))), same_fact):
        first, *others = sorted(group, key=lambda one: not one.is_main)
        if any(said(other) != said(first) for other in others):
            yield Difference(first, [Rival(other, *gap(first, other)) for other in others])


def said(figure: Figure) -> tuple[Decimal | None, float | None, str]:
    """The value of the figure, whatever its power of ten."""
    one = figure.observation
    return one.quantity.base, figure.upper, one.qualifier


def gap(first: Figure, other: Figure) -> tuple[str, str]:
    """(absolute, per cent) in words; empty where one of the two is a range, or nothing can be divided by."""
    if first.upper is not None or other.upper is not None:
        return "", ""
    before, after = (one.observation.quantity.known_base for one in (first, other))
    near = "" if first.observation.qualifier == other.observation.qualifier == EXACT else ABOUT
    return near + absolute(after - before, other.observation), per_cent(before, after)


def signed(words: str, value: Decimal) -> str:
    return f"{'+' if value > 0 else MINUS if value < 0 else ''}{words}"


def absolute(gap: Decimal, observation: Observation) -> str:
    unit, language = observation.unit, reader_language()
    if unit and unit.key == "percent":
        words = _("%(n)s percentage points") % {"n": number_words(abs(gap), language)}
    else:
        quantity = Quantity(abs(gap).scaleb(-observation.unit_mult), mult=observation.unit_mult)
        words = quantity_phrase(quantity, unit, language)
    return signed(words, gap)


def per_cent(before: Decimal, after: Decimal) -> str:
    if not before:
        return ""
    share = (after - before) / abs(before) * 100
    rounded = round(share, 1 if abs(share) < 100 else 0)
    sign = "%" if reader_language() == "en" else "\u00a0%"
    return signed(number_words(abs(Decimal(rounded)), reader_language()) + sign, share)
