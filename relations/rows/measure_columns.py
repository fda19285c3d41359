"""Columns of a figure: value with qualifier, unit and power of ten, which may be given in words."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, NamedTuple
from unicodedata import category

from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from relations.errors import Problem
from relations.models import Observation, Unit
from relations.models.named import reader_language
from relations.text.normalize import fold
from relations.values.quantity import (
    BETWEEN,
    DIRECTION_ONLY,
    EXACT,
    MULTS,
    NO_FIGURE,
    Quantity,
    footnote_apart,
    normalised,
    unit_apart,
)
from relations.values.quantity_format import MULTS as POWERS_IN_WORDS
from relations.values.quantity_format import phrase

from .columns import Label, Number, Reference

if TYPE_CHECKING:
    from .lookups import Lookups
    from .row_change import RowChange

#: units recognised by their sign alone, before the units of the register
PERCENT = SimpleNamespace(key="percent", symbol_ru="%", symbol_en="%")


#: the signs of currencies, with the keys of their units
CURRENCIES = {"$": "usd", "₽": "rub"}


#: a word such as “million” or «тыс.» beside the name of a unit
POWER_WORD = re.compile(
    rf"(?<!\w)(?:{'|'.join(sorted(MULTS, key=len, reverse=True))})(?!\w)\.?(?:\s+of(?!\w))?", re.IGNORECASE
)


#: the letter by which tables of statistics offices mark a figure: estimate, provisional, forecast
FLAGGED = re.compile(r"(?P<figure>.*\d)\s+(?P<flag>[epf])", re.IGNORECASE)
#: the same as a word in brackets: «470 (оценка)»
FLAG_WORDS = {"оценка": "E", "предв": "P", "предварительно": "P", "прогноз": "F"} | {
    "est": "E",
    "estimate": "E",
    "prov": "P",
    "provisional": "P",
    "forecast": "F",
}
IN_BRACKETS = re.compile(rf"(?P<figure>.*\S)\s*\((?P<flag>{'|'.join(FLAG_WORDS)})\.?\)", re.IGNORECASE)


def set_power(change: RowChange, mult: int, columns: Collection[str]) -> None:
    """Sets a power of ten given in words; a separate column may contradict it, and zero there means none."""
    record = change.record
    if not change.given.isdisjoint(columns) and record.unit_mult not in (0, mult):
        message = _("The row gives two powers of ten: %(first)d and %(second)d. Keep only one of them.")
        raise Problem("number.powers", message, first=record.unit_mult, second=mult)
    record.unit_mult = mult


class Measured(NamedTuple):
    unit: Unit | None
    mult: int = 0


class UnitOfMeasure(Reference):
    """The unit by key, by name or as it is shown; together with a power of ten, “USD million”, it sets that as well."""

    apply_order = 1

    def render(self, value: Any) -> str:
        return super().render(value.unit if isinstance(value, Measured) else value)

    def parse(self, cell: str, lookups: Lookups) -> Measured:
        words = POWER_WORD.findall(cell)
        rest = POWER_WORD.sub(" ", cell).strip() if len(words) == 1 else ""
        if not cell:
            return Measured(None)
        for text, mult in ((cell, 0), (rest, MULTS[power_of(words[0])] if rest else 0)):
            if text and len(found := units_called(text, lookups)) == 1:
                return Measured(found[0], mult)
        return Measured(lookups.units.find(cell))

    def sets_only_itself(self, measured: Measured) -> bool:
        """Whether the cell gives only the unit, which sets no other column."""
        return not measured.mult

    def apply(self, change: RowChange, measured: Measured) -> None:
        record = change.record
        record.unit = measured.unit
        if "value" in change.given and "unit_mult" not in change.given:
            record.unit_mult = 0
        if measured.mult:
            set_power(change, measured.mult, {"unit_mult"})

    def describe(self, measured: Measured) -> Label:
        return lazy(unit_in_words, str)(measured) if measured.mult else super().describe(measured)


def units_called(text: str, lookups: Lookups) -> list[Any]:
    """The units of this sign, key or name, else those shown so: “$”, «долл. США», “persons”, “%”."""
    if text in CURRENCIES:
        unit = lookups.units.by_key.get(CURRENCIES[text])
        return [unit] if unit else []
    shown = fold(text) or text
    found = lookups.units.called(text) if fold(text) else []
    found = found or [one for one in lookups.units.by_key.values() if shown in signs(one)]
    return [one for one in found if "%" not in text or "%" in one.symbol_en]


def power_of(words: str) -> str:
    """The power of ten as a word alone: “million” of “million of”, «тыс» of «Тыс.»."""
    return words.split()[0].rstrip(".").lower()


def signs(unit: Unit) -> set[str]:
    """The forms in which a unit is shown beside a figure, folded."""
    forms = f"{unit.symbol_ru}|{unit.symbol_en}".split("|")
    return {fold(form) or form for form in forms}


def name_of(unit: Unit) -> Label:
    """The name of a unit, in the language of the report's reader."""
    return lazy(lambda: str(unit.name), str)()


