"""Versions: the flat row before and after each change; and the undoing of an import by them."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.translation import gettext as _

from relations.models import State, Version
from relations.problems import Problem

from .sheets import make_sheet

CHUNK = 500


def rows_of(resource, keys):
    """{primary key: flat row as a dictionary, with the editorial state} as the database has it now."""
    found = {}
    names = resource.names()
    for start in range(0, len(keys), CHUNK):
        for record in resource.prefetched(resource.model.objects.filter(pk__in=keys[start : start + CHUNK])):
            state = {"state": record.state} if hasattr(record, "state") else {}
            found[record.pk] = dict(zip(names, resource.row_of(record), strict=True)) | state
    return found


def remember(resource, changes, user=None, reason="", batch=None):
    """Writes one version for each (primary key, row before or None, row after); unchanged rows leave none."""
    about = {"type": resource.slug, "user": user, "reason": reason, "batch": batch}
    Version.objects.bulk_create(
        (
            Version(object_id=pk, key=after["key"], before=before, after=after, **about)
            for pk, before, after in changes
            if before != after
        ),
        batch_size=CHUNK,
    )


@dataclass
class Undoing:
    """What came of an undo: how many were restored and deleted, and which were left since they have changed."""

    restored: int = 0
    deleted: int = 0
    skipped: list = field(default_factory=list)


def undo(batch, resources, user=None, may_publish=True):
    """Restores what was there before an import; records changed since are skipped and named.

    `resources` maps every type to its resource. Raises Problem where nothing could be restored.
    """
    if batch.undone_at:
        raise Problem("undo.twice", _("This import has been undone already."))
    with transaction.atomic():
        undoing = Undoing()
        by_type = defaultdict(list)
        for version in batch.versions.all():
            by_type[version.type].append(version)
        for slug in sorted(
            by_type, key=lambda slug: slug == "sources"
        ):  # records let go of their sources first
            undo_type(resources[slug], by_type[slug], undoing, user, may_publish)
        batch.undone_at, batch.undone_by = timezone.now(), user
        batch.save(update_fields=["undone_at", "undone_by"])
    return undoing


def undo_type(resource, versions, undoing, user, may_publish):
    """Takes back the versions of one type whose records still stand as the import has left them."""
    reason = _("Undo of import %(number)d") % {"number": versions[0].batch_id}
    objects = [version.object_id for version in versions]
    records, rows = resource.model.objects.in_bulk(objects), rows_of(resource, objects)
    changed = []
    for version in versions:
        record = records.get(version.object_id)
        public = getattr(record, "is_published", False)
        if rows.get(version.object_id) != version.after or (public and not may_publish):
            undoing.skipped.append(version.key)
        elif version.before is None:
            delete(version, record, undoing, user, reason)
        else:
            changed.append((version, record))
    if changed:
        restore(resource, changed, undoing, user, reason)


def delete(version, record, undoing, user, reason):
    try:
        with transaction.atomic():
            record.delete()
    except ProtectedError:
        undoing.skipped.append(version.key)
        return
    undoing.deleted += 1
    about = {"type": version.type, "object_id": version.object_id, "key": version.key}
    Version.objects.create(**about, before=version.after, user=user, reason=reason)


def restore(resource, changed, undoing, user, reason):
    names = resource.names()
    rows = [[version.before[name] for name in names] for version, _record in changed]
    report, _drafts = resource.take(make_sheet("", [names, *rows], ""), user=user, reason=reason)
    if report.errors:
        raise report.errors[0].problem
    for version, record in changed:
        state = version.before.get("state")
        if state and state != State.PUBLISHED and record.state != state:
            record.refresh_from_db()
            record.change_state(state)
    undoing.restored += len(changed)
