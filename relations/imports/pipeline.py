"""One import of one sheet: header → parser → differ → loader, a chunk of rows at a time, in one transaction."""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

from django.db import IntegrityError, OperationalError, connection, transaction
from django.utils.translation import gettext_lazy as _

from relations.errors import Problem
from relations.mapping.recipe import Recipe
from relations.models import DataChange, FormerKey, State
from relations.private_copy.switch import ChangedMeanwhile
from relations.private_copy.working import LEAST_RECORDS, on_private_copy
from relations.readers.sheet import Sheet
from relations.rows.citation_slots import Slot
from relations.rows.lookups import Lookups
from relations.rows.resource import SheetResource
from relations.rows.row_change import RowChange
from relations.rows.sheet_row import SheetRow

from .differ import Differ
from .duplicates import DuplicateWarnings
from .findings import stale
from .header import Header
from .limits import refuse_beyond_limit
from .loader import Loader
from .options import ImportOptions
from .plausibility import RuleWarnings
from .reading import SheetReading, as_ours
from .report import Report, refused
from .signing import refuse_unsigned
from .stored_rows import IdenticalRows, rows_of_records, stored_rows
from .vanished import Vanished

#: rows of a sheet that a preview remembers for those below; of longer sheets only rows near each other are compared
MOST_REMEMBERED_ROWS = 20_000


def load_sheet(
    resource: type[SheetResource], sheet: Sheet, recipe: Recipe | None = None, **options: Any
) -> Report:
    """The Report of one import. Everything or nothing is stored, and nothing in a dry run.

    A foreign table is read by its `recipe`; without one, as far as the table itself says how. `options` are those of
    ImportOptions.
    """
    asked = ImportOptions(**options)
    report = Report(resource.slug, asked.file_name, sheet.sha256, asked.dry_run)
    try:
        lookups = asked.lookups or Lookups()
        sheet = as_ours(resource, sheet, recipe, lookups)
        if asked.left_out:
            sheet = sheet.where(lambda row: row.number not in asked.left_out)
        header = Header(resource, sheet, lookups)
    except Problem as problem:  # of the file itself, met while the headings were looked for
        report.refuse(problem)
        return report
    report.header_row = header.sheet.header_row
    SheetImport(header, report, asked).run()
    return report


def load_long_sheet(
    resource: type[SheetResource], sheet: Sheet, recipe: Recipe | None = None, **options: Any
) -> Report:
    """The same, while others go on writing; it is not for callers that hold a transaction."""
    asked = ImportOptions(**options)
    rows = (
        max(sheet.expected, LEAST_RECORDS) if recipe else sheet.expected
    )  # which may have many values in a row
    try:
        with on_private_copy(rows, is_kept=not asked.dry_run):
            return load_sheet(resource, sheet, recipe, **options)
    except (ChangedMeanwhile, IntegrityError):
        return refused(stale(), type=resource.slug, file=asked.file_name, sha256=sheet.sha256)


