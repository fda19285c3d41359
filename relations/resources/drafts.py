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
