"""Decisions about near duplicates: what becomes of a row that looks like a record of the register."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from relations.errors import Problem
from relations.rows.citation_slots import Slot
from relations.rows.columns import Column
from relations.rows.row_change import RowChange

from .parser import ParsedRow


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
    def needs_the_twin(self) -> bool:
        return self.choice in (Choice.UPDATE, Choice.CITE)

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

    def narrow(self, change: RowChange, parsed: ParsedRow, present: Sequence[Slot]) -> None:
        """Leaves of a row what it says about the record with the citations `present`.

        Its sources are added to those; empty cells, and with CITE all others too, say nothing.
        """
        kept = {column for column in parsed.values if self.keeps(column, parsed)}
        parsed.values = {column: value for column, value in parsed.values.items() if column in kept}
        names = {column.name for column in kept}
        parsed.cells = {name: cell for name, cell in parsed.cells.items() if name in names}
        change.record, change.related = None, {}
        change.own_slots = change.slots or ()
        change.slots = parsed.slots = (*present, *added(change.own_slots, present)) if change.slots else None
        change.given = frozenset(names)

    def keeps(self, column: Column, parsed: ParsedRow) -> bool:
        return self.choice is Choice.UPDATE and bool(parsed.cells.get(column.name))


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