def unit_in_words(measured: Measured) -> str:
    """«млн долл. США» or “million USD”, in the language of the report's reader."""
    language = reader_language()
    symbol = getattr(measured.unit, f"symbol_{language}").split("|")[-1]
    return f"{POWERS_IN_WORDS[language][measured.mult]} {symbol}"


#: the status of a figure of which a table says that there is none
MISSING = Observation.Status.MISSING.value


class Figure(NamedTuple):
    """A quantity, with the status, the unit and the mark of a footnote that its cell has beside it."""

    quantity: Quantity
    status: str = ""
    unit: Unit | None = None
    mark: str = ""


class Flagged(NamedTuple):
    """The text of a figure without the mark of its status."""

    text: str
    status: str = ""


def status_apart(cell: str) -> Flagged:
    """A cell without the letter or word by which it says that its figure is an estimate, provisional or a forecast."""
    if match := FLAGGED.fullmatch(cell.strip()):
        return Flagged(match["figure"], match["flag"].upper())
    if match := IN_BRACKETS.fullmatch(cell.strip()):
        return Flagged(match["figure"], FLAG_WORDS[match["flag"].lower()])
    return Flagged(cell)


def gives_status(cell: str) -> bool:
    """Whether a cell says that its figure is missing, estimated, provisional or a forecast."""
    return normalised(cell).lower() in NO_FIGURE or bool(status_apart(footnote_apart(cell).text).status)


def measured(text: str, lookups: Lookups) -> tuple[Quantity, Unit | None]:
    """The figure of a text, and the unit that stands beside it."""
    try:
        return Quantity.parse(text), None
    except Problem:
        apart = unit_apart(text)
        units = units_called(apart.unit, lookups) if apart else []
        if not apart or (len(units) != 1 and category(apart.unit[0]) != "Sc"):
            raise  # it names the word
    if len(units) != 1:  # a sign of a currency
        message = _("There is no unit “%(unit)s” in the register, so “%(text)s” cannot be read.")
        raise Problem("number.unit", message, unit=apart.unit[:40], text=text[:80])
    return Quantity.parse(apart.figure), units[0]


