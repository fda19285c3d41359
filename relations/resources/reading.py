"""Reading a sheet: every row becomes a draft, and every problem of every cell a finding."""

from functools import cached_property
from itertools import islice

from django.utils.translation import gettext_lazy as _

from relations.bulk import find
from relations.models import State
from relations.problems import Problem
from relations.rows import unpacked

from .apart import Links
from .book import Book
from .cells import refuse_controls
from .citations import NEW_SOURCE
from .columns import Key, Text, is_plain
from .drafts import Draft
from .duplicates import near_twins
from .guesses import mixed_words
from .headings import EXAMPLE_KEY, Headings
from .reports import Finding, Report

CHUNK = 1000
#: what is remembered of a column's cells: enough for what repeats, little beside a sheet of unlike cells
MOST_SEEN = 20_000


def batched(things, size):
    things = iter(things)
    while chunk := list(islice(things, size)):
        yield chunk


class Reading:
    """One sheet of one type, a chunk of rows at a time, so that memory does not grow with the sheet."""

    def __init__(self, resource, sheet):
        self.resource, self.model, self.book = resource, resource.model, Book()
        self.headings = Headings(resource, sheet, self.book)
        self.sheet = self.headings.sheet
        self.report = Report(type=resource.slug, sha256=sheet.sha256, header_row=self.sheet.header_row)
        self.seen = {column: {} for column in resource.columns()}
        self.slots_seen, self.keys_taken = {}, set()
        self.lacking_is_said = False

    def complain(self, row, header, problem, warning=False):
        index = self.headings.index(header)
        finding = Finding(
            sheet=self.sheet.name,
            row=row.number if row else self.sheet.header_row,
            column=self.sheet.letter(index) if index is not None else "",
            header=header,
            value=row.cells[index] if row and index is not None and index < len(row.cells) else "",
            problem=problem,
        )
        self.report.add(finding, warning)

    def complain_of_change(self):
        message = _("The file or the register has changed since the preview. Upload the file again.")
        self.complain(None, "", Problem("preview.stale", message))

    def remark(self, number, index, problem):
        """A warning of whoever read the file, at a cell or at none."""
        header = self.headings.at(index) if index is not None else ""
        column = self.sheet.letter(index) if index is not None else ""
        self.report.add(Finding(self.sheet.name, number, column, header, "", problem), warning=True)

    def chunks(self):
        """Drafts of all rows, a list of at most CHUNK at a time. What cannot be read is in the report."""
        for problem in self.headings.refusals():
            self.report.file_refused = True
            self.complain(None, "", problem)
        for number, index, remark in self.sheet.remarks if not self.report.errors else ():
            self.remark(number, index, remark)
        for heading, problem, is_warning in self.headings.problems() if not self.report.errors else ():
            self.complain(None, heading, problem, warning=is_warning)
        if self.report.errors:
            return
        self.expect_own_keys()
        for rows in batched(self.sheet.rows, CHUNK):
            yield self.drafts(self.without_example(rows))

    def expect_own_keys(self):
        """A row may point at the record of a row further below."""
        shelves = {
            shelf for column in self.given_columns if isinstance(column, Links) for shelf in column.ends
        }
        if self.resource.slug in shelves and (at := self.headings.index("key")) is not None:
            shelf = getattr(self.book, self.resource.slug)
            for row in self.sheet.rows:
                if at < len(row.cells) and row.cells[at]:
                    shelf.setdefault(row.cells[at], None)

    def without_example(self, rows):
        """The example row of the template is nobody's record."""
        at = self.headings.index("key")
        kept = []
        for row in rows:
            if at is not None and row.cells[at : at + 1] == [EXAMPLE_KEY]:
                message = _("The example row of the template was passed over.")
                self.remark(row.number, at, Problem("row.example", message))
            else:
                kept.append(row)
        return kept

    @cached_property
    def given_columns(self):
        """The columns the sheet has, with where; those of citations are read together."""
        parts = self.resource.citations.parts if self.resource.citations else ()
        places = ((column, self.headings.index(column.name)) for column in self.resource.columns())
        return {column: at for column, at in places if at is not None and column not in parts}

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
        places = [(name, place) for name, place in given.items() if name in self.resource.names()]
        for row in rows:
            key, width = row.cells[at] if at < len(row.cells) else "", len(row.cells)
            if key not in there or key in self.keys_taken:
                continue
            pk, state, kept = there[key]
            before = unpacked(kept)
            if all(before.get(name, "") == (row.cells[i] if i < width else "") for name, i in places):
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

    # A row: its cells as values.

    def parsed(self, row):
        """(draft, {column: value}, {column name: cell as it will be kept}) of one row."""
        values, cells, width = {}, {}, len(row.cells)
        for column, at in self.given_columns.items():
            value, stored, problems = self.value_of(column, row.cells[at] if at < width else "")
            for problem, is_warning in problems:
                self.complain(row, column.name, problem, warning=is_warning)
            if stored is not None:
                values[column], cells[column.name] = value, stored
        draft = Draft(row, given=self.headings.given, book=self.book)
        if self.resource.citations:
            draft.slots, slot_cells = self.slots_of(row)
            cells.update(slot_cells)
        return draft, values, cells

    def value_of(self, column, cell):
        """(value, cell as it will be kept, [(problem, is warning)]); equal cells of a column are read once."""
        if isinstance(column, Text):  # titles and summaries do not repeat
            return self.read_cell(column, cell)
        seen = self.seen[column]
        if cell not in seen:
            if len(seen) >= MOST_SEEN:
                seen.clear()
            seen[cell] = self.read_cell(column, cell)
        return seen[cell]

    def read_cell(self, column, cell):
        try:
            value = column.parse(refuse_controls(cell), self.book)
        except Problem as problem:
            return None, None, [(problem, False)]
        stored, problems = column.render(value), []
        if cell and column.reads_differently(cell, stored):
            problems.append(
                (Problem("converted", _("Read as “%(stored)s”."), stored=column.said(value)), True)
            )
        if isinstance(column, Text) and (words := mixed_words(cell)):
            message = _("Latin letters stand among Cyrillic ones: %(words)s.")
            problems.append((Problem("text.mixed", message, words=", ".join(words[:5])), True))
        return value, stored, problems

    def slots_of(self, row):
        """(slots, {part: cell}) of what a row says of its sources; (None, {}) where it says nothing."""
        width = len(row.cells)
        own = {name: row.cells[at] if at < width else "" for name, at in self.headings.of_sources.items()}
        key = tuple(own.values())
        if key in self.slots_seen:
            return self.slots_seen[key]
        problems = []
        try:
            slots = self.resource.citations.parse(
                own, self.resource.names(), self.book, lambda *found: problems.append(found)
            )
        except Problem as problem:
            problems.append(("source", problem))
            slots = None
        for header, problem in problems:
            self.complain(row, header, problem)
        found = slots, self.resource.citations.cells(slots)
        if not problems:
            if len(self.slots_seen) >= MOST_SEEN:
                self.slots_seen.clear()
            self.slots_seen[key] = found
        return found

    def key_of(self, draft, values):
        """The key of a row: its own, or one made from its content, which is the same at the next import."""
        given = values.get(self.resource.column("key"), "")
        if not given:
            draft.record = self.resource.blank_record()
            draft.record.key = "-"
            self.put(draft, values)
        key = base = given or self.resource.key_of(draft)
        number = 1
        while key in self.keys_taken and not given:
            number += 1
            key = f"{base}-{number}"
        if key in self.keys_taken:
            message = _("The key “%(key)s” stands in the sheet twice.")
            self.complain(draft.row, "key", Problem("key.twice", message, key=key))
        self.keys_taken.add(key)
        return key

    # The record of a row: there, new or changed.

    def there(self, keys):
        """{key: (primary key, state, flat row)} of those that are in the register."""
        fields = ["key", "id", "row"] + (["state"] if self.resource.citations else [])
        return {key: (pk, *(state or [""]), row) for key, pk, row, *state in find(self.model, fields, keys)}

    def put(self, draft, values):
        for column in sorted(values, key=lambda column: column.late) if self.resource.has_late() else values:
            if not isinstance(column, Key):
                column.put(draft, values[column])

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
        locked = self.model.objects.for_change().select_for_update(of=("self",))
        records = locked.in_bulk([draft.pk for draft, *_rest in unlike])
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
        for draft, title, key in near_twins(self.resource, new):
            draft.twin = key
            message = _("This looks like “%(title)s” (%(key)s) of the same date.")
            problem = Problem("duplicate.near", message, title=title[:120], key=key)
            self.complain(draft.row, "", problem, warning=True)
