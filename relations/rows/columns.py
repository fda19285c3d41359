"""Column classes: each writes a value as a cell, and parses a cell and applies the value to a record."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Self

from django.core.exceptions import ValidationError
from django.db.models import Field, Model
from django.utils.functional import Promise, lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from relations.errors import Problem
from relations.models.named import reader_language
from relations.text.cell_syntax import join, split
from relations.text.normalize import fold
from relations.values.period import Period
from relations.values.period_format import typed_phrase
from relations.values.quantity import number
from relations.values.quantity_format import number_words

from .former_labels import former_choices
from .suggestions import unknown_choice

if TYPE_CHECKING:
    from .lookups import Lookups
    from .row_change import RowChange

#: a text in the reader's language, translated when it is shown
Label = str | Promise


class Column:
    """One column of one type: its canonical `name` and, from the model field, its label in both languages.

    `attribute` is the model field, where its name differs. The type of a value is the column's own affair.
    """

    #: whether the value is kept in another table than the record's own
    is_related = False
    has_field = True
    #: the relation of the record whose objects it is made of, where a form has a row for each
    relation = ""
    #: columns that may set more than themselves are applied after the others, in this order
    apply_order = 0
    #: for editors only: never shown on public pages, in downloads or by the API
    is_private = False
    #: whether a source can support it; not what is derived or names the record
    is_citable = True
    field: Any = None
    #: fields of the model that it sets beside `attribute`
    other_fields: tuple[str, ...] = ()

    def __init__(
        self, name: str, label: Label | None = None, attribute: str = "", private: bool = False
    ) -> None:
        self.name, self.given_label, self.attribute = name, label, attribute or name
        self.is_private = private

    def bind(self, model: type[Model], rank: int = 0) -> Self:
        """The same column with its model field; `rank` is its place in the row."""
        self.rank = rank
        self.field = model._meta.get_field(self.attribute) if self.has_field else None
        return self

    @property
    def label(self) -> Label:
        return self.given_label or self.field.verbose_name

    @property
    def help_text(self) -> Label:
        return self.field.help_text if self.field else ""

    def labels(self) -> Iterator[str]:
        """The label in each language, accepted as a heading beside the canonical name."""
        for language in ("ru", "en"):
            with override(language):
                yield str(self.label)

    def value_of(self, record: Any) -> Any:
        return getattr(record, self.attribute)

    def render(self, value: Any) -> str:
        return str(value)

    def cell_of(self, record: Any) -> str:
        return self.render(self.value_of(record))

    def parse(self, cell: str, lookups: Lookups) -> Any:
        """The value of a cell. Raises Problem with what is wrong."""
        return cell

    def describe(self, value: Any) -> Label:
        """The value as the report shows what was read; lazy where it depends on the reader's language."""
        return self.render(value)[:200]

    def in_words(self, value: Any) -> str:
        """The value in the reader's language, beside the field into which it was typed."""
        return str(self.describe(value))

    def typed(self, value: Any) -> str:
        """The value as a field of a form shows it, in the reader's language; parse() reads it back."""
        return self.render(value)

    def reads_differently(self, cell: str, stored: str) -> bool:
        """Whether what is stored differs from what was written, other than in case and punctuation."""
        return stored != cell and fold(stored) != fold(cell)

    def remarks(self, value: Any) -> Iterator[Problem]:
        """Warnings about what was read in a cell."""
        yield from ()

    def sets_only_itself(self, value: Any) -> bool:
        """Whether apply() with this value sets no other column."""
        return True

    def apply(self, change: RowChange, value: Any) -> None:
        """Sets the value on the changed record. Raises Problem where it contradicts another cell of the row."""
        setattr(change.record, self.attribute, value)


def sentences_of(error: ValidationError) -> Label:
    """The messages of a ValidationError, in the reader's language."""
    return lazy(lambda: " ".join(error.messages), str)()


