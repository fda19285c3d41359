"""Undo of an import, from the versions that it wrote."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from relations.errors import Problem
from relations.imports.pipeline import load_sheet
from relations.models import ImportBatch, Merge, Revision, State, Version
from relations.models.row_cache import RECORDS_AT_ONCE, FlatRow, encode
from relations.models.versions import remember
from relations.readers.sheet import make_sheet
from relations.rows.resource import SheetResource

from .versions import rows_of


@dataclass
class Undoing:
    """The result of an undo: how many were restored and deleted, which were skipped because they have changed,
    and how many changes that waited for approval were discarded."""

    restored: int = 0
    deleted: int = 0
    discarded: int = 0
    skipped: list[str] = field(default_factory=list)


def undo(
    batch: ImportBatch,
    resources: Mapping[str, type[SheetResource]],
    user: Any = None,
    may_publish: bool = True,
) -> Undoing:
    """Restores the state before an import; records changed since are skipped and named.

    What it proposed is discarded where it still waits, and restored where it has been approved.
    `resources` maps every type to its resource. Raises Problem where nothing could be restored.
    """
    if batch.status != batch.Status.STORED:
        raise Problem("undo.nothing", _("This import stored nothing, so there is nothing to undo."))
    if Merge.objects.filter(batch=batch).exists():
        raise Problem("undo.merge", _("This is a merge, which is undone on its own page."))
    if batch.undone_at:
        raise Problem("undo.twice", _("This import has already been undone."))
    reason = _("Undo of import %(number)d") % {"number": batch.pk}
    with transaction.atomic():
        undoing = Undoing(discarded=discard_pending(batch, user, reason))
        by_type: defaultdict[str, list[Version]] = defaultdict(list)
        for version in stored_versions(batch):
            by_type[version.type].append(version)
        for slug in sorted(
            by_type, key=lambda slug: slug == "sources"
        ):  # records must release their sources first
            undo_type(resources[slug], by_type[slug], undoing, user, may_publish, reason)
        batch.undone_at, batch.undone_by = timezone.now(), user
        batch.save(update_fields=["undone_at", "undone_by"])
    return undoing


def discard_pending(batch: ImportBatch, user: Any, reason: str) -> int:
    """Discards what the import has proposed and no one has decided yet; returns how much that was."""
    now = timezone.now()
    return batch.revisions.filter(status__in=Revision.PENDING).update(
        status=Revision.Status.DISCARDED, comment=reason, decided_by=user, decided_at=now, changed_at=now
    )


def stored_versions(batch: ImportBatch) -> QuerySet[Version]:
    """The versions of what the import has changed, at once or by an approval."""
    by_import = Q(batch=batch) | Q(revision__batch=batch)
    return Version.objects.filter(by_import, is_proposal=False)


def undo_type(
    resource: type[SheetResource],
    versions: Sequence[Version],
    undoing: Undoing,
    user: Any,
    may_publish: bool,
    reason: str,
) -> None:
    """Undoes the versions of one type whose records have not changed since the import."""
    keys = [version.object_id for version in versions]
    rows = rows_of(resource, keys)
    kept = set() if may_publish else resource.public_among(keys)
    changed: list[Version] = []
    created: list[Version] = []
    for version in versions:
        row = rows.get(version.object_id)
        if row != filled(version.after or {}) or version.object_id in kept:
            undoing.skipped.append(version.key)
        else:
            (created if version.before is None else changed).append(version)
    for start in range(0, len(created), RECORDS_AT_ONCE):
        delete(resource, created[start : start + RECORDS_AT_ONCE], undoing, user, reason)
    if changed:
        restore(resource, changed, undoing, user, reason)


def filled(row: FlatRow) -> FlatRow:
    return {name: cell for name, cell in row.items() if cell}


def delete(
    resource: type[SheetResource], versions: Sequence[Version], undoing: Undoing, user: Any, reason: str
) -> None:
    """Deletes what an import has created; one by one if other records refer to any of them."""
    try:
        with transaction.atomic():
            resource.model.objects.filter(pk__in=[version.object_id for version in versions]).delete()
    except ProtectedError:
        if len(versions) == 1:
            undoing.skipped.append(versions[0].key)
        for version in versions if len(versions) > 1 else ():
            delete(resource, [version], undoing, user, reason)
        return
    undoing.deleted += len(versions)
    changes = ((version.object_id, version.key, encode(version.after), None) for version in versions)
    remember(resource.slug, changes, user, reason)


def restore(
    resource: type[SheetResource], versions: Sequence[Version], undoing: Undoing, user: Any, reason: str
) -> None:
    names = resource.names()
    before: dict[int, FlatRow] = {version.object_id: version.before or {} for version in versions}
    rows = [[row.get(name, "") for name in names] for row in before.values()]
    report = load_sheet(resource, make_sheet("", [names, *rows], ""), user=user, reason=reason)
    if report.errors:
        raise report.errors[0].problem
    after: dict[int, FlatRow] = {version.object_id: version.after or {} for version in versions}
    withdrawn = [pk for pk, row in before.items() if row.get("state") != after[pk].get("state")]
    for record in resource.model.objects.filter(pk__in=withdrawn):
        state = before[record.pk]["state"]
        if state != State.PUBLISHED and record.state != state:
            record.change_state(state, user, reason)
    undoing.restored += len(versions)
