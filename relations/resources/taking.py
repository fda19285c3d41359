"""Taking a sheet in: every row and every error of it is read first, then all is written in bulk."""

from functools import cached_property

from django.db import DataError, IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from relations.folding import fold
from relations.models import Citation, ImportBatch, Participation, RecordLink, State
from relations.problems import Problem
from relations.search import refresh_search

from .book import Book
from .citations import NEW_SOURCE
from .columns import is_plain
from .constraints import problem_of
from .drafts import Draft, fingerprint
from .history import remember, rows_of
from .reports import Finding, Report

CHUNK = 500
#: the key of the template's example row
EXAMPLE_KEY = "example"
#: the column that our own copy of somebody's table has
ERRORS = "_errors"


class Taking:
    """One import of one sheet: reads every row and every error of it, then writes in bulk."""

    def __init__(
        self,
        resource,
        sheet,
        publish,
        user=None,
        may_change_public=True,
        expected="",
        keep_batch=False,
        reason="",
    ):
        self.resource, self.publish, self.user = resource, publish, user
        self.may_change_public, self.expected = may_change_public, expected
        self.keep_batch, self.reason = keep_batch, reason
        self.model, self.book = resource.model, Book()
        self.sheet = sheet.located(set(self.known_headings))
        self.report = Report(
            type=resource.slug, sha256=sheet.sha256, header_row=self.sheet.header_row, rows=len(self.sheet)
        )

    # Reading.

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
        return [
            self.draft(row, values, slots, existing.get(key), key)
            for (row, values, slots), key in zip(read, keys, strict=True)
        ]

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
        return values, self.slots(row, cells)

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
            draft.after = {column: self.value_after(column, draft) for column in compared}
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

    def value_after(self, column, draft):
        if column in draft.apart:
            return draft.apart[column]
        if self.resource.citations and column in self.resource.citations.parts:
            return tuple(
                slot.where if column.part == "locator" else getattr(slot, column.part) for slot in draft.slots
            )
        return column.value_of(draft.record)

    def check_expected(self, drafts):
        """Refuses what is no longer what somebody has seen in the preview."""
        self.report.fingerprint = fingerprint(self.sheet, drafts)
        if self.expected and self.expected != self.report.fingerprint:
            message = _("The file or the register has changed since the preview. Upload the file again.")
            self.complain(None, "", Problem("preview.stale", message))

    # Writing.

    def remember(self, drafts):
        """The import as an object, and a version of every row it made or changed."""
        touched = [draft for draft in drafts if draft.was_new or draft.is_changed]
        batch = None
        if self.keep_batch and touched:
            counts = {
                name: getattr(self.report, name) for name in ("rows", "created", "updated", "unchanged")
            }
            about = {"type": self.resource.slug, "file": self.report.file[:300], "sha256": self.report.sha256}
            batch = ImportBatch.objects.create(**about, **counts, user=self.user)
            self.report.batch = batch.pk
            batch.report = self.report.as_json()
            batch.save(update_fields=["report"])
        if batch or self.reason:
            afters = rows_of(self.resource, [draft.record.pk for draft in touched])
            befores = {draft.record.pk: draft.row_before(afters[draft.record.pk]) for draft in touched}
            remember(self.resource, befores, self.user, self.reason, batch)
            self.remember_sources(batch)

    def remember_sources(self, batch):
        """Sources that came along in the rows."""
        created = {source.pk: None for source in self.book.expected_sources.values()}
        if created and self.resource.citations:
            from .sources import SourceResource  # a sheet of its own, which stands above this engine

            remember(SourceResource, created, self.user, self.reason, batch)

    def store(self, drafts):
        new = [draft for draft in drafts if draft.was_new]
        changed = [draft for draft in drafts if not draft.was_new and draft.is_changed]
        if not self.may_change_public:
            self.refuse_public(changed)
        self.report.created, self.report.updated = len(new), len(changed)
        self.report.unchanged = len(drafts) - len(new) - len(changed)
        try:
            with transaction.atomic():
                self.write(new, changed)
        except (IntegrityError, DataError):
            self.name_the_rows(new, changed)
            return
        self.check_published([*new, *changed], drafts)

    def refuse_public(self, changed):
        for draft in changed:
            if getattr(draft.record, "is_published", False):
                message = _("This record is public: only a publisher may change it.")
                self.complain(draft.row, "", Problem("record.public", message))

    def write(self, new, changed):
        for draft in (*new, *changed):
            if hasattr(draft.record, "settle"):
                draft.record.settle()
            if hasattr(draft.record, "updated_at"):
                draft.record.updated_at = timezone.now()
        refresh_search(self.book.store_expected_sources())
        self.model.objects.bulk_create([draft.record for draft in new], batch_size=CHUNK)
        fields = [f.name for f in self.model._meta.concrete_fields if f.name not in self.untouched]
        self.model.objects.bulk_update([draft.record for draft in changed], fields, batch_size=CHUNK)
        self.write_apart([*new, *changed])

    #: columns an import never writes to an existing record
    untouched = frozenset({"id", "key", "state", "source_count", "search_text", "created_at", "published_at"})

    def write_apart(self, drafts):
        if shelf := getattr(self.book, self.resource.slug, None):
            shelf.update((draft.record.key, draft.record) for draft in drafts)
        for column in self.resource.columns():
            if with_it := [draft for draft in drafts if column in draft.apart]:
                column.store(with_it)
        if self.resource.citations:
            self.resource.citations.store([draft for draft in drafts if draft.slots is not None])
        refresh_search([draft.record for draft in drafts])

    def name_the_rows(self, new, changed):
        """The slow way, taken only after the database has refused: row by row, to say which and why."""
        for draft in new:
            draft.record.pk, draft.record._state.adding = None, True
        for draft in (*new, *changed):
            try:
                with transaction.atomic():
                    self.write([draft] if draft.is_new else [], [] if draft.is_new else [draft])
            except (IntegrityError, DataError) as error:
                self.complain(
                    draft.row, "", problem_of(error, (self.model, Citation, Participation, RecordLink))
                )
        if not self.report.errors:
            self.complain(
                None,
                "",
                Problem(
                    "database.refused", _("The rows contradict each other. Import them in smaller parts.")
                ),
            )

    def check_published(self, touched, drafts):
        """Everything that is or is to become public passes the same gate, and its reasons stand at its row."""
        if not self.resource.citations:
            return
        wanted = (
            drafts if self.publish else [draft for draft in touched if draft.record.state == State.PUBLISHED]
        )
        rows = {draft.record.pk: draft.row for draft in wanted if draft.record.state != State.WITHDRAWN}
        refused = self.model.objects.filter(pk__in=rows).publish()
        for record, problems in refused:
            for problem in problems:
                self.complain(rows[record.pk], "", problem)
        self.report.published = len(rows) - len(refused)
