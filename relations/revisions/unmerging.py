"""Undoing a merge: everything as it was before, or nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.db.models import QuerySet, UniqueConstraint
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from relations.catalog import ROWS
from relations.errors import Problem
from relations.imports.versions import rows_of
from relations.models import FormerKey, ImportBatch, Merge, Version
from relations.models.country_limits import beyond_limit, beyond_limit_problem
from relations.models.row_cache import FlatRow, packed
from relations.models.versions import remember
from relations.rows.lookups import Lookups
from relations.rows.resource import SheetResource

from .history import title_of
from .merges import Rows, in_one_line, load, refreshed
from .moving import changed_since, move_back, restore_checks
from .saving import pending_revision


def undo_merge(merge: Merge, by: Any) -> None:
    """Everything as it was before. Raises Problem, and changes nothing, where anything has changed since."""
    resource = ROWS[merge.type]
    reason = gettext("Undo of the merge of %(key)s") % {"key": merge.merged_key}
    with transaction.atomic():
        merge = Merge.objects.select_for_update().get(pk=merge.pk)
        if merge.status != Merge.Status.DONE or merge.batch is None:
            raise Problem("merge.not_done", _("It is not merged, so there is nothing to undo."))
        kept = resource.model._base_manager.select_for_update().filter(pk=merge.kept).first()
        if kept is None:
            raise Problem(
                "merge.kept_gone", _("“%(title)s” is no longer there."), title=title_of(merge.base_kept)
            )
        if resource.citations and beyond_limit(by, resource.model, [kept.pk]):
            raise beyond_limit_problem()
        versions = list(Version.objects.filter(batch=merge.batch).order_by("pk"))
        refuse_changed(resource, merge, kept, versions)
        restore_all(resource, merge, kept, versions, by, reason)
        merge.status, merge.undone_by, merge.undone_at = Merge.Status.UNDONE, by, timezone.now()
        merge.save()
        now = timezone.now()
        ImportBatch.objects.filter(pk=merge.batch.pk).update(undone_at=now, undone_by=by)


def refuse_changed(
    resource: type[SheetResource], merge: Merge, kept: Any, versions: Sequence[Version]
) -> None:
    """Raises Problem with the names of what is not as the merge has left it."""
    changed = changed_since(resource, merge.moves, kept, merge.merged)
    rows = rows_now((version.type, version.object_id) for version in versions)
    for version in versions:
        now = rows.get((version.type, version.object_id))
        if filled(now) != filled(version.after):
            changed.append(title_of(now or version.after or version.before or {}))
    if pending_revision(resource, kept.pk):
        changed.append(str(kept))
    field = resource.key_field
    if resource.model._base_manager.filter(**{field: merge.merged_key}).exists():
        changed.append(merge.merged_key)
    if changed:
        message = _("It cannot be undone, because these have changed since: %(titles)s.")
        raise Problem("merge.changed_since", message, titles=in_one_line(changed))


def rows_now(entities: Iterable[tuple[str, int]]) -> dict[tuple[str, int], FlatRow]:
    """{(type, primary key): row} of those of these entities that are there, a statement or more a type."""
    keys: defaultdict[str, list[int]] = defaultdict(list)
    for slug, pk in entities:
        keys[slug].append(pk)
    return {(slug, pk): row for slug, pks in keys.items() for pk, row in rows_of(ROWS[slug], pks).items()}


def restore_all(
    resource: type[SheetResource], merge: Merge, kept: Any, versions: Iterable[Version], by: Any, reason: str
) -> None:
    FormerKey.objects.forget(resource.model, [merge.merged_key])
    others: Rows = defaultdict(dict)
    for version in versions:
        if (version.type, version.object_id) not in ((merge.type, merge.kept), (merge.type, merge.merged)):
            others[ROWS[version.type]][version.object_id] = version.after or {}
    give_way(resource, merge)
    move_back(merge.moves, merge.merged)
    load(resource, merge.base_kept, merge.kept, by, reason, None)
    restore_checks(resource, merge.moves, merge.kept, merge.merged)
    refreshed({resource: {merge.merged: {}}})
    refreshed(others)
    again = [(merge.merged, merge.merged_key, None, packed(merge.base_merged))]
    remember(resource.slug, again, by, reason)
    for other, rows in others.items():
        now = rows_of(other, list(rows))
        changes = [(pk, row["key"], packed(row), packed(now[pk])) for pk, row in rows.items()]
        remember(other.slug, changes, by, reason)
    refuse_differing(merge, versions)


def give_way(resource: type[SheetResource], merge: Merge) -> None:
    """What only one of a type may have, such as its number in a series, the kept one gives back first."""
    constraints = (one for one in resource.model._meta.constraints if isinstance(one, UniqueConstraint))
    unique = {name for one in constraints for name in one.fields}
    kept: QuerySet[Any] = QuerySet(resource.model).filter(pk=merge.kept)
    lookups = Lookups()
    for column in resource.columns():
        if column.attribute in unique:
            value = column.parse(merge.base_kept.get(column.name, ""), lookups)
            kept.update(**{column.attribute: value})


def refuse_differing(merge: Merge, versions: Iterable[Version]) -> None:
    """Raises Problem where anything would not be as it was before."""
    rows = [(merge.type, merge.kept, merge.base_kept), (merge.type, merge.merged, merge.base_merged)]
    rows += [(one.type, one.object_id, one.before or {}) for one in versions]
    now = rows_now((slug, pk) for slug, pk, _row in rows)
    different = [title_of(row) for slug, pk, row in rows if filled(now.get((slug, pk))) != filled(row)]
    if different:
        message = _("It cannot be undone, because these would not be as they were before: %(titles)s.")
        raise Problem("merge.not_restored", message, titles=in_one_line(different))


def filled(row: FlatRow | None) -> FlatRow | None:
    return None if row is None else {name: cell for name, cell in row.items() if cell}
