"""Taking a sheet in: what was read is written in bulk, everything or nothing."""

import gc
import hashlib
from collections import defaultdict
from contextlib import contextmanager, nullcontext
from operator import attrgetter

from django.db import DataError, IntegrityError, OperationalError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from relations.errors import Problem
from relations.models import Citation, FormerKey, ImportBatch, Participation, RecordLink, Source, State
from relations.models.bulk import insert, reserve, update
from relations.models.row_cache import refresh
from relations.rows.coverage import coverage
from relations.rows.related_columns import Apart
from relations.search.index import keep_words
from relations.search.lemmas import words_of

from .db_errors import problem_of
from .differ import Comparing
from .report import refused
from .versions import remember


@contextmanager
def young_garbage_only():
    """Rows come and go in great numbers: the collector would go through all of Django again and again for them."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


class Taking(Comparing):
    """One import: a sheet read chunk by chunk, and the way of its drafts into the database, in one transaction.

    A dry run is a rehearsal: each chunk is written as far as the database has rules of its own about it, and rolled back
    at once, so that a preview knows what the database will say and no writer waits for it.
    """

    def __init__(
        self,
        resource,
        sheet,
        publish,
        user=None,
        may_change_public=True,
        expected="",
        batch=None,
        keep_batch=False,
        reason="",
        watch=None,
    ):
        super().__init__(resource, sheet)
        self.publish, self.user = publish, user
        self.may_change_public, self.expected = may_change_public, expected
        self.batch, self.keep_batch, self.reason = batch, keep_batch, reason
        self.watch = watch or (lambda report, drafts: None)
        self.fingerprint = hashlib.sha256(f"{sheet.sha256} {sheet.name}".encode())
        self.last = defaultdict(list)

    def run(self, dry_run):
        self.is_rehearsal = dry_run and not self.publish
        try:
            with young_garbage_only(), nullcontext() if self.is_rehearsal else transaction.atomic():
                self.take()
                if self.is_rehearsal:
                    return
                if dry_run or self.report.errors:
                    transaction.set_rollback(True)
                elif connection.vendor == "postgresql":
                    connection.check_constraints()  # foreign keys now, while a refusal can still be told
        except Problem as problem:  # of the file as a whole, met on the way
            self.report.file_refused = True
            self.complain(None, "", problem)
        except IntegrityError:  # what a row refers to has gone meanwhile
            self.complain_of_change()
        except OperationalError as error:
            if "locked" not in str(error):
                raise
            message = _(
                "Another user is saving changes to the register. Nothing was stored; try again in a minute."
            )
            self.complain(None, "", Problem("database.busy", message))

    def take(self):
        for rows in self.chunks():
            drafts = self.drafts(rows)
            self.count(drafts)
            self.warn_of_former_keys(drafts)
            if not self.may_change_public:
                self.refuse_public(drafts)
            if not self.report.errors:
                self.store(drafts)
            self.watch(self.report, drafts)
            gc.collect(1)
        if not self.report.rows and not self.report.errors:
            message = _("The sheet has headings but no rows below them.")
            self.complain(None, "", Problem("sheet.no_rows", message), warning=True)
        self.report.fingerprint = self.fingerprint.hexdigest()
        if self.expected and self.expected != self.report.fingerprint:
            self.complain_of_change()
        if not self.report.errors and not self.is_rehearsal:
            self.store_last()
        self.report.in_order()
        if not self.report.errors and not self.is_rehearsal:
            self.finish()

    def count(self, drafts):
        for draft in drafts:
            self.fingerprint.update(draft.seen().encode())
            self.report.created += draft.was_new
            self.report.updated += draft.is_changed
        self.report.unchanged = self.report.rows - self.report.created - self.report.updated

    def warn_of_former_keys(self, drafts):
        """An old sheet, perhaps: what it calls by a former key would become a second record."""
        new = {draft.key: draft for draft in drafts if draft.was_new}
        for former, present in FormerKey.objects.present(self.model, list(new)).items():
            message = _("Until now this key redirected to “%(key)s”. It will become the key of a new record.")
            self.complain(new[former].row, "key", Problem("key.former", message, key=present), warning=True)

    def refuse_public(self, drafts):
        for draft in drafts:
            if draft.is_changed and draft.state_before == State.PUBLISHED:
                message = _("This record is published: only a publisher may change it.")
                self.complain(draft.row, "", Problem("record.public", message))

    def store(self, drafts):
        new = [draft for draft in drafts if draft.was_new]
        changed = [draft for draft in drafts if draft.is_changed]
        try:
            with transaction.atomic():
                self.write(new, changed)
                if self.is_rehearsal:
                    self.check_published(changed, changed)
                    transaction.set_rollback(True)
        except (IntegrityError, DataError):
            with transaction.atomic():
                self.name_the_rows(new, changed)
                if self.is_rehearsal:
                    transaction.set_rollback(True)
            return
        if self.is_rehearsal:
            self.book.forget_stored()
            return
        self.check_published([*new, *changed], drafts)
        if not self.report.errors and (self.batch or self.keep_batch or self.reason):
            self.remember([*new, *changed])

    # Writing.

    def write(self, new, changed):
        sources = self.book.store_expected_sources(changed if self.is_rehearsal else [*new, *changed])
        if sources and not self.is_rehearsal:
            refresh(sources)
        self.settle(new, changed)
        fields = self.model._meta.concrete_fields
        values = attrgetter(*(field.attname for field in fields))
        insert(self.model, [field.name for field in fields], (values(draft.record) for draft in new))
        FormerKey.objects.forget(self.model, [draft.key for draft in new])
        fields = [field for field in fields if field.name not in self.untouched]
        values = attrgetter(*(field.attname for field in fields))
        update(self.model, [field.name for field in fields], ((*values(d.record), d.pk) for d in changed))
        self.write_apart([] if self.is_rehearsal else new, changed)
        if not self.is_rehearsal:
            keep_words(self.model._meta.db_table, [(draft.pk, draft.record.search_text) for draft in new])
            refresh([draft.record for draft in changed])

    #: columns an import never writes to an existing record
    untouched = frozenset(
        "id key state source_count fact_count sourced_count search_text row created_at published_at".split()
    )

    def settle(self, new, changed):
        """Sets what follows from the rest of a record."""
        now = timezone.now()
        for draft in (*new, *changed):
            draft.record.settle()
            draft.record.updated_at = now
        for draft, key in zip(new, reserve(self.model, len(new)), strict=True):
            record = draft.record
            draft.pk = record.pk = key
            record.created_at, record._state.adding = now, False
            record.source_count = len({slot.source for slot in draft.slots or ()})
            record.row = draft.row_after
            if self.resource.citations:
                record.fact_count, record.sourced_count = coverage(self.resource, draft.after)
            if not self.is_rehearsal:
                record.search_text = words_of(record.searchable(*self.resource.said_apart(draft)))
        self.book.learn(self.resource.slug, {draft.key: draft.pk for draft in new})

    def write_apart(self, new, changed):
        for column in filter(lambda column: isinstance(column, Apart), self.given_columns):
            if column.stored_last:
                self.last[column] += [draft for draft in new if draft.apart[column]] + changed
            elif new or changed:
                column.store(new, changed)
        if self.resource.citations:
            said = [[draft for draft in drafts if draft.slots is not None] for drafts in (new, changed)]
            self.resource.citations.store(*said)

    def store_last(self):
        """Links, which may point at any row of the sheet."""
        for column, drafts in self.last.items():
            new, changed = ([d for d in drafts if d.was_new is was_new] for was_new in (True, False))
            try:
                with transaction.atomic():
                    column.store(new, changed)
            except (IntegrityError, DataError):
                self.name_the_links(column, drafts)
        refresh_linked = [
            draft.record for drafts in self.last.values() for draft in drafts if not draft.was_new
        ]
        if not self.report.errors:
            refresh(refresh_linked)

    def name_the_links(self, column, drafts):
        for draft in drafts:
            try:
                with transaction.atomic():
                    column.store([draft], []) if draft.was_new else column.store([], [draft])
            except (IntegrityError, DataError) as error:
                self.complain(draft.row, column.name, problem_of(error, (RecordLink,)))

    def name_the_rows(self, new, changed):
        """The slow way, taken only after the database has refused: row by row, to say which and why."""
        before = len(self.report.errors)
        self.book.forget_stored()
        for draft in (*new, *changed):
            try:
                with transaction.atomic():
                    self.write([draft] if draft.was_new else [], [] if draft.was_new else [draft])
            except (IntegrityError, DataError) as error:
                self.book.forget_stored()
                self.complain(draft.row, "", problem_of(error, (self.model, Citation, Participation)))
        if len(self.report.errors) == before:
            message = _("The rows contradict each other. Import them in smaller parts.")
            self.complain(None, "", Problem("database.refused", message))

    def check_published(self, touched, drafts):
        """Everything that is or is to become public passes the same gate, and its reasons stand at its row."""
        if not self.resource.citations:
            return
        wanted = drafts if self.publish else [d for d in touched if d.state_before == State.PUBLISHED]
        rows = {draft.pk: draft for draft in wanted if draft.state_before != State.WITHDRAWN}
        refused = self.model.objects.filter(pk__in=rows).publish() if rows else []
        for record, problems in refused:
            row = rows.pop(record.pk).row
            for problem in problems:
                self.complain(row, "", problem)
        for draft in rows.values():
            if draft.record:
                draft.record.state = State.PUBLISHED
        self.report.published += len(rows)

    # What is kept of an import.

    def remember(self, touched):
        """A version of every row it made or changed, and the import as an object."""
        if self.keep_batch and touched and not self.batch:
            about = {"type": self.resource.slug, "file": self.report.file[:300], "sha256": self.report.sha256}
            self.batch = ImportBatch.objects.create(**about, user=self.user)
        changes = ((draft.pk, draft.key, *draft.versions()) for draft in touched)
        remember(self.resource.slug, changes, self.user, self.reason, self.batch)
        rows = Source.objects.filter(pk__in=[source.pk for source in self.book.stored]).values_list(
            "pk", "key", "row"
        )
        sources = ((pk, key, None, row) for pk, key, row in rows) if self.book.stored else ()
        remember("sources", sources, self.user, self.reason, self.batch)

    def finish(self):
        """The counts of an import are those of the rows that are in the database now."""
        if not self.batch:
            return
        self.report.batch = self.batch.pk
        self.batch.count_stored(self.report)


def load_sheet(schema, sheet, dry_run=False, publish=False, file_name="", user=None, **more):
    """The Report of one sheet: everything or nothing is stored, and nothing in a dry run.

    `more`: may_change_public, expected (the fingerprint of a preview), batch or keep_batch (the import it belongs to,
    or that one is to be made), reason (for the versions), watch (called with each chunk of drafts).
    """
    try:
        taking = Taking(schema, sheet, publish, user, **more)
    except Problem as problem:  # met while the headings were looked for
        about = {"type": schema.slug, "file": file_name, "sha256": sheet.sha256, "dry_run": dry_run}
        return refused(problem, **about)
    taking.report.file, taking.report.dry_run = file_name, dry_run
    taking.run(dry_run)
    return taking.report
