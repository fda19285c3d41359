"""Merging two entities of one type: proposed, approved by somebody else where readers see it, done and undone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from relations.catalog import RESOURCES, ROWS
from relations.errors import Problem
from relations.imports.versions import rows_of
from relations.models import (
    Distinct,
    FormerKey,
    ImportBatch,
    Merge,
    Place,
    Revision,
    State,
    Version,
)
from relations.models.country_limits import beyond_limit, beyond_limit_problem
from relations.models.rechecks import CitedPlace
from relations.models.row_cache import FlatRow, packed, refresh
from relations.models.versions import remember
from relations.registry import resource_of
from relations.rows.columns import Text
from relations.rows.merging import changed_names
from relations.rows.resource import SheetResource
from relations.rows.uniting import united
from relations.text.cell_syntax import split
from relations.text.plain import check_plain

from .approval import CHANGED, fingerprint, several
from .history import STATE, title_of
from .moving import Mover, owner_of, referring_objects, refuse_mutual
from .saving import load_row, pending_revision

#: the types of which two can be merged
TYPES = (*RESOURCES, "places", "organizations", "people")
#: names in one sentence
MOST_NAMED = 5
LONGEST_REASON = 300
#: {type: {primary key: row}}
Rows = dict[type[SheetResource], dict[int, FlatRow]]
GONE = _("One of the two is no longer there: it was deleted, or merged by somebody else.")


# Before.


def propose(
    resource: type[SheetResource],
    kept: int,
    merged: int,
    seen: str,
    choices: Mapping[str, str],
    by: Any,
    reason: str,
) -> Merge:
    """Merges two at once, or where readers see one of them and two must look at it, proposes to.

    `seen` is the fingerprint of the two rows that `by` has looked at. Raises Problem or RowRefused.
    """
    reason = reason.strip()
    if not reason:
        raise Problem("merge.reason", _("Say why they are one, in words."))
    if len(reason) > LONGEST_REASON:
        raise Problem(
            "merge.reason_long", _("The reason is too long; the limit is %(n)d characters."), n=LONGEST_REASON
        )
    check_plain(reason)
    with transaction.atomic():
        both = locked(resource, kept, merged)
        rows = rows_of(resource, [kept, merged])
        if seen != seen_of(rows[kept], rows[merged]):
            raise Problem("merge.changed", CHANGED)
        check(resource, *both, by)
        if Merge.objects.filter(type=resource.slug, merged=merged, status=Merge.Status.OPEN).exists():
            raise Problem(
                "merge.waits", _("A merge of “%(title)s” waits for approval."), title=title_of(rows[merged])
            )
        merge = Merge.objects.create(
            type=resource.slug, kept=kept, merged=merged, kept_key=rows[kept]["key"],
            merged_key=rows[merged]["key"], base_kept=rows[kept], base_merged=rows[merged],
            row=united(resource, rows[kept], rows[merged], choices), reason=reason, user=by,
        )  # fmt: skip
        if settings.TWO_PAIRS_OF_EYES and is_seen_by_readers(resource, kept, merged):
            try_out(resource, merge, by)
        else:
            carry_out(resource, merge, by)
    return merge


def key_of_entity(entity: Any) -> str:
    """Its key or code."""
    return str(getattr(entity, resource_of(type(entity)).key_field))


def seen_of(kept: FlatRow, merged: FlatRow) -> str:
    """What somebody has looked at who merges two."""
    return fingerprint({"kept": fingerprint(kept), "merged": fingerprint(merged)})


def shown_of(merge: Merge) -> str:
    """What somebody has looked at who approves a merge."""
    return fingerprint({"merge": str(merge.pk), "row": fingerprint(merge.row), "seen": base_of(merge)})


def base_of(merge: Merge) -> str:
    return seen_of(merge.base_kept, merge.base_merged)


def locked(resource: type[SheetResource], kept: int, merged: int) -> tuple[Any, Any]:
    """Both entities, which nobody else changes meanwhile. Raises Problem where one is gone."""
    if kept == merged:
        raise Problem("merge.same", _("This is one and the same. Choose another one to merge with."))
    found = resource.model._base_manager.select_for_update().filter(pk__in=(kept, merged)).order_by("pk")
    by_key = {one.pk: one for one in found}
    if len(by_key) < 2:
        raise Problem("merge.gone", GONE)
    return by_key[kept], by_key[merged]


def check(resource: type[SheetResource], kept: Any, merged: Any, by: Any) -> None:
    """Raises Problem where the two cannot be merged, or not by this user."""
    if resource.citations and beyond_limit(by, resource.model, [kept.pk, merged.pk]):
        raise beyond_limit_problem()
    if isinstance(kept, Place) and kept.kind != merged.kind:
        message = _(
            "They are of different kinds: %(one)s and %(other)s. Only places of one kind can be merged."
        )
        raise Problem("merge.kind", message, one=kept.get_kind_display(), other=merged.get_kind_display())
    refuse_mutual(resource, kept, merged)
    for one in (kept, merged):
        if pending_revision(resource, one.pk):
            message = _("A change of “%(title)s” waits for approval. Approve or discard it first.")
            raise Problem("merge.pending", message, title=str(one))
    if waiting := mentioned_in(resource, merged):
        message = _("Changes that wait for approval refer to it: %(titles)s. Approve or discard them first.")
        raise Problem("merge.mentioned", message, titles=in_one_line(waiting))


def mentioned_in(resource: type[SheetResource], merged: Any) -> list[str]:
    """The titles of proposed rows in which the merged one is named by its key, which would lead nowhere."""
    key = key_of_entity(merged)
    found = []
    for revision in Revision.objects.filter(status__in=Revision.PENDING).order_by("pk"):
        columns = [one for one in ROWS[revision.type].columns() if not isinstance(one, Text)]
        cells = (value for one in columns for value in split(revision.row.get(one.name, "")))
        if any(key in value.replace("/", " ").replace(":", " ").split() for value in cells):
            found.append(title_of(revision.row))
    return found


def is_seen_by_readers(resource: type[SheetResource], kept: int, merged: int) -> bool:
    """Whether readers see one of the two, or anything that refers to the merged one."""
    if resource.public_among([kept, merged]):
        return True
    by_type: defaultdict[type[SheetResource], set[int]] = defaultdict(set)
    for one, _field in referring_objects(resource, merged):
        if owner := owner_of(one):
            by_type[resource_of(type(owner))].add(owner.pk)
    return any(other.public_among(keys) for other, keys in by_type.items())


# Approval.


def waiting(resource: type[SheetResource]) -> QuerySet[Merge]:
    return Merge.objects.filter(type=resource.slug, status=Merge.Status.OPEN).select_related("user")


def approve_merge(merge: Merge, seen: str, by: Any) -> None:
    """Carries out what somebody else has proposed, as `by` has seen it. Raises Problem or RowRefused."""
    resource = ROWS[merge.type]
    with transaction.atomic():
        merge = open_merge(merge)
        if settings.TWO_PAIRS_OF_EYES and merge.user_id == by.pk:
            raise Problem("merge.own", _("You wrote this. Somebody else has to approve it."))
        if seen != shown_of(merge):
            raise Problem("merge.changed", CHANGED)
        both = locked(resource, merge.kept, merge.merged)
        rows = rows_of(resource, [merge.kept, merge.merged])
        if seen_of(rows[merge.kept], rows[merge.merged]) != base_of(merge):
            message = _(
                "One of the two has changed since this was proposed. Discard it and merge them again."
            )
            raise Problem("merge.stale", message)
        check(resource, *both, by)
        carry_out(resource, merge, by)


def discard_merge(merge: Merge, by: Any) -> None:
    with transaction.atomic():
        merge = open_merge(merge)
        merge.status, merge.decided_by, merge.decided_at = Merge.Status.DISCARDED, by, timezone.now()
        merge.save()


def open_merge(merge: Merge) -> Merge:
    found = Merge.objects.select_for_update().get(pk=merge.pk)
    if found.status != Merge.Status.OPEN:
        message = _("This merge is decided already: %(status)s.")
        raise Problem("merge.decided", message, status=found.get_status_display())
    return found


# Merging.


def try_out(resource: type[SheetResource], merge: Merge, by: Any) -> None:
    """Merges and takes it all back, so that a merge that would be refused cannot be proposed."""
    with transaction.atomic():
        carry_out(resource, Merge.objects.get(pk=merge.pk), by)
        transaction.set_rollback(True)


def carry_out(resource: type[SheetResource], merge: Merge, by: Any) -> None:
    """The kept one gets the chosen row, and all that refers to the merged one leads to it."""
    kept, merged = locked(resource, merge.kept, merge.merged)
    batch = ImportBatch.objects.create(
        type=resource.slug,
        file=f"{merge.merged_key} → {merge.kept_key}"[:300],
        user=by,
        stored_at=timezone.now(),
    )
    mover = Mover(resource, kept, merged)
    before = rows_of_owners(mover.owners())
    mover.move()
    mover.delete_merged()
    FormerKey.objects.lead(merge.merged_key, kept)
    load(resource, merge.row, kept.pk, by, merge.reason, batch, places_in(resource, merge.base_merged))
    refreshed(before)
    gone = [(merged.pk, merge.merged_key, packed(merge.base_merged), None)]
    remember(resource.slug, gone, by, merge.reason, batch)
    remember_rows(before, by, merge.reason, batch)
    refuse_unpublishable(before)
    versions = Version.objects.filter(batch=batch).count()
    ImportBatch.objects.filter(pk=batch.pk).update(rows=versions, updated=versions)
    merge.moves, merge.batch, merge.status = mover.moves(), batch, Merge.Status.DONE
    merge.decided_by, merge.decided_at = by, timezone.now()
    merge.save()


def places_in(resource: type[SheetResource], row: FlatRow) -> frozenset[CitedPlace]:
    """What a row cites, which supports what was chosen from that row."""
    slots = resource.citations.slots_of_row(row) if resource.citations else ()
    return frozenset(place for slot in slots for place in slot.places())


def load(
    resource: type[SheetResource],
    row: FlatRow,
    pk: int,
    by: Any,
    reason: str,
    batch: ImportBatch | None,
    confirmed: frozenset[CitedPlace] | None = None,
) -> None:
    """Stores the row of an entity as it was chosen. Raises Problem or RowRefused."""
    live = rows_of(resource, [pk])[pk]
    names = [name for name in changed_names(resource, live, row) if name != "key"]
    if not names:
        return
    row = {**row, "key": live["key"]}
    vouched = None if confirmed is None else {pk: confirmed}
    about = {"user": by, "reason": reason, "batch": batch, "confirmed": vouched}
    load_row(resource, row, names, proposes=False, **about)
    after = rows_of(resource, [pk])[pk]
    if after.get(STATE) != live.get(STATE):
        message = _(
            "“%(title)s” could not stay public with this. Answer or correct what the rules ask first."
        )
        raise Problem("merge.rules", message, title=title_of(after))


def rows_of_owners(owners: Collection[Any]) -> Rows:
    by_type: defaultdict[type[SheetResource], list[int]] = defaultdict(list)
    for one in owners:
        by_type[resource_of(type(one))].append(one.pk)
    return {resource: rows_of(resource, sorted(keys)) for resource, keys in by_type.items()}


def refreshed(rows: Rows) -> None:
    """What these entities store of themselves, derived again."""
    for resource, found in rows.items():
        entities = list(resource.model._base_manager.filter(pk__in=found))
        if resource.citations:
            resource.model.objects.filter(pk__in=found).recount_sources()
        if entities:
            refresh(entities)


def remember_rows(before: Rows, by: Any, reason: str, batch: ImportBatch) -> None:
    """Keeps a version of each of these whose row has changed."""
    for resource, rows in before.items():
        after = rows_of(resource, list(rows))
        changes = [
            (pk, row["key"], packed(row), packed(after[pk])) for pk, row in rows.items() if row != after[pk]
        ]
        remember(resource.slug, changes, by, reason, batch)


def refuse_unpublishable(rows: Rows) -> None:
    """Raises Problem where a public record could not be public any more, such as a treaty with one party left."""
    for resource, found in rows.items():
        public = [pk for pk, row in found.items() if row.get(STATE) == State.PUBLISHED]
        if resource.citations and public:
            for record, problems in resource.model.objects.filter(pk__in=public).publish(
                keeps_versions=False
            ):
                raise Problem(
                    "merge.public",
                    _("“%(title)s” could not stay public. %(reasons)s"),
                    title=str(record),
                    reasons=several(problems),
                )


def in_one_line(titles: Iterable[str]) -> str:
    found = list(dict.fromkeys(titles))
    more = ["…"] if len(found) > MOST_NAMED else []
    return "; ".join([*found[:MOST_NAMED], *more])


# Not the same.


def tell_apart(resource: type[SheetResource], one: int, other: int, by: Any) -> None:
    """Remembers that two entities that look alike are two. Raises Problem."""
    with transaction.atomic():
        locked(resource, one, other)
        if resource.citations and beyond_limit(by, resource.model, [one, other]):
            raise beyond_limit_problem()
        first, second = sorted((one, other))
        Distinct.objects.get_or_create(type=resource.slug, first=first, second=second, defaults={"user": by})
