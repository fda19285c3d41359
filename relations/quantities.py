"""Quantity: a figure as the source gives it, with its uncertainty. No Django models.

The qualifiers are those of the register's vocabulary; `mult` is SDMX UNIT_MULT (the power of ten: 9 for thousand
millions), so that "почти 6,5 трлн" stays 6.5 with mult 12 and is not inflated to a precision nobody claimed.
"""

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext_lazy as _

from .problems import Problem

EXACT, BETWEEN, DIRECTION_ONLY = "exact", "between", "direction_only"
WHOLE_DIGITS, DECIMALS = 18, 6

QUALIFIER_WORDS = {
    "about": (
        "около",
        "порядка",
        "примерно",
        "приблизительно",
        "ок.",
        "about",
        "around",
        "approximately",
        "circa",
        "ca.",
        "~",
        "≈",
    ),
    "almost": ("почти", "almost", "nearly"),
    "more_than": (
        "более чем",
        "более",
        "больше",
        "свыше",
        "превысил",
        "превышает",
        "more than",
        "over",
        "above",
        ">",
    ),
    "at_least": ("не менее", "минимум", "от", "at least", "not less than", "≥", ">="),
    "less_than": ("менее чем", "менее", "меньше", "less than", "under", "below", "<"),
    "at_most": ("не более", "до", "максимум", "at most", "not more than", "up to", "≤", "<="),
}
QUALIFIER_OF_WORD = {word: name for name, words in QUALIFIER_WORDS.items() for word in words}
MULTS = {
    "тыс": 3, "тысяч": 3, "thousand": 3,
    "млн": 6, "миллион": 6, "million": 6, "mn": 6, "mln": 6,
    "млрд": 9, "миллиард": 9, "billion": 9, "bn": 9,
    "трлн": 12, "триллион": 12, "trillion": 12, "trn": 12, "tn": 12,
}  # fmt: skip
NUMBER = r"[+-]?\d{1,3}(?:[ ]\d{3})+(?:[.,]\d+)?|[+-]?\d{1,3}(?:,\d{3}){2,}(?:\.\d+)?|[+-]?\d+(?:[.,]\d+)?"
QUANTITY = re.compile(
    rf"(?P<word>{'|'.join(re.escape(w) for w in sorted(QUALIFIER_OF_WORD, key=len, reverse=True))})?\s*"
    rf"(?P<value>{NUMBER})(?:\s*(?:-|до|to|and|и)\s*(?P<upper>{NUMBER}))?\s*"
    rf"(?P<mult>{'|'.join(sorted(MULTS, key=len, reverse=True))})?[а-я]*\.?\s*(?P<percent>%|процент[а-я]*|percent|per cent)?"
)


def unreadable(text):
    return Problem(
        "number.unreadable",
        _(
            "“%(text)s” is not a figure we can read. Write for example 200, 6.5, about 470, more than 200 or 5-7."
        ),
        text=text[:80],
    )


@dataclass(frozen=True, slots=True)
class Quantity:
    """`value` (and `upper` for "between") in units of ten to the power `mult`.

    Where only a direction is known `value` is None and `direction` is "up", "down" or "" (not said either).
    """

    value: Decimal | None = None
    upper: Decimal | None = None
    qualifier: str = EXACT
    mult: int = 0
    is_percent: bool = False
    direction: str = ""

    @classmethod
    def parse(cls, raw):
        """Read a number or a phrase such as «более 200», «почти 6,5 трлн», "5-7", "40 %". Raises Problem."""
        if raw is None or raw == "":
            return cls(qualifier=DIRECTION_ONLY)
        text = re.sub(r"\s+", " ", re.sub(r"[‐‑‒–—−]", "-", str(raw))).strip().lower()
        match = QUANTITY.fullmatch(text)
        if not match:
            raise unreadable(str(raw))
        value, upper = number(match["value"], raw), number(match["upper"], raw)
        qualifier = BETWEEN if upper is not None else QUALIFIER_OF_WORD.get(match["word"], EXACT)
        if upper is not None and upper < value:
            raise Problem("number.reversed", _("“%(text)s” ends below its beginning."), text=str(raw)[:80])
        return cls(value, upper, qualifier, MULTS.get(match["mult"], 0), bool(match["percent"]))

    @property
    def base(self):
        """The value in the unit itself, for sorting and drawing; None where there is no number."""
        return None if self.value is None else self.value.scaleb(self.mult)


def number(text, raw):
    """Decimal from «1 234,5», "1,234,567.8" or "1234.5"; a single comma is a decimal comma."""
    if text is None:
        return None
    text = text.replace(" ", "")
    text = (
        text.replace(",", "")
        if text.count(",") > 1 or ("," in text and "." in text)
        else text.replace(",", ".")
    )
    try:
        found = Decimal(text)
    except InvalidOperation:
        raise unreadable(str(raw)) from None
    if not found.is_finite() or found.adjusted() >= WHOLE_DIGITS or -found.as_tuple().exponent > DECIMALS:
        message = _(
            "“%(text)s” cannot be kept: at most %(digits)d digits before the point and %(decimals)d after it."
        )
        raise Problem("number.too_long", message, text=str(raw)[:80], digits=WHOLE_DIGITS, decimals=DECIMALS)
    return found
