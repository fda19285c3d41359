"""Formats a quantity in words: «около 470 млрд руб.», "about RUB 470 bn", «более 200 соглашений», "11th
place".
"""

from dataclasses import replace
from decimal import Decimal
from typing import Protocol

from relations.values.quantity import Quantity

QUALIFIERS = {
    "ru": {
        "about": "около",
        "almost": "почти",
        "more_than": "более",
        "at_least": "не менее",
        "less_than": "менее",
        "at_most": "не более",
    },
    "en": {
        "about": "about",
        "almost": "almost",
        "more_than": "more than",
        "at_least": "at least",
        "less_than": "less than",
        "at_most": "at most",
    },
}
#: «почти 15 тысяч» keeps the nominative, the others take the genitive: «более 200 соглашений»
GENITIVE = {"about", "more_than", "at_least", "less_than", "at_most"}
MULTS = {
    "ru": {0: "", 3: "тыс.", 6: "млн", 9: "млрд", 12: "трлн", 15: "квадрлн"},
    "en": {0: "", 3: "thousand", 6: "million", 9: "bn", 12: "trn", 15: "quadrillion"},
}
#: «рост более чем на 25 %»: a growth needs other words than an amount
GROWTH_QUALIFIERS = {
    "about": "примерно",
    "almost": "почти",
    "more_than": "более чем",
    "at_least": "не менее чем",
    "less_than": "менее чем",
    "at_most": "не более чем",
}
NO_NUMBER = {"ru": "число не указано", "en": "no figure given"}
DIRECTIONS = {"ru": {"up": "рост", "down": "снижение"}, "en": {"up": "growth", "down": "decline"}}
NBSP, MINUS = "\u00a0", "\u2212"


class UnitNames(Protocol):
    """What a figure needs to know of its unit, which is another model."""

    key: str
    symbol_ru: str
    symbol_en: str


def number_words(value: Decimal, language: str) -> str:
    """16500 as «16 500» or "16,500"; 6.5 as «6,5» or "6.5"; with a minus sign, not a hyphen."""
    plain = f"{value.normalize():,f}".replace("-", MINUS)
    if language == "en":
        return plain
    whole, _point, fraction = plain.partition(".")
    # Russian does not group four digits.
    whole = whole.replace(",", "" if abs(value) < 10_000 else NBSP)
    return f"{whole},{fraction}" if fraction else whole


def plural_form(value: Decimal | int, language: str, genitive: bool = False) -> int:
    """Which of the forms split by “|” goes with a number: 0, 1 or 2 (Russian), 0 or 1 (English)."""
    value = abs(Decimal(value))
    if language == "en":
        return 0 if value == 1 else 1
    if value != int(value):
        return 1
    one = value % 10 == 1 and value % 100 != 11
    if genitive:
        return 1 if one else 2
    few = 2 <= value % 10 <= 4 and not 12 <= value % 100 <= 14
    return 0 if one else 1 if few else 2


def unit_word(symbol: str, value: Decimal | int, language: str, mult: int = 0, genitive: bool = False) -> str:
    forms = symbol.split("|")
    wanted = len(forms) - 1 if mult > 0 else plural_form(value, language, genitive)
    return forms[min(wanted, len(forms) - 1)]


def rank(quantity: Quantity, language: str) -> str:
    """«11-е место», «2–3-е места», "about 5th place"."""
    qualifiers = GROWTH_QUALIFIERS if language == "ru" else QUALIFIERS["en"]
    ends = [end for end in (quantity.known_value, quantity.upper) if end is not None]
    places = "–".join([*(str(int(end)) for end in ends[:-1]), ordinal(ends[-1], language)])
    place = "place" if language == "en" else "место" if len(ends) == 1 else "места"
    return " ".join(filter(None, (qualifiers.get(quantity.qualifier), places, place)))


def ordinal(value: Decimal | int, language: str) -> str:
    """«11-е» or "11th"."""
    number = int(value)
    if language == "ru":
        return f"{number}-е"
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def phrase(quantity: Quantity, unit: UnitNames | None, language: str, measure: str = "level") -> str:
    """A Quantity with its Unit (or None) in "ru" or "en". `measure` as in SDMX: a growth and a rank read
    differently."""
    if quantity.value is None:
        return DIRECTIONS[language].get(quantity.direction, NO_NUMBER[language])
    if measure == "rank":
        return rank(quantity, language)
    symbol = getattr(unit, f"symbol_{language}", "") if unit else ""
    if measure == "growth":
        return growth(quantity, symbol, unit, language)
    return " ".join(
        part
        for part in (QUALIFIERS[language].get(quantity.qualifier), amount(quantity, symbol, language))
        if part
    )


def growth(quantity: Quantity, symbol: str, unit: UnitNames | None, language: str) -> str:
    value = quantity.known_value
    words = amount(replace(quantity, value=abs(value)), symbol, language)
    times = unit is not None and unit.key == "times"
    direction = DIRECTIONS[language]["down" if value < 0 else "up"]
    if language == "ru":
        qualifier = GROWTH_QUALIFIERS.get(quantity.qualifier)
        return " ".join(part for part in (direction, qualifier, "в" if times else "на", words) if part)
    qualifier = QUALIFIERS["en"].get(quantity.qualifier)
    stated = " ".join(part for part in (qualifier, words) if part)
    if times and value < 0:
        number = amount(replace(quantity, value=abs(value)), "", language)
        return f"decline by a factor of {' '.join(filter(None, (qualifier, number)))}"
    return f"{stated} as much" if times else f"{direction} of {stated}"


def amount(quantity: Quantity, symbol: str, language: str) -> str:
    """The figure with its power of ten and unit, without its qualifier."""
    value = quantity.known_value
    figure = number_words(value, language)
    if quantity.upper is not None:
        figure = f"{figure}–{number_words(quantity.upper, language)}"
    mult = MULTS[language].get(quantity.mult)
    if mult is None:  # an unusual power of ten: written out
        figure, mult = number_words(value.scaleb(quantity.mult), language), ""
    counted = quantity.upper if quantity.upper is not None else value
    unit = (
        unit_word(symbol, counted, language, quantity.mult, quantity.qualifier in GENITIVE) if symbol else ""
    )
    return in_order(figure, mult, unit, language)


def in_order(figure: str, mult: str, unit: str, language: str) -> str:
    """English puts a currency code before the number; a per cent sign directly follows it."""
    if unit == "%":
        return f"{figure}{NBSP if language == 'ru' else ''}%"
    if language == "en" and unit.isupper() and unit.isascii():
        return NBSP.join(part for part in (unit, figure, mult) if part)
    return NBSP.join(part for part in (figure, mult, unit) if part)
