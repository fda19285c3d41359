import hashlib
import json
from dataclasses import dataclass, field


@dataclass
class Draft:
    """One row on its way into the register: the record with its own columns set, and what is written apart.

    `given` are the columns the sheet has; `slots` None means that it says nothing of sources.
    """

    row: object
    record: object
    book: object
    apart: dict = field(default_factory=dict)
    slots: tuple | None = None
    given: frozenset = frozenset()
    was_new: bool = False
    state_before: str = ""
    before: dict = field(default_factory=dict)
    after: dict = field(default_factory=dict)

    @property
    def is_new(self):
        return self.record.pk is None

    @property
    def is_changed(self):
        return bool(self.changes)

    @property
    def changes(self):
        """[(column, old cell, new cell)] of an existing record."""
        return [
            (column, column.render(self.before[column]), column.render(value))
            for column, value in self.after.items()
            if self.before[column] != value
        ]

    def value_after(self, column):
        """What a column says once this row is stored."""
        if column in self.apart:
            return self.apart[column]
        if hasattr(column, "of_slots"):
            return column.of_slots(self.slots) if self.slots is not None else self.untouched(column)
        return self.untouched(column) if column.stored_apart else column.value_of(self.record)

    def untouched(self, column):
        """The value of a column the sheet does not have: nothing for a new record."""
        return () if self.was_new else column.value_of(self.record)

    def rows(self, resource):
        """(row before, row after) as dictionaries with the editorial state; None before a new record."""
        state = {"state": self.record.state} if hasattr(self.record, "state") else {}
        after = {
            column.name: column.render(self.value_after(column)) for column in resource.columns()
        } | state
        if self.was_new:
            return None, after
        old = {column.name: cell for column, cell, _new in self.changes}
        return {**after, **old, **({"state": self.state_before} if state else {})}, after


def fingerprint(sheet, drafts):
    """What a preview has shown: the file, and each row with the state of the register it was compared with."""
    seen = [sheet.sha256, sheet.name]
    for draft in drafts:
        changes = [] if draft.was_new else [(column.name, old, new) for column, old, new in draft.changes]
        seen.append([draft.record.key, draft.was_new, draft.state_before, changes])
    return hashlib.sha256(json.dumps(seen, ensure_ascii=False).encode()).hexdigest()
