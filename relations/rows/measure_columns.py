"""Columns of a figure: value with qualifier, unit and power of ten, which may be given in words."""

from __future__ import annotations

import re
from collections.abc import Collection
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, NamedTuple

from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from relations.errors import Problem
from relations.models import Observation, Unit
from relations.models.named import reader_language
from relations.text.normalize import fold
from relations.values.quantity import BETWEEN, DIRECTION_ONLY, EXACT, MULTS, NO_FIGURE, Quantity, normalised
from relations.values.quantity_format import MULTS as POWERS_IN_WORDS
from relations.values.quantity_format import phrase

from .columns import Label, Number, Reference

if TYPE_CHECKING:
    from .lookups import Lookups
    from .row_change import RowChange

#: units recognised by their sign alone, before the units of the register
PERCENT = SimpleNamespace(key="percent", symbol_ru="%", symbol_en="%")


#: a word such as “million” or «тыс.» beside the name of a unit
POWER_WORD = re.compile(
    rf"(?<!\w)(?:{'|'.join(sorted(MULTS, key=len, reverse=True))})(?!\w)\.?(?:\s+of(?!\w))?", re.IGNORECASE
)


#: the letter by which tables of statistics offices mark a figure: estimate, provisional, forecast
FLAGGED = re.compile(r"(?P<figure>.*\d)\s+(?P<flag>[epf])", re.IGNORECASE)


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
            if text and len(found := self.called(text, lookups)) == 1:
                return Measured(found[0], mult)
        return Measured(lookups.units.find(cell))

    def called(self, text: str, lookups: Lookups) -> list[Any]:
        """The units of this key or name, else those shown so: «долл. США», “persons”, “%”."""
        shown = fold(text) or text
        return lookups.units.called(text) or [
            one for one in lookups.units.by_key.values() if shown in signs(one)
        ]

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


def power_of(words: str) -> str:
    """The power of ten as a word alone: “million” of “million of”, «тыс» of «Тыс.»."""
    return words.split()[0].rstrip(".").lower()


def signs(unit: Unit) -> set[str]:
    """The forms in which a unit is shown beside a figure, folded."""
    forms = f"{unit.symbol_ru}|{unit.symbol_en}".split("|")
    return {fold(form) or form for form in forms}


def unit_in_words(measured: Measured) -> str:
    """«млн долл. США» or “million USD”, in the language of the report's reader."""
    language = reader_language()
    symbol = getattr(measured.unit, f"symbol_{language}").split("|")[-1]
    return f"{POWERS_IN_WORDS[language][measured.mult]} {symbol}"


#: the status of a figure of which a table says that there is none
MISSING = Observation.Status.MISSING.value


class Figure(NamedTuple):
    quantity: Quantity
    status: str = ""


def gives_status(cell: str) -> bool:
    """Whether a cell says that its figure is missing, estimated, provisional or a forecast."""
    return normalised(cell).lower() in NO_FIGURE or bool(FLAGGED.fullmatch(cell.strip()))


class Value(Number):
    """The figure; a phrase such as «более 200» or «почти 6,5 трлн» also sets the qualifier and the power of ten.

    A letter after it sets its status, as in “54.82 e” for an estimate; so does “n/a” for a missing value.
    """

    apply_order = 2

    def parse(self, cell: str, lookups: Lookups) -> Figure:
        if normalised(cell).lower() in NO_FIGURE:
            return Figure(Quantity.parse(""), MISSING)
        if match := FLAGGED.fullmatch(cell.strip()):
            return Figure(Quantity.parse(match["figure"]), match["flag"].upper())
        return Figure(Quantity.parse(cell))

    def sets_only_itself(self, figure: Figure) -> bool:
        """Whether the cell is a bare number, which sets no other column."""
        quantity, status = figure
        return not status and quantity.qualifier == EXACT and not quantity.mult and not quantity.is_percent

    def apply(self, change: RowChange, figure: Figure) -> None:
        """Sets what the cell gives; the columns of qualifier, upper value and power of ten take precedence."""
        (quantity, status), record = figure, change.record
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
        if quantity.mult:
            set_power(change, quantity.mult, {"unit", "unit_mult"})
        elif change.given.isdisjoint({"unit", "unit_mult"}):
            record.unit_mult = 0
        if quantity.is_percent:
            self.set_per_cent(change)

    def set_per_cent(self, change: RowChange) -> None:
        """Sets the unit that “%” gives; the unit of the row may contradict it."""
        record = change.record
        if not record.unit:
            record.unit = change.lookups.units.by_key.get(PERCENT.key)
        elif record.unit.key != PERCENT.key and PERCENT.symbol_en not in record.unit.symbol_en:
            message = _(
                "The value is in per cent, but the unit of the row is “%(unit)s”. Keep only one of them."
            )
            raise Problem("number.units", message, unit=record.unit.name)

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
    quantity, status = figure
    if status == MISSING:
        return str(Observation.Status(status).label)
    words = phrase(quantity, PERCENT if quantity.is_percent else None, reader_language())
    return f"{words}, {Observation.Status(status).label}" if status else words
