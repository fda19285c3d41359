"""Citation slots: the citations of a record as parallel lists of source, locator and supported column."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from relations.models import Citation
from relations.models.rechecks import CitedPlace


@dataclass(frozen=True)
class Slot:
    """One citation of one record; `fields` are the columns it supports ("" among them: the whole record)."""

    source: str
    locator_label: str = ""
    locator: str = ""
    fields: tuple[str, ...] = ("",)
    quoted_in: str = ""
    confidence: str = Citation.Confidence.HIGH.value
    note_ru: str = ""
    note_en: str = ""
    quotation: str = ""
    quotation_language: str = ""

    def places(self) -> list[CitedPlace]:
        return [CitedPlace(self.source, self.where, self.quoted_in, field) for field in self.fields]

    @property
    def where(self) -> str:
        return f"{self.locator_label} {self.locator}".strip()


def slots_of(record: Any) -> tuple[Slot, ...]:
    """The slots of a record's citations: neighbours that differ only in the field they support are one slot."""

    def without_field(citation: Citation) -> tuple[str, ...]:
        quoted = citation.quoted_in.key if citation.quoted_in else ""
        details = (
            citation.confidence,
            citation.note_ru,
            citation.note_en,
            citation.quotation,
            citation.quotation_language,
        )
        return (citation.source.key, citation.locator_label, citation.locator, quoted, *details)

    slots = []
    for key, citations in groupby(record.citations.all(), without_field):
        source, label, locator, *rest = key
        fields = tuple(citation.field for citation in citations)
        slots.append(Slot(source, label, locator, fields, *rest))
    return tuple(slots)


def merged(slots: Iterable[Slot]) -> tuple[Slot, ...]:
    """Neighbours that differ only in what they support are one slot, as they will be when they are read back."""
    found: list[Slot] = []
    for slot in slots:
        if found and replace(found[-1], fields=()) == replace(slot, fields=()):
            found[-1] = replace(slot, fields=tuple(dict.fromkeys((*found[-1].fields, *slot.fields))))
        else:
            found.append(slot)
    return tuple(found)
