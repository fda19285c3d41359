"""Undo of an import, from the versions that it wrote."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from relations.errors import Problem
from relations.imports.pipeline import load_sheet
from relations.models import ImportBatch, Merge, Revision, State, Version
from relations.models.country_limits import beyond_limit, beyond_limit_problem
from relations.models.row_cache import RECORDS_AT_ONCE, FlatRow, encode
from relations.models.versions import remember
from relations.private_copy.switch import ChangedMeanwhile
from relations.private_copy.working import on_private_copy
from relations.readers.sheet import make_sheet
from relations.rows.resource import SheetResource

from .versions import rows_of

#: the entry in the report of an import that only proposes the undo of another one: the number of that one
UNDOES = "undoes"


@dataclass
class Undoing:
    """The result of an undo: how many were restored, deleted and unpublished, how many restorations wait for
    approval (in the import `proposals`), and how many changes that waited were discarded.

    `as_before` is the number of rows that were as before already, `left` has (key, reason) of what stays as it is.
    """

    restored: int = 0
    deleted: int = 0
    withdrawn: int = 0
    proposed: int = 0
    discarded: int = 0
    as_before: int = 0
    left: list[tuple[str, str]] = field(default_factory=list)
    proposals: int | None = None

    @property
    def skipped(self) -> list[str]:
        """The keys of what stays as it is."""
        return [key for key, _reason in self.left]

    @property
    def done(self) -> int:
        return self.restored + self.deleted + self.withdrawn + self.proposed + self.discarded

    @property
    def is_refused(self) -> bool:
        """Whether nothing at all can be undone, for the reasons in `left`."""
        return bool(self.left) and not self.done

    @property
    def seen(self) -> str:
        """The same as long as an undo would do the same."""
        counts = (self.restored, self.deleted, self.withdrawn, self.proposed, self.discarded, self.as_before)
        return hashlib.sha256(repr((counts, sorted(self.left))).encode()).hexdigest()


@dataclass
class Change:
    """What an import has changed in one record, from its first version to its last."""

    pk: int
    key: str
    before: FlatRow | None
    after: FlatRow

    @property
    def has_changed_state(self) -> bool:
        return self.before is not None and self.before.get("state") != self.after.get("state")


def may_undo(user: Any, batch: ImportBatch, resource: type[SheetResource]) -> bool:
    """Who may import may undo every import of that type, who may change records her own."""
    name = resource.model._meta.model_name
    if user.has_perm(f"relations.import_{name}"):
        return True
    return batch.user_id == user.pk and bool(user.has_perm(f"relations.change_{name}"))


def undo(
    batch: ImportBatch,
    resources: Mapping[str, type[SheetResource]],
    user: Any = None,
    may_publish: bool = True,
    reason: str = "",
    dry_run: bool = False,
) -> Undoing:
    """Restores the state before an import; records that somebody has changed since are left and named.

    Submitting, approving or publishing what the import brought is no such change. What it proposed is discarded where
    it still waits, and restored where it has been approved. Who may not publish proposes to restore what readers
    see. Where a part is left, it may be undone later. `resources` maps every type to its resource; with `dry_run`
    all is taken back. Raises Problem where nothing could be undone.
    """
    try:
        with on_private_copy(stored_versions(batch).count(), is_kept=not dry_run):
            return undo_now(batch, resources, user, may_publish, reason, dry_run)
    except (ChangedMeanwhile, IntegrityError) as error:
        message = _("Somebody has changed the same records meanwhile. Nothing was undone; try again.")
        raise Problem("undo.changed", message) from error


def undo_now(
    batch: ImportBatch,
    resources: Mapping[str, type[SheetResource]],
    user: Any,
    may_publish: bool,
    reason: str,
    dry_run: bool,
) -> Undoing:
    """The same in one transaction."""
    with transaction.atomic():
        batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
        refuse(batch)
        why = _("Undo of import %(number)d") % {"number": batch.pk}
        undoing = BatchUndo(batch, user, may_publish, f"{why}: {reason}" if reason else why).run(resources)
        if dry_run:
            transaction.set_rollback(True)
            return undoing
        if undoing.is_refused:
            raise nothing_undone(undoing)
        if undoing.left or undoing.proposed:
            batch.report = {**batch.report, "not_undone": len(undoing.left) + undoing.proposed}
        else:
            batch.undone_at, batch.undone_by = timezone.now(), user
            batch.report.pop("not_undone", None)
        batch.save(update_fields=["undone_at", "undone_by", "report"])
    return undoing


def refuse(batch: ImportBatch) -> None:
    """Raises Problem where there is nothing to undo."""
    if batch.status != batch.Status.STORED:
        raise Problem("undo.nothing", _("This import stored nothing, so there is nothing to undo."))
    if Merge.objects.filter(batch=batch).exists():
        raise Problem("undo.merge", _("This is a merge, which is undone on its own page."))
    if batch.undone_at:
        raise Problem("undo.twice", _("This import has already been undone."))


def nothing_undone(undoing: Undoing) -> Problem:
    rows = "; ".join(f"{key} – {reason}" for key, reason in undoing.left[:MOST_NAMED])
    message = _("Nothing was undone; you can try again later. %(rows)s")
    return Problem("undo.refused", message, rows=rows)


#: rows named in one sentence
MOST_NAMED = 50


def stored_versions(batch: ImportBatch) -> QuerySet[Version]:
    """The versions of what the import has changed, at once or by an approval."""
    by_import = Q(batch=batch) | Q(revision__batch=batch)
    return Version.objects.filter(by_import, is_proposal=False)


def changes_of(batch: ImportBatch) -> dict[str, list[Change]]:
    """{type: what the import has changed}; records come before the sources that they must release."""
    changes: dict[tuple[str, int], Change] = {}
    for version in stored_versions(batch).order_by("pk"):
        place = version.type, version.object_id
        before = changes[place].before if place in changes else version.before
        changes[place] = Change(version.object_id, version.key, before, version.after or {})
    by_type: defaultdict[str, list[Change]] = defaultdict(list)
    for (slug, _pk), change in sorted(changes.items(), key=lambda one: one[0][0] == "sources"):
        by_type[slug].append(change)
    return by_type


class BatchUndo:
    """The undo of one import for one user."""

    def __init__(self, batch: ImportBatch, user: Any, may_publish: bool, reason: str) -> None:
        self.batch, self.user, self.may_publish, self.reason = batch, user, may_publish, reason
        self.undoing = Undoing()

    def run(self, resources: Mapping[str, type[SheetResource]]) -> Undoing:
        self.undoing.discarded = self.discard_pending(self.batch.revisions.all())
        if self.may_publish:  # what it does itself need not wait
            self.discard_pending(self.proposed_undoing())
        for slug, changes in changes_of(self.batch).items():
            self.undo_type(resources[slug], changes)
        return self.undoing

    def discard_pending(self, revisions: QuerySet[Revision]) -> int:
        """Discards what no one has decided yet; returns how much that was."""
        now = timezone.now()
        return revisions.filter(status__in=Revision.PENDING).update(
            status=Revision.Status.DISCARDED,
            comment=self.reason,
            decided_by=self.user,
            decided_at=now,
            changed_at=now,
        )

    def proposed_undoing(self) -> QuerySet[Revision]:
        """What an earlier undo of this import has proposed and no one has decided yet."""
        batches = ImportBatch.objects.filter(**{f"report__{UNDOES}": self.batch.pk}).values("pk")
        return Revision.objects.filter(batch__in=batches, status__in=Revision.PENDING)

    def undo_type(self, resource: type[SheetResource], changes: Sequence[Change]) -> None:
        """Undoes the changes of one type, apart from those against which something stands."""
        keys = [change.pk for change in changes]
        rows = rows_of(resource, keys)
        public = resource.public_among(keys)
        beyond = beyond_limit(self.user, resource.model, keys) if resource.citations else set()
        waiting = set(self.proposed_undoing().filter(type=resource.slug).values_list("object_id", flat=True))
        been_public = been_public_among(resource, keys)
        to: defaultdict[str, list[Change]] = defaultdict(list)
        for change in changes:
            row = rows.get(change.pk)
            if is_as_before(change, row):
                self.undoing.as_before += 1
            elif is_changed_since(change, row):
                self.leave(change, _("It has changed since."))
            elif change.pk in beyond:
                self.leave(change, str(beyond_limit_problem()))
            elif change.pk in public and not self.may_publish:
                to[self.proposal_of(change, change.pk in waiting)].append(change)
            elif change.before is None:
                to["withdraw" if change.pk in been_public else "delete"].append(change)
            elif change.has_changed_state and change.before["state"] == State.PUBLISHED:
                self.leave(change, _("It was unpublished. Submit it for review to publish it again."))
            else:
                to["restore"].append(change)
        self.delete(resource, to["delete"])
        self.withdraw(resource, to["withdraw"])
        self.restore(resource, to["restore"], rows)
        self.propose(resource, to["propose"])

    def proposal_of(self, change: Change, is_waiting: bool) -> str:
        """What becomes of a change that readers see, where the user may not publish."""
        if is_waiting:
            self.leave(change, _("Its undo waits for approval."))
        elif change.before is None or change.before.get("state", State.PUBLISHED) != State.PUBLISHED:
            self.leave(change, _("Readers see it now, so only who may publish can take it back."))
        else:
            return "propose"
        return ""

    def leave(self, change: Change, reason: str) -> None:
        self.undoing.left.append((change.key, reason))

    # What is done.

    def delete(self, resource: type[SheetResource], changes: Sequence[Change]) -> None:
        for start in range(0, len(changes), RECORDS_AT_ONCE):
            self.delete_together(resource, changes[start : start + RECORDS_AT_ONCE])

    def delete_together(self, resource: type[SheetResource], changes: Sequence[Change]) -> None:
        """Deletes what an import has created; one by one if other records refer to any of them."""
        try:
            with transaction.atomic():
                resource.model.objects.filter(pk__in=[change.pk for change in changes]).delete()
        except ProtectedError:
            if len(changes) == 1:
                self.leave(changes[0], _("Others refer to it."))
            for change in changes if len(changes) > 1 else ():
                self.delete_together(resource, [change])
            return
        self.undoing.deleted += len(changes)
        versions = ((change.pk, change.key, encode(change.after), None) for change in changes)
        remember(resource.slug, versions, self.user, self.reason)

    def withdraw(self, resource: type[SheetResource], changes: Sequence[Change]) -> None:
        """Unpublishes what an import has created and readers have seen, since its address may have been cited."""
        self.change_states(resource, {change.pk: State.WITHDRAWN for change in changes})
        self.undoing.withdrawn += len(changes)

    def restore(
        self, resource: type[SheetResource], changes: Sequence[Change], rows: Mapping[int, FlatRow]
    ) -> None:
        """Stores the rows before the import; what was not public then is not public any more."""
        if not changes:
            return
        self.load(resource, changes)
        states = {}
        for change in changes:
            before = (change.before or {}).get("state", State.PUBLISHED)
            is_moved = change.has_changed_state or rows[change.pk].get("state") != State.WITHDRAWN
            if before != State.PUBLISHED and is_moved:
                states[change.pk] = before
        self.change_states(resource, states)
        self.undoing.restored += len(changes)

    def propose(self, resource: type[SheetResource], changes: Sequence[Change]) -> None:
        """Proposes the rows before the import, as one import that waits for approval."""
        if not changes:
            return
        report = self.load(resource, changes, proposes=True, keep_batch=True, file_name=self.reason)
        self.undoing.proposals = report.batch
        for proposal in ImportBatch.objects.filter(pk=report.batch):
            proposal.report = {**proposal.report, UNDOES: self.batch.pk}
            proposal.save(update_fields=["report"])
        self.undoing.proposed += len(changes)

    def load(self, resource: type[SheetResource], changes: Iterable[Change], **options: Any) -> Any:
        names = resource.names()
        rows = [[(change.before or {}).get(name, "") for name in names] for change in changes]
        sheet = make_sheet("", [names, *rows], "")
        report = load_sheet(resource, sheet, user=self.user, reason=self.reason, **options)
        if report.errors:
            raise report.errors[0].problem
        return report

    def change_states(self, resource: type[SheetResource], states: Mapping[int, str]) -> None:
        for record in resource.model.objects.filter(pk__in=list(states)):
            if record.state != states[record.pk]:
                record.change_state(states[record.pk], self.user, self.reason)


def been_public_among(resource: type[SheetResource], keys: Sequence[int]) -> set[int]:
    """The records that readers have seen at some time, whether they see them now or not."""
    if not resource.citations:
        return set()
    found = resource.model.objects.filter(pk__in=keys).exclude(published_at=None)
    return set(found.values_list("pk", flat=True))


def is_as_before(change: Change, row: FlatRow | None) -> bool:
    """Whether the record is by now as it was before the import; nobody needs to undo that."""
    if row is None or change.before is None:
        return row is None and change.before is None or has_been_withdrawn(change, row)
    if content(row) != content(change.before):
        return False
    return not change.has_changed_state or row.get("state") == change.before.get("state")


def has_been_withdrawn(change: Change, row: FlatRow | None) -> bool:
    return change.before is None and row is not None and row.get("state") == State.WITHDRAWN


def is_changed_since(change: Change, row: FlatRow | None) -> bool:
    """Whether the record is other than the import has made it. A state is what others decide about a record, so
    it counts only where the import itself has changed it."""
    if row is None or content(row) != content(change.after):
        return True
    return change.has_changed_state and row.get("state") != change.after.get("state")


def content(row: FlatRow) -> FlatRow:
    """A row without empty cells and without the editorial state."""
    return {name: cell for name, cell in row.items() if cell and name != "state"}
