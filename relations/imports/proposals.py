"""Proposed rows: changes of public records that wait for approval, in a constant number of statements."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from relations.models import ImportBatch, Revision
from relations.models.rechecks import CitedPlace
from relations.models.versions import remember_each
from relations.rows.resource import SheetResource
from relations.rows.row_change import RowChange
from relations.rows.vouching import says_something_else, vouched_values

from .options import ImportOptions
from .rechecks import confirmed_in


def confirmed_by(
    resource: type[SheetResource], revision: Revision, change: RowChange, options: ImportOptions
) -> list[CitedPlace]:
    """The cited places that support the proposed row; what was confirmed before, as far as it is the same still."""
    places = vouched_values(resource, change.after)
    former = vouched_values(resource, revision.row) if revision.confirmed else {}
    earlier = {CitedPlace(*place) for place in revision.confirmed}
    kept = {
        place
        for place in earlier
        if place in places and place in former and not says_something_else(former[place], places[place])
    }
    return sorted(kept | confirmed_in(change, options, places))


def pending_of(
    resource: type[SheetResource],
    keys: Collection[int],
    options: ImportOptions,
    batch: ImportBatch | None,
) -> dict[int, Revision]:
    """{primary key of a record: its change that waits for approval}, of those of the same import or of forms"""
    if options.pending is not None:
        return {pk: revision for pk, revision in options.pending.items() if revision}
    pending = Revision.objects.filter(type=resource.slug, batch=batch, status__in=Revision.PENDING)
    return {one.object_id: one for one in pending.filter(object_id__in=keys)}


def propose(
    resource: type[SheetResource],
    proposed: Sequence[RowChange],
    options: ImportOptions,
    batch: ImportBatch | None,
) -> None:
    """Makes a revision of each proposed row, or changes the one that is pending, and keeps its version."""
    if not proposed:
        return
    slug = resource.slug
    by_key = {change.pk: change for change in proposed if change.pk is not None}
    known = pending_of(resource, by_key, options, batch)
    revisions = []
    for pk, change in by_key.items():
        new = Revision(type=slug, object_id=pk, user=options.user, batch=batch)
        revision = known.get(pk, new)
        revision.confirmed = confirmed_by(resource, revision, change, options)
        revision.key, revision.base, revision.row = change.key, change.before, change.after
        revision.status, revision.reason = Revision.Status.OPEN, options.reason[:300]
        revisions.append(revision)
    for revision in known.values():
        revision.save()
    Revision.objects.bulk_create([one for one in revisions if one.pk is None])
    for revision in revisions:
        by_key[revision.object_id].revision = revision
    versions = (((one.object_id, one.key, *by_key[one.object_id].versions()), one.pk) for one in revisions)
    remember_each(slug, versions, options.user, options.reason, batch, is_proposal=True)
