"""Values as a sentence shows them, in the language of its reader."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from django.utils.functional import lazy

from relations.models.named import reader_language
from relations.values.period import Period
from relations.values.period_format import phrase


def shown(period: Period) -> object:
    """A date in words."""
    return lazy(lambda: phrase(period, reader_language(), short=True), str)()


def listed(values: Iterable[object]) -> object:
    """Several values, each in the language of the reader."""
    found = tuple(values)
    return lazy(lambda: ", ".join(map(str, found)), str)()


def plain(number: Decimal) -> str:
    """A number without zeros at its end and without an exponent."""
    return f"{number.normalize():f}"