class Value(Number):
    """The figure; a phrase such as «более 200» or «почти 6,5 трлн» also sets the qualifier and the power of ten.

    A letter after it sets its status, as in “54.82 e” for an estimate; so does “n/a” for a missing value. A sign or
    word of a unit beside it sets the unit.
    """

    apply_order = 2

    def parse(self, cell: str, lookups: Lookups) -> Figure:
        if normalised(cell).lower() in NO_FIGURE:
            return Figure(Quantity.parse(""), MISSING)
        text, mark = footnote_apart(cell)
        text, status = status_apart(text)
        quantity, unit = measured(text, lookups)
        return Figure(quantity, status, unit, mark)

    def remarks(self, figure: Figure) -> Iterator[Problem]:
        if figure.mark:
            message = _("“%(mark)s” was taken as the mark of a footnote and left out.")
            yield Problem("cell.footnote", message, mark=figure.mark)

    def reads_differently(self, cell: str, stored: str) -> bool:
        """The mark of a footnote is reported by itself."""
        return super().reads_differently(footnote_apart(cell).text, stored)

    def sets_only_itself(self, figure: Figure) -> bool:
        """Whether the cell is a bare number, which sets no other column."""
        quantity, status, unit, _mark = figure
        is_bare = quantity.qualifier == EXACT and not quantity.mult and not quantity.is_percent
        return is_bare and not status and not unit

    def apply(self, change: RowChange, figure: Figure) -> None:
        """Sets what the cell gives; the columns of qualifier, upper value and power of ten take precedence."""
        (quantity, status, unit, _mark), record = figure, change.record
        phrase = quantity.qualifier != EXACT or quantity.mult
        record.obs_value = quantity.value
        if "value_to" not in change.given or quantity.qualifier == BETWEEN:
            record.value_to = quantity.upper
        if "qualifier" not in change.given or phrase:
            record.qualifier = quantity.qualifier
        if status:
            self.set_status(change, status)
        if quantity.qualifier == DIRECTION_ONLY and record.obs_status == MISSING:
            record.qualifier = EXACT
        if unit:
            self.set_unit(change, unit)
        if quantity.mult:
            # beside its own unit a power of ten is whole, and that of the unit's column is another
            set_power(change, quantity.mult, {"unit_mult"} if unit else {"unit", "unit_mult"})
        elif change.given.isdisjoint({"unit", "unit_mult"}):
            record.unit_mult = 0
        if quantity.is_percent:
            self.set_per_cent(change)
        elif change.row.is_bare and record.unit:
            self.refuse_unseen(quantity, record.unit)

    def refuse_unseen(self, quantity: Quantity, unit: Unit) -> None:
        """Refuses a number that may have been shown as per cent, where that cannot be seen."""
        value = quantity.value
        if value and abs(value) <= 1 and PERCENT.symbol_en in unit.symbol_en:
            message = _(
                "In an .xls file it cannot be seen whether %(value)s was shown as %(percent)s %%. Save the file as"
                " .xlsx."
            )
            shown = f"{(value * 100).normalize():f}"
            raise Problem("number.maybe_percent", message, value=f"{value:f}", percent=shown)

    def set_unit(self, change: RowChange, unit: Unit) -> None:
        """Sets the unit that stands beside the figure; the unit of the row may contradict it."""
        record = change.record
        if record.unit and record.unit.key != unit.key:
            message = _(
                "The value is in “%(own)s”, but the unit of the row is “%(unit)s”. Keep only one of them."
            )
            raise Problem("number.units", message, own=name_of(unit), unit=name_of(record.unit))
        record.unit = unit

    def set_per_cent(self, change: RowChange) -> None:
        """Sets the unit that “%” gives; the unit of the row may contradict it."""
        record = change.record
        if not record.unit:
            record.unit = change.lookups.units.by_key.get(PERCENT.key)
        elif record.unit.key != PERCENT.key and PERCENT.symbol_en not in record.unit.symbol_en:
            message = _(
                "The value is in per cent, but the unit of the row is “%(unit)s”. Keep only one of them."
            )
            raise Problem("number.units", message, unit=name_of(record.unit))

    def set_status(self, change: RowChange, status: str) -> None:
        """Sets the status that a letter gives; the status column may contradict it, and “normal” means none."""
        record = change.record
        if "obs_status" in change.given and record.obs_status not in ("A", status):
            message = _(
                "The row gives two statuses of the value: %(first)s and %(second)s. Keep only one of them."
            )
            raise Problem("status.two", message, first=record.obs_status, second=status)
        record.obs_status = status

    def render(self, value: Any) -> str:
        return super().render(value.quantity.value if isinstance(value, Figure) else value)

    def describe(self, figure: Figure) -> Label:
        """Everything that the cell set, «почти 6,5 трлн»; a bare number as it is stored."""
        return super().describe(figure) if self.sets_only_itself(figure) else lazy(in_words, str)(figure)

    def in_words(self, figure: Figure) -> str:
        return in_words(figure) if figure.quantity.value is not None or figure.status else ""


def in_words(figure: Figure) -> str:
    """A Figure in the language of the report's reader."""
    quantity, status, unit, _mark = figure
    if status == MISSING:
        return str(Observation.Status(status).label)
    words = phrase(quantity, PERCENT if quantity.is_percent else unit, reader_language())
    return f"{words}, {Observation.Status(status).label}" if status else words