class Text(Column):
    def parse(self, cell: str, lookups: Lookups) -> str:
        longest = getattr(self.field, "max_length", None)
        if longest and len(cell) > longest:
            message = _("The text has %(length)d characters; the limit is %(longest)d.")
            raise Problem("text.too_long", message, length=len(cell), longest=longest)
        self.validate(cell)
        return cell

    def validate(self, text: str) -> None:
        """Validates a text with the model field, for example a URL."""
        if not text:
            if not getattr(self.field, "blank", True):
                raise Problem("cell.required", _("This cell must not be empty."))
            return
        try:
            self.field.run_validators(text)
        except ValidationError as error:
            raise Problem("text.invalid", _("%(reason)s"), reason=sentences_of(error)) from error

    def in_words(self, value: Any) -> str:
        """A text says itself."""
        return ""


class Lines(Column):
    """Several texts kept one a line, written with “;” or in lines of their own in a cell."""

    def value_of(self, record: Any) -> Any:
        return tuple(line for line in getattr(record, self.attribute).splitlines() if line.strip())

    def render(self, value: Any) -> str:
        return join(value)

    def parse(self, cell: str, lookups: Lookups) -> tuple[str, ...]:
        return tuple(text for line in cell.splitlines() for text in split(line) if text)

    def typed(self, value: Any) -> str:
        return "\n".join(join([text]) for text in value)

    def apply(self, change: RowChange, value: Any) -> None:
        setattr(change.record, self.attribute, "\n".join(value))


class Key(Text):
    is_citable = False

    def validate(self, text: str) -> None:
        """An empty key is made from the row."""

    def parse(self, cell: str, lookups: Lookups) -> str:
        if cell and not all(letter.isascii() and (letter.isalnum() or letter in "-_") for letter in cell):
            raise Problem(
                "key.letters", _("A key may contain only Latin letters, digits, hyphens and underscores.")
            )
        return super().parse(cell, lookups)


class Choice(Column):
    """A coded value; reads the code or its present or former label in either language."""

    def parse(self, cell: str, lookups: Lookups) -> Any:
        if not cell:
            if not self.field.blank and not self.field.has_default():
                raise Problem("cell.required", _("This cell must not be empty."))
            return self.field.get_default() or ""
        codes = {str(code).casefold(): code for code, _label in self.field.choices}
        if cell.casefold() in codes:
            return codes[cell.casefold()]
        for language in ("ru", "en"):
            with override(language):
                for code, label in self.field.choices:
                    if fold(str(label)) == fold(cell):
                        return code
        for label, code in former_choices(self.field.model._meta.model_name, self.field.name).items():
            if fold(label) == fold(cell):
                return code
        raise unknown_choice(cell, self.field.choices)


#: what is read as yes and as no, folded
YES, NO = frozenset(("yes", "true", "да", "1")), frozenset(("", "no", "false", "нет", "0"))


class YesNo(Column):
    """“yes”, or empty for no."""

    def render(self, value: Any) -> str:
        return "yes" if value else ""

    def parse(self, cell: str, lookups: Lookups) -> bool:
        if fold(cell) in YES | NO:
            return fold(cell) in YES
        raise Problem("choice.yes_or_no", _("“%(text)s” is neither “yes” nor “no”."), text=cell[:80])


class Derived(Column):
    """A value that follows from others: written into files, never read from them."""

    is_citable = False

    def apply(self, change: RowChange, value: Any) -> None:
        """Ignored: it is derived again."""


class Scope(Derived):
    """Whether a record is of the register’s subject, or context."""

    has_field = False

    def render(self, value: Any) -> str:
        if isinstance(value, str):  # as a sheet has it
            return value
        return "subject" if value else "context"


#: what is left out of a date without a trace in its letters and digits: [1993], 1993*
DATE_MARKS = re.compile(r"[*†‡§\[]")
#: the day from which spreadsheets count days, and the years that are typed into cells for dates by mistake
DAY_ZERO, YEARS = date(1899, 12, 30), range(1800, 2101)


