"""The loader: stores row changes in one transaction; a preview stores them too and rolls back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import DataError, IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from relations.errors import Problem
from relations.models import Citation, ImportBatch, Participation, Record, RecordLink, Source, State
from relations.models.row_cache import refresh
from relations.rows.bound_columns import BoundReasonColumn
from relations.rows.lookups import Lookups
from relations.rows.related_columns import RelatedColumn
from relations.rows.row_change import RowChange

from .bulk_write import BulkWriter
from .db_errors import problem_of
from .findings import Findings
from .header import Header
from .options import ImportOptions
from .parser import columns_of
from .versions import remember


class Loader:
    """Stores row changes as records.

    A rehearsal rolls back each chunk at once, so that a preview finds database errors and no other writer waits.
    """

    def __init__(self, header: Header, lookups: Lookups, findings: Findings, options: ImportOptions) -> None:
        self.resource, self.model = header.resource, header.resource.model
        self.lookups, self.findings, self.options = lookups, findings, options
        self.batch = options.batch
        related = [column for column, _at in columns_of(header) if isinstance(column, RelatedColumn)]
        related.sort(key=lambda column: column.apply_order)
        self.writer = BulkWriter(self.resource, lookups, related, options.is_rehearsal)

    def load(self, changes: Sequence[RowChange]) -> None:
        """Writes one chunk. Database errors become findings at their rows."""
        new = [change for change in changes if change.is_new]
        changed = [change for change in changes if change.is_changed]
        try:
            with transaction.atomic():
                self.writer.write(new, changed)
                if self.options.is_rehearsal:
                    self.publish(changed, changed)
                    transaction.set_rollback(True)
        except (IntegrityError, DataError):
            with transaction.atomic():
                self.find_refused_rows(new, changed)
                if self.options.is_rehearsal:
                    transaction.set_rollback(True)
            return
        if self.options.is_rehearsal:
            self.lookups.described_sources.forget_created()
            return
        self.publish([*new, *changed], changes)
        if not self.findings.has_errors and self.options.keeps_versions:
            self.keep_versions([*new, *changed])

    def find_refused_rows(self, new: Sequence[RowChange], changed: Sequence[RowChange]) -> None:
        """Stores a refused chunk row by row, to find out which row failed and why."""
        before = len(self.findings.report.errors)
        sources = self.lookups.described_sources
        sources.forget_created()
        for change in (*new, *changed):
            try:
                with transaction.atomic():
                    self.writer.write(*split([change]))
            except (IntegrityError, DataError) as error:
                sources.forget_created()
                problem = problem_of(error, (self.model, Citation, Participation))
                self.findings.error(change.row, "", problem)
        if len(self.findings.report.errors) == before:
            message = _("The rows contradict each other. Import them in smaller parts.")
            self.findings.error(None, "", Problem("database.refused", message))

    def load_links(self) -> None:
        """Writes links after all rows, because they may point at any row of the sheet."""
        for column, changes in self.writer.postponed.items():
            try:
                with transaction.atomic():
                    column.store(*split(changes))
            except (IntegrityError, DataError, Problem):
                self.find_refused_links(column, changes)
        if not self.findings.has_errors:
            refresh([change.record for change in self.changed_by_links()])

    def changed_by_links(self) -> list[RowChange]:
        """The changes whose records must be derived again: stored ones, and those that a link dates."""
        return [
            change
            for column, changes in self.writer.postponed.items()
            for change in changes
            if not change.is_new or isinstance(column, BoundReasonColumn)
        ]

    def find_refused_links(self, column: RelatedColumn, changes: Iterable[RowChange]) -> None:
        for change in changes:
            try:
                with transaction.atomic():
                    column.store(*split([change]))
            except Problem as problem:
                self.findings.error(change.row, column.name, problem)
            except (IntegrityError, DataError) as error:
                self.findings.error(change.row, column.name, problem_of(error, (RecordLink,)))

    def publish(self, touched: Sequence[RowChange], changes: Sequence[RowChange]) -> None:
        """Checks everything that is or becomes public, and reports the reasons at its row.

        What a rule refuses stays as it was; a row that was public is withdrawn. What is missing rejects the row.
        """
        if not self.resource.citations:
            return
        public = [change for change in touched if change.state_before == State.PUBLISHED]
        wanted = changes if self.options.publish else public
        by_key = {change.pk: change for change in wanted if change.state_before != State.WITHDRAWN}
        for record, problems in self.model.objects.filter(pk__in=by_key).publish() if by_key else ():
            change = by_key.pop(record.pk)
            if all(is_of_a_rule(problem) for problem in problems):
                self.leave_unpublished(change, record)
            for problem in problems:
                if not is_of_a_rule(problem):
                    self.findings.error(change.row, "", problem)
        for change in by_key.values():
            if change.record:
                change.record.state = State.PUBLISHED
        self.findings.report.published += len(by_key)

    def leave_unpublished(self, change: RowChange, record: Record) -> None:
        """Reports that an unanswered error keeps a row from being public; the rule itself is reported already."""
        if change.state_before == State.PUBLISHED:
            record.withdraw()
            change.record.state = State.WITHDRAWN
            message = _("Stored, but no longer published, until the error is corrected or answered.")
        else:
            message = _("Stored as a draft, not published, until the error is corrected or answered.")
        self.findings.warning(change.row, "", Problem("publish.rule", message))

    # What is stored about an import.

    def keep_versions(self, touched: Sequence[RowChange]) -> None:
        """A version of every row that was made or changed, and of every source created for them."""
        report, user, reason = self.findings.report, self.options.user, self.options.reason
        if self.options.keep_batch and touched and not self.batch:
            about = {"type": self.resource.slug, "file": report.file[:300], "sha256": report.sha256}
            self.batch = ImportBatch.objects.create(**about, user=user)
        changes = ((change.pk, change.key, *change.versions()) for change in touched)
        remember(self.resource.slug, changes, user, reason, self.batch)
        created = [source.pk for source in self.lookups.described_sources.created]
        rows = Source.objects.filter(pk__in=created).values_list("pk", "key", "row") if created else ()
        remember("sources", ((pk, key, None, row) for pk, key, row in rows), user, reason, self.batch)

    def finish(self) -> None:
        """Counts an import by the rows that are in the database now."""
        if self.batch:
            self.findings.report.batch = self.batch.pk
            self.batch.count_stored(self.findings.report)


def is_of_a_rule(problem: Problem) -> bool:
    """Whether a problem is what a plausibility rule has found."""
    return problem.code.startswith("rule.")


def split(changes: Sequence[RowChange]) -> tuple[list[RowChange], list[RowChange]]:
    """(new, changed)"""
    return [one for one in changes if one.is_new], [one for one in changes if not one.is_new]
