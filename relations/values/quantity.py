"""Quantity: a figure as the source gives it, with its uncertainty. No Django models.

The qualifiers are those of the register's vocabulary; `mult` is SDMX UNIT_MULT (the power of ten: 9 for thousand
millions), so that "почти 6,5 трлн" stays 6.5 with mult 12 and does not gain a precision that the source does not give.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from relations.errors import Problem
from relations.text.similarity import most_similar

from .period_parser import INVISIBLE

EXACT, BETWEEN, DIRECTION_ONLY = "exact", "between", "direction_only"
WHOLE_DIGITS, DECIMALS = 18, 6
# SQLite stores decimals as binary numbers, which are exact up to fifteen digits.
SIGNIFICANT_DIGITS = 15

#: how tables write that there is no figure
NO_FIGURE = frozenset(
    (
        "н/д",
        "н. д.",
        "н.д.",
        "нд",
        "нет данных",
        "n/a",
        "n.a.",
        "na",
        "no data",
        "not available",
        "..",
        "...",
        "…",
        "-",
        ":",
        "x",
        "х",
    )
)
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
TENS = {
    3: ("тыс тысяч тысяча тысячи тысячу тысяче тысячей тысячам тысячами тысячах", "thousand thousands"),
    6: ("млн", "million millions mn mln"),
    9: ("млрд", "billion billions bn"),
    12: ("трлн", "trillion trillions trn tn"),
}
LONG_RUSSIAN = {6: "миллион", 9: "миллиард", 12: "триллион"}
RUSSIAN_MULTS = {word: power for power, (words, _english) in TENS.items() for word in words.split()} | {
    stem + ending: power
    for power, stem in LONG_RUSSIAN.items()
    for ending in ("", "а", "у", "ом", "е", "ы", "ов", "ам", "ами", "ах")
}
MULTS = RUSSIAN_MULTS | {word: power for power, (_russian, words) in TENS.items() for word in words.split()}
PER_CENT = r"%|проц(?:ент(?:ов|ах|ами|ам|ом|а|у|е|ы)?)?(?!\w)\.?|per cent(?!\w)|percent(?!\w)"

# A number alone: with blanks or apostrophes between the thousands, with commas between them as in English, with dots
# as in German, or with none of these; the last may have a power of ten.
GROUPED = r"[0-9]{1,3}(?:(?:[ ][0-9]{3})+|(?:'[0-9]{3})+)(?:[.,][0-9]+)?"
ENGLISH = r"[1-9][0-9]{0,2}(?:(?:,[0-9]{3})+\.[0-9]+|(?:,[0-9]{3}){2,})"
GERMAN = r"[1-9][0-9]{0,2}(?:(?:\.[0-9]{3})+,[0-9]+|(?:\.[0-9]{3}){2,})"
PLAIN = r"(?:[0-9]+(?:[.,][0-9]+|\.(?![0-9]))?|\.[0-9]+)"
POWER = r"(?:e[+-]?[0-9]{1,2}|\s?[·*×]\s?10\^[0-9]{1,2})"
NUMBER = rf"[+-]?(?:{GROUPED}|{ENGLISH}|{GERMAN}|{PLAIN}{POWER}?)"
ONE_NUMBER = re.compile(NUMBER)
ENGLISH_NUMBER, GERMAN_NUMBER = re.compile(rf"[+-]?{ENGLISH}"), re.compile(rf"[+-]?{GERMAN}")
#: negative, as bookkeepers write it
IN_BRACKETS = re.compile(rf"\(({NUMBER})\)")
#: 5*10^6 as Decimal reads it
TIMES_TEN = re.compile(r"[·*×]10\^")
#: superscripts: 10⁶ is read as 10^6
RAISED = re.compile("10([⁰¹²³⁴⁵⁶⁷⁸⁹]+)")
LOWERED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
#: full-width digits and signs, and typographic apostrophes
NARROWED = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x2019: "'", 0x02BC: "'"}
#: 1,234 is one and a bit, or an English thousand and more; 0,123 and 1234,567 can only be the first
DECIMAL_OR_THOUSANDS = re.compile(r"([+-]?[1-9][0-9]{0,2}),([0-9]{3})")
FIGURE = (
    rf"(?P<word>{'|'.join(re.escape(w) for w in sorted(QUALIFIER_OF_WORD, key=len, reverse=True))})?\s*"
    rf"(?P<value>{NUMBER})(?:\s*(?P<dash>-|до|to)\s*(?P<upper>{NUMBER}))?"
)
QUANTITY = re.compile(
    rf"{FIGURE}\s*(?:(?P<mult>{'|'.join(sorted(MULTS, key=len, reverse=True))})(?!\w)\.?)?\s*(?P<percent>{PER_CENT})?"
)
FIGURE_AND_WORDS = re.compile(rf"{FIGURE}\s*(?P<words>[^\W\d_]\D*)")
#: a figure between the words and signs of its unit: “$5”, «5 млрд руб.», “USD 5 bn”
POWER_WORD = rf"(?:(?:{'|'.join(sorted(MULTS, key=len, reverse=True))})(?!\w)\.?)"
UNIT = r"[^\s\d.,;:()+-][^\d()]*?"
UNIT_BEHIND = re.compile(rf"(?P<figure>{FIGURE}\s*{POWER_WORD}?)\s*(?P<unit>{UNIT})")
WORD_BEFORE = rf"(?:{'|'.join(re.escape(w) for w in sorted(QUALIFIER_OF_WORD, key=len, reverse=True))})(?!\w)"
UNIT_BEFORE = re.compile(
    rf"(?P<word>(?:{WORD_BEFORE}|[~≈<>≤≥]=?)?)\s*(?P<sign>[+-]?)(?P<unit>{UNIT})\s*"
    rf"(?P<figure>{NUMBER}(?:\s*(?:-|до|to)\s*{NUMBER})?\s*{POWER_WORD}?)"
)


def unreadable(text: str) -> Problem:
    return Problem(
        "number.unreadable",
        _(
            "“%(text)s” could not be read as a figure. Write, for example, 200, 6.5, about 470, more than 200 or 5-7."
        ),
        text=text[:80],
    )


def unknown_word(text: str, word: str) -> Problem:
    """Refuses a word beside a number, because it may change the meaning of the figure."""
    powers = [power for power in MULTS if power in RUSSIAN_MULTS or len(power) > 3]  # no “trn” for a ton
    if close := most_similar(word, powers, 1, 0.66):
        message = _("Unknown word “%(word)s” in “%(text)s”. Did you mean “%(guess)s”?")
        return Problem("number.word", message, word=word[:40], text=text[:80], guess=close[0])
    message = _(
        "The word “%(word)s” in “%(text)s” cannot be used with a figure. Beside the number,"
        " write only a word such as “about”, a power of ten such as “million” or “%%”. Enter the"
        " unit in its own column."
    )
    return Problem("number.word", message, word=word[:40], text=text[:80])


def refusal(text: str, raw: str) -> Problem:
    """The most precise reason why a text is not a figure."""
    match = FIGURE_AND_WORDS.fullmatch(text)
    for word in match["words"].split() if match else ():
        if word[0].isalpha() and not QUANTITY.fullmatch(f"1 {word}"):
            return unknown_word(raw, word.rstrip("."))
    return unreadable(raw)


#: the mark of a footnote behind a figure: 18,5², 18,5*, 18,5 1), 18,5⁽ᵃ⁾
RAISED_MARK = r"[⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉]{1,3}⁾?|[⁽₍][^⁽⁾₍₎]{1,3}[⁾₎]"
MARKED = re.compile(
    rf"(?P<text>.*(?:[0-9%$₽)]|(?<!\w)(?:{'|'.join(MULTS)})\.?))(?P<raised>\s?(?:{RAISED_MARK}))"
    r"|(?P<starred>.*[^\s*†‡])(?P<stars>\s?[*†‡]{1,3})|(?P<numbered>.*[0-9])(?P<number>\s[0-9]{1,2}\))",
    re.IGNORECASE,
)
#: 10⁶ alone, or behind a sign of multiplication, is a power
POWER_OF_TEN = re.compile(r"(?:.*[^0-9.,])?10[⁰¹²³⁴⁵⁶⁷⁸⁹]+")


class Noted(NamedTuple):
    """The text of a figure without the mark of its footnote, and the mark."""

    text: str
    mark: str = ""


def footnote_apart(raw: str) -> Noted:
    text = raw.strip()
    match = None if POWER_OF_TEN.fullmatch(text) else MARKED.fullmatch(text)
    if not match:
        return Noted(raw)
    text, mark = (part for part in match.groups() if part is not None)
    return Noted(text, mark.strip())


class Apart(NamedTuple):
    """A figure, and the unit that was written beside it."""

    figure: str
    unit: str


def unit_apart(raw: str) -> Apart | None:
    """The figure of a text without its unit; None where the text is not one figure with words at one side."""
    text = normalised(raw).lower()
    if match := UNIT_BEHIND.fullmatch(text):
        return Apart(match["figure"], match["unit"])
    if match := UNIT_BEFORE.fullmatch(text):
        return Apart(f"{match['word']} {match['sign']}{match['figure']}".strip(), match["unit"])
    return None


@dataclass(frozen=True, slots=True)
class Quantity:
    """`value` (and `upper` for "between") in units of ten to the power `mult`.

    Where only a direction is known `value` is None and `direction` is "up", "down" or "" (not given either).
    """

    value: Decimal | None = None
    upper: Decimal | None = None
    qualifier: str = EXACT
    mult: int = 0
    is_percent: bool = False
    direction: str = ""

    @classmethod
    def parse(cls, raw: object) -> "Quantity":
        """Read a number or a phrase such as «более 200», «почти 6,5 трлн», "5-7", "40 %". Raises Problem."""
        if raw is None or raw == "":
            return cls(qualifier=DIRECTION_ONLY)
        raw = str(raw)
        text = without_brackets(normalised(raw).lower())
        match = QUANTITY.fullmatch(text)
        if not match:
            raise refusal(text, raw)
        comma_is_decimal = match["mult"] in RUSSIAN_MULTS
        value = read_number(match["value"], raw, comma_is_decimal)
        upper = read_number(match["upper"], raw, comma_is_decimal) if match["upper"] else None
        if upper is not None:
            check_range(match, value, upper, raw)
        qualifier = BETWEEN if upper is not None else QUALIFIER_OF_WORD.get(match["word"], EXACT)
        return cls(value, upper, qualifier, MULTS.get(match["mult"], 0), bool(match["percent"]))

    @property
    def known_value(self) -> Decimal:
        """The value, for callers that know there is one."""
        if self.value is None:
            raise ValueError("this figure has no number")
        return self.value

    @property
    def base(self) -> Decimal | None:
        """The value in the unit itself, for sorting and drawing; None where there is no number."""
        return None if self.value is None else self.known_base

    @property
    def known_base(self) -> Decimal:
        """The same, for callers that know there is a number."""
        return self.known_value.scaleb(self.mult)


def check_range(match: re.Match[str], value: Decimal, upper: Decimal, raw: str) -> None:
    """«от 5 до 7» is a range in words; «более 5-7» has two meanings, only one of which could be stored."""
    if match["word"] and not (match["word"] == "от" and match["dash"] == "до"):
        message = _("“%(text)s” contains both a range and the word “%(word)s”. Keep only one of them.")
        raise Problem("number.range_and_word", message, text=raw[:80], word=match["word"])
    if upper < value:
        raise Problem(
            "number.reversed", _("The second number in “%(text)s” is smaller than the first."), text=raw[:80]
        )


def normalised(text: str) -> str:
    """One spelling of blanks, dashes, digits and powers of ten."""
    text = re.sub(r"[‐‑‒–—−]", "-", text.translate(INVISIBLE).translate(NARROWED))
    text = RAISED.sub(lambda match: f"10^{match[1].translate(LOWERED)}", text)
    return re.sub(r"\s+", " ", text).strip()


def without_brackets(text: str) -> str:
    """(123) as -123."""
    match = IN_BRACKETS.fullmatch(text)
    return f"-{match[1]}" if match else text


def number(text: str | None, raw: object) -> Decimal | None:
    """Decimal of a cell that contains only a number; otherwise None."""
    if text is None:
        return None
    text = without_brackets(normalised(text).lower())
    if not ONE_NUMBER.fullmatch(text):
        raise unreadable(str(raw))
    return read_number(text, str(raw))


def read_number(text: str, raw: str, comma_is_decimal: bool = False) -> Decimal:
    """Decimal from «1 234,5», "1,234,567.8", "1.234,5", "1'234" or "5e6"; “1,234” is refused unless its words settle
    the comma.
    """
    if (match := DECIMAL_OR_THOUSANDS.fullmatch(text)) and not comma_is_decimal:
        message = _("“%(text)s” could mean %(decimal)s or %(thousands)s. Write the number you mean.")
        decimal, thousands = ".".join(match.groups()), " ".join(match.groups())
        raise Problem("number.ambiguous", message, text=raw[:80], decimal=decimal, thousands=thousands)
    text = TIMES_TEN.sub("e", text.replace(" ", "").replace("'", ""))
    if ENGLISH_NUMBER.fullmatch(text):
        text = text.replace(",", "")
    elif GERMAN_NUMBER.fullmatch(text):
        text = text.replace(".", "")
    return kept(Decimal(text.replace(",", ".")), raw)


def kept(found: Decimal, raw: str) -> Decimal:
    """The number as both databases store it, without binary noise; Problem if they cannot store it."""
    rounded = found if is_too_large(found) else without_noise(found)
    if is_too_large(rounded) or (found and not rounded):
        message = _(
            "“%(text)s” cannot be stored: a number may have at most %(digits)d digits before the"
            " decimal point and %(decimals)d after it."
        )
        raise Problem("number.too_long", message, text=raw[:80], digits=WHOLE_DIGITS, decimals=DECIMALS)
    if len(rounded.normalize().as_tuple().digits) > SIGNIFICANT_DIGITS:
        message = _(
            "“%(text)s” has more than %(digits)d significant digits and cannot be stored"
            " exactly. Write a shorter number. For a large one, use a power of ten: 1.2 trillion."
        )
        raise Problem("number.too_exact", message, text=raw[:80], digits=SIGNIFICANT_DIGITS)
    return rounded


def is_too_large(found: Decimal) -> bool:
    return found.adjusted() >= WHOLE_DIGITS


def without_noise(found: Decimal) -> Decimal:
    """1661.999999999999 of a spreadsheet is 1662; zero has no sign.

    Digits behind the decimal point beyond the fifteenth of all are noise, too: a spreadsheet does not show them. Those
    of a whole number are not.
    """
    exponent = found.as_tuple().exponent
    if not isinstance(exponent, int) or exponent >= 0:
        return found.normalize() + 0
    room = SIGNIFICANT_DIGITS - 1 - found.adjusted()
    decimals = min(DECIMALS, room) if room >= 0 else DECIMALS
    rounded = round(found, decimals) if -exponent > decimals else found
    return rounded.normalize() + 0
