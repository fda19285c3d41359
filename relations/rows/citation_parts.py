"""The single citation columns, and the columns in which a row describes a new source."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from relations.errors import Problem
from relations.models import Citation, Source
from relations.models.bulk import field_of
from relations.text.cell_syntax import join_slots
from relations.text.locators import read_locator
from relations.text.normalize import fold

from .citation_slots import Slot, slots_of
from .columns import Choice, Column, Key, Label, PeriodColumn, Text
from .former_labels import former_choices
from .suggestions import unknown_choice

#: a second URL; a URL within a URL, as in web archives, follows a slash or a sign
SECOND_ADDRESS = re.compile(r"\S[\s;,|]\s*(?:https?://|www\.)", re.IGNORECASE)


LONGEST = {
    "note_ru": Citation.note_ru.field.max_length or 0,
    "note_en": Citation.note_en.field.max_length or 0,
    "quotation": Citation.quotation.field.max_length or 0,
    "quotation_language": Citation.quotation_language.field.max_length or 0,
}
LONGEST_TEXT = 200


class Part(Column):
    """One of the parallel lists. `part` is the attribute of a Slot."""

    is_related = True
    has_field = False
    is_citable = False
    relation = "citations"

    def __init__(self, name: str, label: Label, part: str, default: str = "") -> None:
        super().__init__(name, label)
        self.part, self.default = part, default

    @property
    def help_text(self) -> Label:
        """That of the field of a citation."""
        return field_of(Citation, self.part).help_text

    def value_of(self, record: Any) -> tuple[Any, ...]:
        return self.of_slots(slots_of(record))

    def of_slots(self, slots: Iterable[Slot]) -> tuple[Any, ...]:
        return tuple(getattr(slot, self.part) for slot in slots)

    def render(self, value: Iterable[Any]) -> str:
        return join_slots("" if one == self.default else one for one in value)

    def parse_slot(self, text: str, columns: Iterable[str]) -> Any:
        """The value of one slot. `columns` are the names that a citation may support."""
        longest = LONGEST.get(self.part, LONGEST_TEXT)
        if len(text) > longest:
            message = _("The text has %(length)d characters; the limit is %(longest)d.")
            raise Problem("text.too_long", message, length=len(text), longest=longest)
        return text

    def fill(self, slot: Slot, text: str, columns: Iterable[str]) -> Slot:
        """The slot with the value of this list."""
        return replace(slot, **{self.part: self.parse_slot(text, columns)})


class LocatorPart(Part):
    def of_slots(self, slots: Iterable[Slot]) -> tuple[str, ...]:
        return tuple(slot.where for slot in slots)

    def fill(self, slot: Slot, text: str, columns: Iterable[str]) -> Slot:
        label, locator = read_locator(self.parse_slot(text, columns))
        return replace(slot, locator_label=label, locator=locator)


#: what a citation supports, in the form and in the sheet
SUPPORTS = _("If nothing is chosen, the citation supports the whole record.")


class FieldsPart(Part):
    help_text = SUPPORTS

    def render(self, value: Iterable[Sequence[str]]) -> str:
        return join_slots(",".join(fields) for fields in value)

    def parse_slot(self, text: str, columns: Iterable[str]) -> tuple[str, ...]:
        fields = tuple(field.strip() for field in text.split(","))
        for field in filter(None, fields):
            if field not in columns:
                message = _("“%(field)s” is not a column that a source can support.")
                raise Problem("citation.field", message, field=field[:80])
        return fields


class ConfidencePart(Part):
    def parse_slot(self, text: str, columns: Iterable[str]) -> str:
        if not text:
            return self.default
        for code in Citation.Confidence.values:
            former = former_choices("citation", "confidence")
            names = {code, *(fold(label) for label, one in former.items() if one == code)}
            for language in ("ru", "en"):
                with override(language):
                    names.add(fold(str(Citation.Confidence(code).label)))
            if fold(text) in names:
                return code
        raise unknown_choice(text, Citation.Confidence.choices)


class SourceText(Text):
    """A text column of a described source, which may be empty even where the source requires it."""

    def validate(self, text: str) -> None:
        if text:
            super().validate(text)


class Address(SourceText):
    def validate(self, text: str) -> None:
        if SECOND_ADDRESS.search(text):
            message = _("This cell may contain only one URL; several were found.")
            raise Problem("address.several", message)
        super().validate(text)


KEY = Key("key").bind(Source)
#: how a row describes a source that the register lacks: source_title, source_url, …
DESCRIPTION: list[Column] = [
    SourceText("title").bind(Source),
    Address("url").bind(Source),
    PeriodColumn("date", attribute="issued").bind(Source),
    SourceText("author").bind(Source),
    Choice("type").bind(Source),
]
NEW_SOURCE = tuple(f"source_{column.name}" for column in DESCRIPTION)
