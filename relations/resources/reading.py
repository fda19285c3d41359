"""Reading a sheet: every row becomes a draft, and every problem of every cell a finding."""

from functools import cached_property

from django.utils.translation import gettext_lazy as _

from relations.folding import fold
from relations.problems import Problem

from .book import Book
from .citations import NEW_SOURCE
from .columns import Text, is_plain
from .drafts import Draft
from .duplicates import near_twins
from .guesses import mixed_words
from .reports import Finding, Report

CHUNK = 500
#: the key of the template's example row
EXAMPLE_KEY = "example"
#: the column that our own copy of somebody's table has
ERRORS = "_errors"


class Reading:
    """One sheet of one type: every row becomes a draft, every cell that cannot be read a finding."""

    def __init__(self, resource, sheet):
        self.resource = resource
        self.model, self.book = resource.model, Book()
        self.sheet = sheet.located(set(self.known_headings))
        self.report = Report(
            type=resource.slug, sha256=sheet.sha256, header_row=self.sheet.header_row, rows=len(self.sheet)
        )

    def complain(self, row, header, problem, warning=False):
        index = self.headings.index(header) if header in self.headings else None
        finding = Finding(
            sheet=self.sheet.name,
            row=row.number if row else self.sheet.header_row,
            column=self.sheet.letter(index) if index is not None else "",
            header=header,
            value=row.cells[index] if row and index is not None and index < len(row.cells) else "",
            problem=problem,
        )
        (self.report.warnings if warning else self.report.errors).append(finding)

    def remark(self, number, index, problem):
        """A warning of whoever read the file, at a cell or at none."""
        header = self.headings[index] if index is not None and index < len(self.headings) else ""
        column = self.sheet.letter(index) if index is not None else ""
        self.report.warnings.append(Finding(self.sheet.name, number, column, header, "", problem))

    @cached_property
    def known_headings(self):
        """{folded heading: canonical name}: the names themselves and their labels in both languages."""
        known = {fold(name): name for name in (*self.resource.names(), *NEW_SOURCE)}
        for column in self.resource.columns():
            for label in column.labels():
                known.setdefault(fold(label), column.name)
        return known

    @cached_property
    def headings(self):
        """Canonical column names in the order of the sheet; an unknown heading stays as it is."""
        return [self.known_headings.get(fold(text)) or text for text in self.sheet.header]

    @cached_property
    def given(self):
        return frozenset(self.headings)

    def check_headings(self):
        known = set(self.known_headings.values())
        if not known & set(self.headings):
            self.refuse_file()
            return
        for number, index, remark in self.sheet.remarks:
            self.remark(number, index, remark)
        for heading in dict.fromkeys(self.headings):
            if heading in ("", ERRORS):
                continue
            if heading not in known:
                self.complain(
                    None,
                    heading,
                    Problem(
                        "column.ignored",
                        _("The column “%(name)s” is not known and was not read."),
                        name=heading[:80],
                    ),
                    warning=True,
                )
            elif self.headings.count(heading) > 1:
                self.complain(
                    None,
                    heading,
                    Problem(
                        "column.twice", _("The column “%(name)s” stands in the sheet twice."), name=heading
                    ),
                )

    def refuse_file(self):
        self.report.file_refused = True
        names = ", ".join(self.resource.names()[:6])
        message = _(
            "No known column heading was found. One row near the top must hold headings such as %(names)s."
        )
        self.complain(None, "", Problem("header.missing", message, names=names))

    def read(self):
        """Drafts of all rows. What cannot be read is in the report, every cell of it."""
        self.check_headings()
        if self.report.errors:
            return []
        self.pass_over_example()
        own = getattr(self.book, self.resource.slug, None) if self.resource.slug != "sources" else None
        if own is not None and "key" in self.headings:
            at = self.headings.index("key")
            for row in self.sheet.rows:
                if at < len(row.cells) and row.cells[at]:
                    own.setdefault(row.cells[at], None)
        read = [(row, *self.values(row)) for row in self.sheet.rows]
        keys = self.keys(read)
        existing = self.existing(keys)
        drafts = [
            self.draft(row, values, slots, existing.get(key), key)
            for (row, values, slots), key in zip(read, keys, strict=True)
        ]
        if self.resource.citations and not self.report.errors:
            new = [draft for draft in drafts if draft.was_new]
            for draft in new:
                draft.record.settle()  # the date of an agreement follows from its others
            for draft, twin in near_twins(self.model, new):
                message = _("This looks like “%(title)s” (%(key)s) of the same date.")
                problem = Problem("duplicate.near", message, title=twin.title[:120], key=twin.key)
                self.complain(draft.row, "", problem, warning=True)
        return drafts

    def pass_over_example(self):
        """The example row of the template is nobody's record."""
        if "key" not in self.headings:
            return
        at = self.headings.index("key")
        for row in [row for row in self.sheet.rows if row.cells[at : at + 1] == [EXAMPLE_KEY]]:
            self.sheet.rows.remove(row)
            self.remark(
                row.number, at, Problem("row.example", _("The example row of the template was passed over."))
            )
        self.report.rows = len(self.sheet)

    def values(self, row):
        """({column: value}, slots) of one row; a cell that cannot be read is complained of and left out."""
        cells = {
            heading: row.cells[i].strip() if i < len(row.cells) else ""
            for i, heading in enumerate(self.headings)
        }
        values = {}
        for column in self.resource.columns():
            if column.name not in cells or (
                self.resource.citations and column in self.resource.citations.parts
            ):
                continue
            try:
                values[column] = column.parse(cells[column.name], self.book)
            except Problem as problem:
                self.complain(row, column.name, problem)
            else:
                self.warn_of_conversion(row, column, cells[column.name], values[column])
                self.warn_of_mixed_words(row, column, cells[column.name])
        return values, self.slots(row, cells)

    def warn_of_mixed_words(self, row, column, cell):
        """«Дoговор» with a Latin o is found by no search: named, and left to its author."""
        if isinstance(column, Text) and (words := mixed_words(cell)):
            message = _("Latin letters stand among Cyrillic ones: %(words)s.")
            problem = Problem("text.mixed", message, words=", ".join(words[:5]))
            self.complain(row, column.name, problem, warning=True)

    def warn_of_conversion(self, row, column, cell, value):
        stored = column.render(value)
        if cell and fold(stored) != fold(cell):
            message = _("Read as “%(stored)s”.")
            self.complain(row, column.name, Problem("converted", message, stored=stored[:200]), warning=True)

    def slots(self, row, cells):
        if not self.resource.citations:
            return None
        try:
            return self.resource.citations.parse(
                cells, self.resource.names(), self.book, lambda *args: self.complain(row, *args)
            )
        except Problem as problem:
            self.complain(row, "source", problem)
            return None

    def keys(self, read):
        """The key of each row: its own, or one made from its content, which is the same at the next import."""
        keys = []
        taken = set()
        for row, values, slots in read:
            given = values.get(self.resource.column("key"), "")
            key = base = given or self.made_key(row, values, slots)
            number = 1
            while key in taken and not given:
                number += 1
                key = f"{base}-{number}"
            if key in taken:
                self.complain(
                    row,
                    "key",
                    Problem("key.twice", _("The key “%(key)s” stands in the sheet twice."), key=key),
                )
            taken.add(key)
            keys.append(key)
        return keys

    def made_key(self, row, values, slots):
        draft = Draft(row, self.model(), self.book, slots=slots, given=self.given)
        self.put(draft, values)
        return self.resource.key_of(draft)

    def put(self, draft, values):
        for column in sorted(values, key=lambda column: getattr(column, "late", False)):
            column.put(draft, values[column])

    def existing(self, keys):
        found = {}
        for start in range(0, len(keys), CHUNK):
            chunk = self.resource.prefetched(self.model.objects.filter(key__in=keys[start : start + CHUNK]))
            found.update((record.key, record) for record in chunk)
        return found

    def draft(self, row, values, slots, record, key):
        if slots and record:
            slots = self.resource.citations.completed(slots, record, self.headings)
        draft = Draft(
            row,
            record or self.model(key=key),
            self.book,
            slots=slots,
            given=self.given,
            was_new=record is None,
        )
        draft.state_before = getattr(record, "state", "")
        compared = [column for column in self.resource.columns() if is_plain(column) or column in values]
        if slots is not None:
            compared += self.resource.citations.parts
        if record and slots == () and record.is_published:
            self.complain(row, "source", Problem("publish.source", _("It has no source.")))
        if not record:
            self.check_required(row, values)
        if record:
            draft.before = {column: column.value_of(record) for column in compared}
        values = {column: value for column, value in values.items() if column.name != "key"}
        self.put(draft, values)
        if record:
            draft.after = {column: draft.value_after(column) for column in compared}
        return draft

    def check_required(self, row, values):
        """A new record lacks what no cell has said: the database would take it, no reader could use it."""
        for column in self.resource.columns():
            field = getattr(column, "field", None)
            if field and column.name not in self.given and not field.blank and not field.has_default():
                message = _("A new record needs the column “%(name)s”.")
                self.complain(row, "", Problem("column.required", message, name=column.name))
        titles = [column for column in self.resource.columns() if column.name in ("title_ru", "title_en")]
        if titles and self.resource.needs_title and not any(values.get(column) for column in titles):
            self.complain(
                row, "", Problem("title.required", _("A new record needs a title: title_ru or title_en."))
            )