class SheetImport:
    """The steps of one import, each made for this sheet."""

    def __init__(self, header: Header, report: Report, options: ImportOptions) -> None:
        self.header, self.report, self.options = header, report, options
        self.resource, self.lookups = header.resource, header.lookups
        used_keys: set[str] = set()
        self.reading = SheetReading(header, report, is_alone=options.is_alone)
        self.findings, self.parser = self.reading.findings, self.reading.parser
        self.identical_rows = IdenticalRows(header, self.lookups, used_keys)
        self.differ = Differ(header, self.lookups, self.findings, used_keys, options)
        self.duplicates = DuplicateWarnings(self.resource, self.findings, options.is_alone)
        self.rules = RuleWarnings(self.resource, self.findings, self.lookups)
        self.vanished = Vanished(self.resource, self.findings) if header.sheet.sources else None
        self.loader = Loader(header, self.lookups, self.findings, options, self.rules)
        self.fingerprint = hashlib.sha256(f"{report.sha256} {header.sheet.name}".encode())

    def run(self) -> None:
        is_rehearsal = self.options.is_rehearsal
        try:
            with young_garbage_only(), nullcontext() if is_rehearsal else self.transaction():
                self.reading.read_header()
                with nullcontext() if is_rehearsal else DataChange.objects.together():
                    self.import_rows()
                if is_rehearsal:
                    return
                if self.options.dry_run or self.findings.has_errors:
                    transaction.set_rollback(True)
                elif connection.vendor == "postgresql":
                    check_foreign_keys()  # now, while a refusal can still be reported
        except Problem as problem:  # of the file as a whole, met on the way
            self.findings.refuse_sheet([problem])
        except IntegrityError:  # what a row refers to has gone meanwhile
            self.findings.changed_since_preview()
        except OperationalError as error:
            if "locked" not in str(error):
                raise
            message = _(
                "Another user is saving changes to the register. Nothing was stored; try again in a minute."
            )
            self.findings.error(None, "", Problem("database.busy", message))

    def transaction(self) -> AbstractContextManager[Any]:
        """A row that is alone is stored in the transaction of its caller."""
        return transaction.atomic(savepoint=not self.options.is_alone)

    def import_rows(self) -> None:
        for rows in self.reading.chunks():
            self.import_chunk(rows)
        self.reading.warn_without_rows()
        if self.vanished:
            self.vanished.warn()
        self.report.fingerprint = self.fingerprint.hexdigest()
        if self.options.expected_fingerprint not in ("", self.report.fingerprint):
            self.findings.changed_since_preview()
        is_stored = not self.options.is_rehearsal
        if is_stored and not self.findings.has_errors:
            self.loader.load_links()
        self.report.sort()
        if is_stored and not self.findings.has_errors:
            self.loader.finish()

    def import_chunk(self, rows: Sequence[SheetRow]) -> None:
        changes = self.changes_of(rows)
        if self.options.proposes:
            self.mark_public(changes)
        self.report.count(changes)
        if self.vanished:
            self.vanished.take(changes)
        self.duplicates.check(changes, self.remembers_rows)
        self.rules.check(changes)
        refuse_unsigned(self.resource, changes, self.findings)
        refuse_beyond_limit(self.resource, changes, self.findings, self.options.user)
        for change in changes:
            self.fingerprint.update(change.fingerprint().encode())
        self.warn_of_former_keys(changes)
        if not self.options.may_quote:
            self.refuse_quotations(changes)
        if not self.findings.has_errors:
            self.loader.load(changes)
        elif self.resource.own_references:
            self.name_unstored(changes)
        self.options.watch(self.report, changes)
        gc.collect(1)

    def changes_of(self, rows: Sequence[SheetRow]) -> list[RowChange]:
        """What each row changes, in the order of the rows."""
        key_at = self.header.index("key")
        keys = [key for row in rows if (key := row.cell(key_at))]
        stored = rows_of_records(self.options.locked) or stored_rows(self.resource, keys)
        identical = self.identical_rows.changes(rows, stored)
        parsed = self.parser.parse([row for row in rows if row.number not in identical])
        compared = iter(self.differ.compare(parsed, stored, set(keys)))
        changes = (identical.get(row.number) or next(compared) for row in rows)
        return [change for change in changes if not change.is_passed_over]

    def mark_public(self, changes: Sequence[RowChange]) -> None:
        """Marks what readers see, whose changes wait for approval."""
        changed = {change.pk: change for change in changes if change.is_changed and change.pk}
        if self.resource.citations:
            public = {pk for pk, change in changed.items() if change.state_before == State.PUBLISHED}
        else:
            public = self.resource.public_among(list(changed)) if changed else set()
        for pk in public:
            changed[pk].is_public = True

    def name_unstored(self, changes: Sequence[RowChange]) -> None:
        """Lets rows further below name new ones that are not stored, since the sheet is refused already."""
        new = [change.record for change in changes if change.is_new]
        for number, record in enumerate(new, 1):
            record.derive()
            record.pk = -(self.report.rows + number)  # of none that is stored
        self.lookups.meet_entities(self.resource.slug, new)

    @property
    def remembers_rows(self) -> bool:
        """While a sheet is stored, its rows further up are in the database."""
        return self.options.is_rehearsal and self.report.rows <= MOST_REMEMBERED_ROWS

    def warn_of_former_keys(self, changes: Sequence[RowChange]) -> None:
        """An old sheet, perhaps: what it calls by a former key would become a second record."""
        new = {change.key: change for change in changes if change.is_new}
        for former, present in FormerKey.objects.present(self.resource.model, list(new)).items():
            message = _("Until now this key redirected to “%(key)s”. It will become the key of a new record.")
            self.findings.warning(new[former].row, "key", Problem("key.former", message, key=present))

    def refuse_quotations(self, changes: Sequence[RowChange]) -> None:
        """Of those that are not in the register already."""
        for change in changes:
            if self.resource.citations and change.is_touched and change.slots:
                stored = self.resource.citations.slots_of_row(change.before)
                if quotations_of(change.slots) - quotations_of(stored):
                    message = _("Only editors who have the right to quote may write quotations.")
                    self.findings.error(change.row, "quotation", Problem("citation.quotation", message))


def quotations_of(slots: Iterable[Slot]) -> set[tuple[str, str, str]]:
    return {(slot.source, slot.quotation, slot.quotation_language) for slot in slots if slot.quotation}


@contextmanager
def young_garbage_only() -> Iterator[None]:
    """Rows come and go in great numbers: the collector would search all of Django again and again for them."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def check_foreign_keys() -> None:
    """connection.check_constraints() of PostgreSQL in one statement instead of two."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
