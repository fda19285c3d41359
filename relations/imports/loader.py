"""The loader: stores row changes in one transaction; a preview stores them too and rolls back."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from django.db import DataError, IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from relations.errors import Problem
from relations.models import Citation, ImportBatch, Participation, Recheck, Record, RecordLink, Source, State
from relations.models.querysets import RecordQuerySet
from relations.models.rechecks import rechecks_of
from relations.models.review_comments import open_comments, open_comments_problem
from relations.models.row_cache import refresh
from relations.models.versions import RELEASE, remember, remember_each
from relations.rows.bound_columns import BoundReasonColumn
from relations.rows.lookups import Lookups
from relations.rows.related_columns import RelatedColumn
from relations.rows.row_change import RowChange
from relations.rules.findings import findings_of

from .bulk_write import BulkWriter
from .db_errors import problem_of
from .findings import Findings
from .header import Header
from .options import ImportOptions
from .parser import columns_of
from .plausibility import RuleWarnings
from .proposals import propose
from .rechecks import settle_rechecks


class Loader:
    """Stores row changes as records.

    A rehearsal rolls back each chunk at once, so that a preview finds database errors and no other writer waits.
    """

    def __init__(
        self,
        header: Header,
        lookups: Lookups,
        findings: Findings,
        options: ImportOptions,
        rules: RuleWarnings,
    ) -> None:
        self.resource, self.model = header.resource, header.resource.model
        self.lookups, self.findings, self.options = lookups, findings, options
        self.batch, self.rules = options.batch, rules
        related = [column for column, _at in columns_of(header) if isinstance(column, RelatedColumn)]
        related.sort(key=lambda column: column.apply_order)
        #: {primary key: citations to be checked again} of the rows that were stored last
        self.marks: dict[int, list[Recheck]] = {}
        #: {primary key: what stands against publishing a new row}; those with nothing are written as public ones
        self.against_new: dict[int, list[Problem]] = {}
        publishes = options.publish and bool(self.resource.citations)
        self.writer = BulkWriter(
            self.resource,
            lookups,
            related,
            options.is_rehearsal,
            options.with_dependents,
            self.publish_new if publishes else None,
            options.numbers,
        )

    def load(self, changes: Sequence[RowChange]) -> None:
        """Writes one chunk. Database errors become findings at their rows."""
        new = [change for change in changes if change.is_new]
        every = [change for change in changes if change.is_changed]
        changed = [change for change in every if not self.is_proposal(change)]
        proposed = [change for change in every if self.is_proposal(change)]
        try:
            with transaction.atomic(savepoint=not self.options.is_alone):
                self.writer.write(new, changed, proposed)
                self.try_out(proposed)
                if self.options.is_rehearsal:
                    self.publish(changed, changed)
                    transaction.set_rollback(True)
        except (IntegrityError, DataError) as error:
            self.report_refused(new, every, error)
            return
        if self.options.is_rehearsal:
            self.lookups.described_sources.forget_created()
            return
        if self.options.keeps_history:
            self.marks = settle_rechecks(self.resource, changed, self.options)
        stored = [change for change in changes if not self.is_proposal(change)]
        self.publish([*new, *changed], stored)
        if not self.findings.has_errors and self.options.keeps_history:
            self.keep_batch([*new, *every])
            self.keep_versions([*new, *changed])
            propose(self.resource, proposed, self.options, self.batch)

    def is_proposal(self, change: RowChange) -> bool:
        """Whether the row waits for approval. A rehearsal stores it as well, and takes it back."""
        return change.changes_public and not self.options.is_rehearsal

    def try_out(self, proposed: Sequence[RowChange]) -> None:
        """Stores proposed rows, to learn what the database and the rules refuse, and takes them back."""
        if not proposed:
            return
        with transaction.atomic():
            rehearsal = BulkWriter(
                self.resource, self.lookups, self.writer.related_columns, is_rehearsal=True
            )
            rehearsal.write_rows([], proposed)
            if self.resource.citations:
                self.refuse_unpublishable(proposed)
            transaction.set_rollback(True)

    def refuse_unpublishable(self, proposed: Sequence[RowChange]) -> None:
        """Reports what a public record must not lack; what a rule asks is answered before the approval."""
        marks = rechecks_of(self.model, [change.record.pk for change in proposed])
        for change in proposed:
            record = self.resource.as_after(change)
            problems = [*record.formal_problems(), *record.recheck_problems(marks[record.pk])]
            self.report_unpublished(change, record, problems)

    def report_refused(
        self, new: Sequence[RowChange], changed: Sequence[RowChange], error: IntegrityError | DataError
    ) -> None:
        """What the database refuses; of several rows it does not say which."""
        if self.options.is_alone:
            self.findings.error((*new, *changed)[0].row, "", self.problem_of(error))
            return
        with transaction.atomic():
            self.find_refused_rows(new, changed)
            if self.options.is_rehearsal:
                transaction.set_rollback(True)

    def problem_of(self, error: IntegrityError | DataError) -> Problem:
        return problem_of(error, (self.model, Citation, Participation))

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
                self.findings.error(change.row, "", self.problem_of(error))
        if len(self.findings.report.errors) == before:
            message = _("The rows contradict each other. Import them in smaller parts.")
            self.findings.error(None, "", Problem("database.refused", message))

    def load_links(self) -> None:
        """Writes links after all rows, because they may point at any row of the sheet."""
        for column, changes in self.writer.postponed.items():
            if not changes:
                continue
            try:
                with transaction.atomic(savepoint=not self.options.is_alone):
                    column.store(*split(changes))
            except (IntegrityError, DataError, Problem) as error:
                self.report_refused_links(column, changes, error)
        dated = [] if self.findings.has_errors else self.changed_by_links()
        if dated:
            refresh([change.record for change in dated])

    def changed_by_links(self) -> list[RowChange]:
        """The changes whose records must be derived again, since a link dates them."""
        return [
            change
            for column, changes in self.writer.postponed.items()
            for change in changes
            if isinstance(column, BoundReasonColumn) and change.record.is_dated_by_records
        ]

    def report_refused_links(
        self,
        column: RelatedColumn,
        changes: Sequence[RowChange],
        error: IntegrityError | DataError | Problem,
    ) -> None:
        if self.options.is_alone:
            self.report_refused_link(column, changes[0], error)
        else:
            self.find_refused_links(column, changes)

    def report_refused_link(
        self, column: RelatedColumn, change: RowChange, error: IntegrityError | DataError | Problem
    ) -> None:
        problem = error if isinstance(error, Problem) else problem_of(error, (RecordLink,))
        self.findings.error(change.row, column.name, problem)

    def find_refused_links(self, column: RelatedColumn, changes: Iterable[RowChange]) -> None:
        for change in changes:
            try:
                with transaction.atomic():
                    column.store(*split([change]))
            except (IntegrityError, DataError, Problem) as error:
                self.report_refused_link(column, change, error)

    def publish(self, touched: Sequence[RowChange], changes: Sequence[RowChange]) -> None:
        """Checks everything that is or becomes public, and reports the reasons at its row.

        What a rule refuses stays as it was; a row that was public is withdrawn. What is missing rejects the row.
        """
        if not self.resource.citations:
            return
        public = [change for change in touched if change.state_before == State.PUBLISHED]
        wanted = changes if self.options.publish else public
        self.refuse_commented(wanted)
        by_key = {change.pk: change for change in wanted if change.state_before != State.WITHDRAWN}
        new, stored = split(list(by_key.values()))
        for record, problems in [*self.refused_among_new(new), *self.refused_by_publishing(stored)]:
            change = by_key.pop(record.pk)
            self.report_unpublished(change, record, problems)
        for change in by_key.values():
            if change.record:
                change.record.state = State.PUBLISHED
        self.findings.report.published += len(by_key)

    def publish_new(self, new: Sequence[RowChange]) -> None:
        """Makes new records public before they are written, so that no row is written twice."""
        self.marks.update({change.record.pk: [] for change in new})  # nothing was cited for another value
        described = self.errors_by_described_sources(new)
        self.against_new = self.against(new)
        for change in new:
            problems = self.against_new[change.record.pk]
            problems += described.get(change.key, ())
            if not problems:
                change.record.state, change.record.published_at = State.PUBLISHED, change.record.updated_at

    def errors_by_described_sources(self, new: Sequence[RowChange]) -> dict[str, list[Problem]]:
        """{key: errors} of rows that cite sources which the sheet describes: the rules know these only now."""
        created = {source.key for source in self.lookups.described_sources.created}
        citing = [one for one in new if any(slot.source in created for slot in one.slots or ())]
        rows = [{**change.after, "key": change.key} for change in citing]
        found = findings_of(self.resource.slug, rows) if rows else []
        return {
            change.key: [one.problem for one in findings if one.is_error]
            for change, findings in zip(citing, found, strict=True)
        }

    def refused_among_new(self, new: Sequence[RowChange]) -> list[tuple[Record, list[Problem]]]:
        return [
            (change.record, self.against_new[change.record.pk])
            for change in new
            if self.against_new[change.record.pk]
        ]

    def refused_by_publishing(self, changes: Collection[RowChange]) -> list[tuple[Record, list[Problem]]]:
        """Publishes records; returns those that must not be public, with the reasons."""
        if not changes:
            return []
        ready: RecordQuerySet[Record] = self.model.objects.filter(pk__in=[change.pk for change in changes])
        if not self.options.is_alone:
            return ready.publish(keeps_versions=False)
        known = self.against(changes)
        is_public = all(change.state_before == State.PUBLISHED for change in changes)
        # What is public already has been counted and dated with its row.
        return (
            [] if is_public and not any(known.values()) else ready.publish(keeps_versions=False, known=known)
        )

    def against(self, changes: Iterable[RowChange]) -> dict[int, list[Problem]]:
        """{primary key: what stands against publishing a row}, of which the rules have been asked already."""
        found: dict[int, list[Problem]] = {}
        for change in changes:
            record = self.resource.as_after(change)
            formal = [*record.formal_problems(), *record.recheck_problems(self.marks_of(record))]
            found[record.pk] = [*formal, *self.rules.errors[change.key]]
        return found

    def marks_of(self, record: Record) -> list[Recheck]:
        """Those that settling has left; where nothing was to be settled they are looked for."""
        if record.pk not in self.marks:
            self.marks[record.pk] = record.rechecks
        return self.marks[record.pk]

    def refuse_commented(self, changes: Sequence[RowChange]) -> None:
        """An operator publishes nothing whose comments are not settled; a release is its own decision."""
        if not self.options.publish or self.options.reason == RELEASE:
            return
        new_to_readers = {
            one.pk: one
            for one in changes
            if one.pk and (one.is_changed or one.state_before != State.PUBLISHED)
        }
        for pk, comments in open_comments(self.resource.slug, list(new_to_readers)).items():
            self.findings.error(new_to_readers[pk].row, "", open_comments_problem(comments))

    def report_unpublished(self, change: RowChange, record: Record, problems: Sequence[Problem]) -> None:
        """What is missing rejects the row; what a rule asks can still be answered."""
        is_asked = all(is_of_a_rule(problem) for problem in problems)
        if is_asked and not change.changes_public:
            self.leave_unpublished(change, record)
        for problem in problems:
            if not is_of_a_rule(problem):
                self.findings.error(change.row, "", problem)

    def leave_unpublished(self, change: RowChange, record: Record) -> None:
        """Reports that an unanswered error keeps a row from being public; the rule itself is reported already."""
        if change.state_before == State.PUBLISHED:
            record.change_state(State.WITHDRAWN, keeps_version=False)
            change.record.state = State.WITHDRAWN
            message = _("Stored, but no longer published, until the error is corrected or answered.")
        else:
            message = _("Stored as a draft, not published, until the error is corrected or answered.")
        self.findings.warning(change.row, "", Problem("publish.rule", message))

    # What is stored about an import.

    def keep_batch(self, touched: Sequence[RowChange]) -> None:
        """Makes the import to which the rows belong, if one is wanted and there is none yet."""
        if self.options.keep_batch and touched and not self.batch:
            report = self.findings.report
            about = {"type": self.resource.slug, "file": report.file[:300], "sha256": report.sha256}
            self.batch = ImportBatch.objects.create(**about, user=self.options.user)

    def keep_versions(self, touched: Sequence[RowChange]) -> None:
        """A version of every row that was made or changed, and of every source created for the sheet."""
        user, reason = self.options.user, self.options.reason
        revisions = self.options.revisions
        changes = (
            ((change.pk, change.key, *change.versions()), revisions.get(change.pk or 0)) for change in touched
        )
        # a change of what readers see would wait for approval
        public = () if self.options.proposes else None
        remember_each(self.resource.slug, changes, user, reason, self.batch, public=public)
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
