"""Undo of an import, from the versions that it wrote."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.translation import gettext as _

from relations.errors import Problem
from relations.imports.pipeline import load_sheet
from relations.models import ImportBatch, State, Version
from relations.models.row_cache import RECORDS_AT_ONCE, FlatRow, encode
from relations.readers.sheet import make_sheet
from relations.rows.resource import SheetResource

from .versions import remember, rows_of


@dataclass
class Undoing:
    """The result of an undo: how many were restored and deleted, and which were skipped because they have changed."""

    restored: int = 0
    deleted: int = 0
    skipped: list[str] = field(default_factory=list)


def undo(
    batch: ImportBatch,
    resources: Mapping[str, type[SheetResource]],
    user: Any = None,
    may_publish: bool = True,
) -> Undoing:
    """Restores the state before an import; records changed since are skipped and named.

    `resources` maps every type to its resource. Raises Problem where nothing could be restored.
    """
    if batch.status != batch.Status.STORED:
        raise Problem("undo.nothing", _("This import stored nothing, so there is nothing to undo."))
    if batch.undone_at:
        raise Problem("undo.twice", _("This import has already been undone."))
    with transaction.atomic():
        undoing = Undoing()
        by_type: defaultdict[str, list[Version]] = defaultdict(list)
        for version in batch.versions.all():
            by_type[version.type].append(version)
        for slug in sorted(
            by_type, key=lambda slug: slug == "sources"
        ):  # records must release their sources first
            undo_type(resources[slug], by_type[slug], undoing, user, may_publish)
        batch.undone_at, batch.undone_by = timezone.now(), user
        batch.save(update_fields=["undone_at", "undone_by"])
    return undoing


def undo_type(
    resource: type[SheetResource],
    versions: Sequence[Version],
    undoing: Undoing,
    user: Any,
    may_publish: bool,
) -> None:
    """Undoes the versions of one type whose records have not changed since the import."""
    reason = _("Undo of import %(number)d") % {"number": versions[0].batch_id}
    rows = rows_of(resource, [version.object_id for version in versions])
    changed: list[Version] = []
    created: list[Version] = []
    for version in versions:
        row = rows.get(version.object_id)
        public = row and row.get("state") == State.PUBLISHED
        if row != filled(version.after or {}) or (public and not may_publish):
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
            record.change_state(state)
    undoing.restored += len(versions)
