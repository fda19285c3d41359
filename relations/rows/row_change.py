"""RowChange: the flat row of one record before and after an import."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from relations.models.row_cache import FlatRow, packed

from .citation_slots import Slot
from .sheet_row import SheetRow

if TYPE_CHECKING:
    from .lookups import Lookups
    from .related_columns import RelatedColumn


class CellChange(NamedTuple):
    """One column of a record before and after."""

    name: str
    before: str
    after: str


class Twin(NamedTuple):
    """A record that looks like a new row, or a row further up with the number that its author sees."""

    key: str
    title: str
    is_same_day: bool
    row: int | None = None


@dataclass(slots=True)
class RowChange:
    """One row of a sheet beside the record it is about.

    `record` is set for new and changed records only. `related` and `slots` are what is written into other
    tables; `slots`
    is None where the sheet has no citations. `given` are the names of the columns that the sheet has.
    """

    row: SheetRow
    lookups: Lookups
    given: frozenset[str] = frozenset()
    key: str = ""
    record: Any = None
    is_new: bool = True
    pk: int | None = None
    state_before: str = ""
    before: FlatRow = field(default_factory=dict)
    #: `before` as the database keeps it
    packed_before: str = ""
    after: FlatRow = field(default_factory=dict)
    related: dict[RelatedColumn, tuple[Any, ...]] = field(default_factory=dict)
    slots: tuple[Slot, ...] | None = None
    #: what looks like this new record
    twin: Twin | None = None
    #: the row is skipped, since somebody has decided that the register has it
    is_passed_over: bool = False
    #: of a row that is added to another record, the citations that are its own
    own_slots: tuple[Slot, ...] | None = None
    #: whether readers see the record; known in an import that proposes
    is_public: bool = False
    #: what the row has become where it waits for approval
    revision: Any = None
    #: the record as it was stored, for a changed row
    stored: Any = None

    @property
    def packed_after(self) -> str:
        """`after` as the database keeps it."""
        return packed(self.after)

    @property
    def is_changed(self) -> bool:
        return not self.is_new and self.before != self.after

    @property
    def is_touched(self) -> bool:
        return self.is_new or self.is_changed

    @property
    def changes_public(self) -> bool:
        """Whether it changes what readers see."""
        return self.is_changed and self.is_public

    @property
    def related_by_name(self) -> dict[str, tuple[Any, ...]]:
        return {column.name: value for column, value in self.related.items()}

    def cell_changes(self) -> list[CellChange]:
        """The columns of an existing record that change, in the order of the row."""
        if not self.is_changed:
            return []
        names = dict.fromkeys((*self.before, *self.after))
        changes = (CellChange(name, self.before.get(name, ""), self.after.get(name, "")) for name in names)
        return [change for change in changes if change.before != change.after]

    def fingerprint(self) -> str:
        """This change as a preview has shown it, with the state of the register it was compared with, as one line."""
        after = self.packed_after if self.is_touched else ""
        seen = f"{self.state_before}{'+' if self.is_public else ''}"
        return f"{self.key}\t{self.pk}\t{seen}\t{self.packed_before}\t{after}\n"

    def versions(self) -> tuple[str | None, str]:
        """(before, after) with the editorial state, as the database keeps them; None before a new record."""
        if not hasattr(self.record, "state"):
            return self.packed_before or None, self.packed_after
        before = None if self.is_new else packed(self.before | {"state": self.state_before})
        return before, packed(self.after | {"state": self.record.state})
