from dataclasses import dataclass, field

from relations.models.row_cache import packed


@dataclass(slots=True)
class Draft:
    """One row of a sheet on its way into the register.

    `before` and `after` are the flat row of the record as it stands and as it will stand, with the cells that hold
    anything. `record` is there for new and changed ones only; `apart` and `slots` are what is written into other tables,
    `slots` None where the sheet says nothing of sources.
    """

    row: object
    key: str = ""
    record: object = None
    was_new: bool = True
    pk: int | None = None
    state_before: str = ""
    before: dict = field(default_factory=dict)
    row_before: str = ""
    after: dict = field(default_factory=dict)
    apart: dict = field(default_factory=dict)
    slots: tuple | None = None
    given: frozenset = frozenset()
    book: object = None
    twin: str = ""

    @property
    def row_after(self):
        """The flat row after, as it is kept."""
        return packed(self.after)

    @property
    def is_changed(self):
        return not self.was_new and self.before != self.after

    @property
    def is_touched(self):
        return self.was_new or self.is_changed

    @property
    def changes(self):
        """[(column name, old cell, new cell)] of an existing record, in the order of the row."""
        if not self.is_changed:
            return []
        names = dict.fromkeys((*self.before, *self.after))
        pairs = ((name, self.before.get(name, ""), self.after.get(name, "")) for name in names)
        return [(name, old, new) for name, old, new in pairs if old != new]

    def seen(self):
        """This row as a preview has shown it, with the state of the register it was compared with, as one line."""
        after = self.row_after if self.is_touched else ""
        return f"{self.key}\t{self.pk}\t{self.state_before}\t{self.row_before}\t{after}\n"

    def versions(self):
        """(before, after) with the editorial state, as lines; None before a new record."""
        if not hasattr(self.record, "state"):
            return self.row_before or None, self.row_after
        before = packed(self.before | {"state": self.state_before})
        return None if self.was_new else before, packed(self.after | {"state": self.record.state})