class PeriodColumn(Column):
    """A date as precisely as its source gives it: a Period."""

    def reads_differently(self, cell: str, stored: str) -> bool:
        return super().reads_differently(cell, stored) or bool(DATE_MARKS.search(cell))

    def parse(self, cell: str, lookups: Lookups) -> Period:
        return Period.parse(cell)

    def describe(self, value: Period) -> Label:
        return lazy(lambda: self.typed(value), str)()

    def remarks(self, value: Period) -> Iterator[Problem]:
        """A spreadsheet shows the number 1993 in a cell for dates as 15.06.1905."""
        serial = (value.first_day - DAY_ZERO).days if value.first_day and value.precision == "day" else 0
        if serial in YEARS:
            message = _("%(day)s may be the year %(year)d in a date format.")
            yield Problem("date.maybe_year", message, day=self.describe(value), year=serial)

    def typed(self, value: Period) -> str:
        return typed_phrase(value, reader_language())


#: Excel may write 6 as 6.0; Python would also read 1_0 and the digits of other scripts
WHOLE = re.compile(r"([+-]?[0-9]{1,99})(?:[.,]0+)?")


class Whole(Column):
    """A whole number within `limits`, or empty."""

    limits = (1, 32767)

    def render(self, value: Any) -> str:
        return "" if value is None else str(value)

    def parse(self, cell: str, lookups: Lookups) -> int | None:
        if not cell:
            return None if self.field.null else self.field.get_default()
        match = WHOLE.fullmatch(cell.strip())
        if not match:
            raise Problem("number.whole", _("“%(text)s” is not a whole number."), text=cell[:80])
        value = int(match[1])
        if not self.limits[0] <= value <= self.limits[1]:
            message = _("The number must be between %(first)d and %(last)d.")
            raise Problem("number.range", message, first=self.limits[0], last=self.limits[1])
        return value


class PowerOfTen(Whole):
    limits = (-6, 15)


THREE_AFTER_COMMA = re.compile(r",[0-9]{3}(?![0-9])")


class Number(Column):
    """A decimal number, decimal point or comma; empty is None."""

    def render(self, value: Any) -> str:
        return "" if value is None else f"{value.normalize():f}"

    def parse(self, cell: str, lookups: Lookups) -> Any:
        found = number(cell, cell) if cell else None
        return None if found is None else found.normalize()

    def in_words(self, value: Any) -> str:
        return "" if value is None else number_words(value, reader_language())

    def typed(self, value: Any) -> str:
        """With a decimal comma in Russian, unless three digits follow it, which might be read as thousands."""
        plain = self.render(value)
        comma = plain.replace(".", ",")
        return comma if reader_language() == "ru" and not THREE_AFTER_COMMA.search(comma) else plain

    def reads_differently(self, cell: str, stored: str) -> bool:
        """A decimal comma is not reported, unless three digits follow it, which may have been thousands."""
        return stored != (cell if THREE_AFTER_COMMA.search(cell) else cell.replace(",", "."))

    def value_of(self, record: Any) -> Any:
        value = getattr(record, self.attribute)
        return None if value is None else Decimal(value).normalize()


class Reference(Column):
    """A foreign key to something with a name; `lookup` names its table in Lookups."""

    def __init__(self, name: str, lookup: str, label: Label | None = None, attribute: str = "") -> None:
        super().__init__(name, label, attribute)
        self.lookup = lookup

    def render(self, value: Any) -> str:
        return value.natural_key()[0] if value else ""

    def parse(self, cell: str, lookups: Lookups) -> Any:
        return getattr(lookups, self.lookup).find(cell) if cell else None


def is_plain(column: Column) -> bool:
    """Whether the column is one field of the record's own table."""
    return isinstance(getattr(column, "field", None), Field)
