"""Decisions about near duplicates: what becomes of a row that looks like a record of the register."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from relations.errors import Problem
from relations.models.row_cache import FlatRow
from relations.rows.citation_columns import CitationColumns
from relations.rows.citation_slots import Slot
from relations.rows.row_change import RowChange

from .parser import ParsedRow, read_cell


class Choice(TextChoices):
    NEW = "new", _("store it as a new record")
    UPDATE = "update", _("update the record with it")
    CITE = "cite", _("only add its sources to the record")
    PASS_OVER = "pass_over", _("skip it")


@dataclass(frozen=True)
class Decision:
    """What becomes of one row, and the key of the record that it looks like."""

    choice: Choice
    twin: str

    @property
    def gone(self) -> Problem:
        message = _("“%(key)s” is no longer in the register. Decide again what becomes of this row.")
        return Problem("duplicate.gone", message, key=self.twin)

    @property
    def twice(self) -> Problem:
        message = _("Another row of this sheet changes “%(key)s” too. Decide otherwise about one of them.")
        return Problem("duplicate.twice", message, key=self.twin)

    @property
    def passed_over(self) -> Problem:
        message = _("Skipped, as decided: the register has it as “%(key)s”.")
        return Problem("duplicate.passed_over", message, key=self.twin)

    def fill_from(self, before: FlatRow, change: RowChange, parsed: ParsedRow) -> None:
        """Makes of a row what its author would have written of the record that it is added to.

        Its sources are added to those of the record. Where a cell is empty, and with CITE in all other columns, the
        record keeps what it says.
        """
        for column in parsed.values:
            if self.choice is Choice.CITE or not parsed.cells[column.name]:
                own = read_cell(column, before.get(column.name, ""), change.lookups)
                parsed.values[column], parsed.cells[column.name] = own.value, own.stored or ""
        change.record, change.related = None, {}

    def add_sources(
        self, columns: CitationColumns, before: FlatRow, change: RowChange, parsed: ParsedRow
    ) -> list[Problem]:
        """Returns what of the row's citations the record cannot take."""
        if change.slots is None:
            return []
        present = columns.slots_of_row(before)
        change.own_slots = change.slots
        change.slots = (*present, *added(change.slots, present))
        parsed.cells.update(columns.cells(change.slots))
        return [cited_otherwise(slot) for slot in change.own_slots if not is_told(slot, change.slots)]


def added(own: Iterable[Slot], present: Iterable[Slot]) -> list[Slot]:
    """Those of a row that say more than the citations `present`: another source, place in it, or column."""
    known = {place for slot in present for place in slot.places()}
    sources = {slot.source for slot in present}
    found = []
    for slot in own:
        if not slot.where and slot.fields == ("",) and slot.source in sources:
            continue
        if fields := tuple(place.field for place in slot.places() if place not in known):
            found.append(replace(slot, fields=fields))
    return found


def is_told(slot: Slot, kept: Iterable[Slot]) -> bool:
    """Whether the notes, the quotation and the confidence of a citation are kept wherever it stands."""
    own = details_of(slot)
    if own == details_of(Slot(slot.source)):
        return True
    kept = [one for one in kept if one.source == slot.source and details_of(one) == own]
    if not slot.where:
        return bool(kept)
    return {place for one in kept for place in one.places()}.issuperset(slot.places())


def details_of(slot: Slot) -> tuple[str, ...]:
    return slot.confidence, slot.note_ru, slot.note_en, slot.quotation, slot.quotation_language


def cited_otherwise(slot: Slot) -> Problem:
    message = _(
        "The record cites “%(source)s” at this place already. Its quotation, notes and confidence stay; those of"
        " this row are not taken."
    )
    return Problem("duplicate.cited", message, source=slot.source)
