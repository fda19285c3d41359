"""Reading a sheet: cells become values, and every problem of every cell a finding."""

from functools import cached_property
from itertools import islice

from django.utils.translation import gettext_lazy as _

from relations.errors import Problem
from relations.rows.cells import refuse_controls
from relations.rows.columns import Text
from relations.rows.related_columns import Links
from relations.rows.schema import EXAMPLE_KEY
from relations.rows.suggestions import mixed_words

from .header import Headings
from .lookups import Book
from .report import Finding, Report
from .row_change import Draft

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
        self.slots_seen = {}

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
        """The rows, a list of at most CHUNK at a time; none where the headings are refused."""
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
            yield self.without_example(rows)

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
                message = _("The example row of the template was skipped.")
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
            message = _("Latin letters are mixed with Cyrillic ones: %(words)s.")
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
