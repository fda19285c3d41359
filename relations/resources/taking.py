"""Taking a sheet in: what was read is written in bulk, everything or nothing."""

from django.db import DataError, IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from relations.models import Citation, ImportBatch, Participation, RecordLink, State
from relations.problems import Problem
from relations.search import refresh_search

from .constraints import problem_of
from .drafts import fingerprint
from .history import remember, rows_of
from .reading import CHUNK, Reading


class Taking(Reading):
    """One import: a sheet that has been read, and the way of its drafts into the database."""

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
        super().__init__(resource, sheet)
        self.publish, self.user = publish, user
        self.may_change_public, self.expected = may_change_public, expected
        self.keep_batch, self.reason = keep_batch, reason

    def check_expected(self, drafts):
        """Refuses what is no longer what somebody has seen in the preview."""
        self.report.fingerprint = fingerprint(self.sheet, drafts)
        if self.expected and self.expected != self.report.fingerprint:
            message = _("The file or the register has changed since the preview. Upload the file again.")
            self.complain(None, "", Problem("preview.stale", message))

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
            changes = ((draft.record.pk, *draft.rows(self.resource)) for draft in touched)
            remember(self.resource, changes, self.user, self.reason, batch)
            self.remember_sources(batch)

    def remember_sources(self, batch):
        """Sources that came along in the rows."""
        created = [source.pk for source in self.book.expected_sources.values()]
        if created and self.resource.citations:
            from .sources import SourceResource  # a sheet of its own, which stands above this engine

            rows = rows_of(SourceResource, created)
            changes = ((pk, None, row) for pk, row in rows.items())
            remember(SourceResource, changes, self.user, self.reason, batch)

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
        kept_back = {record.pk for record, _problems in refused}
        for draft in wanted:
            if draft.record.pk in rows and draft.record.pk not in kept_back:
                draft.record.state = State.PUBLISHED
        self.report.published = len(rows) - len(refused)
