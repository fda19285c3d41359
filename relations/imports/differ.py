"""Comparing: every row of a sheet becomes a draft, which says what its record is and what it will be."""

from collections import Counter, defaultdict
from operator import itemgetter

from django.utils.translation import gettext_lazy as _

from relations.errors import Problem
from relations.models import State
from relations.models.bulk import find
from relations.models.row_cache import unpacked
from relations.rows.citation_columns import NEW_SOURCE
from relations.rows.columns import Key, is_plain
from relations.rows.related_columns import Links

from .duplicates import near_twins
from .parser import Reading
from .row_change import Draft

#: rows of a sheet that a preview remembers for those below; of longer sheets only rows near each other are compared
MOST_ABOVE = 20_000


class Comparing(Reading):
    """The rows of a sheet beside the records of the register, a chunk at a time."""

    #: whether nothing of it is to be stored
    is_rehearsal = False

    def __init__(self, resource, sheet):
        super().__init__(resource, sheet)
        self.keys_taken, self.numbers, self.lacking_is_said = set(), Counter(), False
        self.above = defaultdict(list)

    def drafts(self, rows):
        """Drafts in the order of the rows: those that say what the register says already need no reading."""
        self.report.rows += len(rows)
        at = self.headings.index("key")
        keys = [row.cells[at] for row in rows if at < len(row.cells)] if at is not None else []
        there = self.there(keys)
        known = {draft.row.number: draft for draft in self.as_they_stand(rows, there)}
        read = iter(self.read([row for row in rows if row.number not in known], there))
        drafts = [known.get(row.number) or next(read) for row in rows]
        self.warn_of_twins(drafts)
        return drafts

    def as_they_stand(self, rows, there):
        """Drafts of the rows whose cells are those of a kept row, letter by letter: most rows of a second import."""
        at, given = self.headings.index("key"), self.headings.places
        if not there or not given.keys().isdisjoint(NEW_SOURCE):
            return
        names = [name for name in given if name in self.resource.names()]
        cells_of, blanks = itemgetter(*(given[name] for name in names), at), [""] * len(names)
        padding = [""] * (max(given.values()) + 1)
        for row in rows:
            key, width = row.cells[at] if at < len(row.cells) else "", len(row.cells)
            if key not in there or key in self.keys_taken:
                continue
            pk, state, kept = there[key]
            before = unpacked(kept)
            cells = row.cells + padding[width:] if width < len(padding) else row.cells
            if (*map(before.get, names, blanks), key) == cells_of(cells):
                self.keys_taken.add(key)
                yield Draft(row, key, None, False, pk, state, before, kept, before)

    def read(self, rows, there):
        """Drafts of rows whose cells have to be read; `there` is what is known of their keys so far."""
        read = [self.parsed(row) for row in rows]
        for draft, values, _cells in read:
            draft.key = self.key_of(draft, values)
        there |= self.there([draft.key for draft, _values, _cells in read if draft.key not in there])
        unlike = []
        for draft, values, cells in read:
            self.refuse_links_to_itself(draft, values)
            if draft.key in there:
                draft.was_new = False
                draft.pk, draft.state_before, draft.row_before = there[draft.key]
                draft.before = unpacked(draft.row_before)
                if not self.says_the_same(draft, values, cells):
                    unlike.append((draft, values, cells))
            else:
                self.make(draft, values, cells)
        self.change(unlike)
        return [draft for draft, _values, _cells in read]

    def refuse_links_to_itself(self, draft, values):
        for column, value in values.items():
            if isinstance(column, Links) and draft.key in value:
                problem = Problem("link.itself", _("A record cannot link to itself."))
                self.complain(draft.row, column.name, problem)

    def key_of(self, draft, values):
        """The key of a row: its own, or one made from its content, which is the same at the next import."""
        given = values.get(self.resource.column("key"), "")
        if not given:
            draft.record = self.resource.blank_record()
            draft.record.key = "-"
            self.put(draft, values)
        key = base = given or self.resource.key_of(draft)
        while key in self.keys_taken and not given:
            self.numbers[base] += 1
            key = f"{base}-{self.numbers[base] + 1}"
        if key in self.keys_taken:
            message = _("The key “%(key)s” appears twice in the sheet.")
            self.complain(draft.row, "key", Problem("key.twice", message, key=key))
        self.keys_taken.add(key)
        return key

    # The record of a row: there, new or changed.

    def there(self, keys):
        """{key: (primary key, state, flat row)} of those that are in the register."""
        fields = ["key", "id", "row"] + (["state"] if self.resource.citations else [])
        return {key: (pk, *(state or [""]), row) for key, pk, row, *state in find(self.model, fields, keys)}

    def put(self, draft, values):
        for column in (
            sorted(values, key=lambda column: column.late) if self.resource.has_late() else list(values)
        ):
            if isinstance(column, Key):
                continue
            try:
                column.put(draft, values[column])
            except Problem as problem:  # the cell contradicts another one of its row
                self.complain(draft.row, column.name, problem)
                del values[column]

    def make(self, draft, values, cells):
        """A new record."""
        self.check_required(draft.row, values)
        if draft.record is None:
            draft.record = self.resource.blank_record()
            self.put(draft, values)
        draft.record.key = draft.key
        draft.after = self.row_after(draft, {**self.resource.blank_cells(), **cells})

    def says_the_same(self, draft, values, cells):
        """Whether the record says already what the cells of this row say; most rows of a second import do."""
        before = draft.before
        if any(not column.says_all(values[column]) for column in values if column.late):
            return False
        cells["key"] = draft.key
        same = all(before.get(name, "") == cell for name, cell in cells.items())
        if same:
            draft.after = before
        return same

    def change(self, unlike):
        """Puts into existing records what their rows say, and compares."""
        wanted = self.model.objects.for_change()
        if not self.is_rehearsal:
            wanted = wanted.select_for_update(of=("self",))
        records = wanted.in_bulk([draft.pk for draft, *_rest in unlike])
        for draft, values, cells in unlike:
            draft.record = records.get(draft.pk)
            if draft.record is None or draft.record.row != draft.row_before:
                self.complain_of_change()  # by somebody else, while this very chunk was compared
                return
            self.put(draft, values)
            if draft.slots is not None:
                if not draft.slots and draft.state_before == State.PUBLISHED:
                    self.complain(draft.row, "source", Problem("publish.source", _("It has no source.")))
                draft.slots = self.resource.citations.completed(
                    draft.slots, draft.before, self.headings.given
                )
                cells = cells | self.resource.citations.cells(draft.slots)
            draft.after = self.row_after(draft, draft.before | cells)

    def row_after(self, draft, cells):
        """The flat row, in the order of the columns, with the cells that hold anything."""
        cells["key"] = draft.key
        if self.resource.has_late():  # a figure may set more columns than its own
            plain = (column for column in self.resource.columns() if is_plain(column))
            cells |= {column.name: column.cell_of(draft.record) for column in plain}
        return {name: cells[name] for name in self.resource.names() if cells.get(name)}

    def check_required(self, row, values):
        """A new record lacks what no cell has said: the database would take it, no reader could use it."""
        if self.headings.lacking:
            self.say_what_is_lacking(row)
        titles = [column for column in self.resource.title_columns() if column in self.given_columns]
        unread = any(column not in values for column in titles)  # complained of already
        if (
            self.resource.needs_title
            and titles
            and not unread
            and not any(values[column] for column in titles)
        ):
            message = _("A new record needs a title: title_ru or title_en.")
            self.complain(row, "", Problem("title.required", message))

    def say_what_is_lacking(self, row):
        """Said at the first new record only; the others are bad for the same reason."""
        for problem in self.headings.lacking if not self.lacking_is_said else ():
            self.complain(row, "", problem)
        self.lacking_is_said = True
        self.report.bad_rows.add(row.number)

    def warn_of_twins(self, drafts):
        if not self.resource.twin_columns:
            return
        new = [draft for draft in drafts if draft.was_new]
        for draft in new:
            draft.record.settle()  # the date of an agreement follows from its others
        # While a sheet is stored, its rows further up are in the database.
        is_remembered = self.is_rehearsal and self.report.rows <= MOST_ABOVE
        above = self.above if is_remembered else defaultdict(list)
        for draft, title, key in near_twins(self.resource, new, above):
            draft.twin = key
            message = _("This looks like “%(title)s” (%(key)s), which has the same date.")
            problem = Problem("duplicate.near", message, title=title[:120], key=key)
            self.complain(draft.row, "", problem, warning=True)
