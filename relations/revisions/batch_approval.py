"""Approval of what an import has proposed: all of it at once, apart from rows that cannot be approved.

Rows are stored together, since each import of a sheet loads the reference data again. Where a part is refused, its
halves are tried, so that a bad row costs few attempts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet, prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from relations.errors import Problem
from relations.imports.pipeline import load_sheet
from relations.imports.stored_rows import StoredRow
from relations.models import Approval, ImportBatch, Revision, State, Version
from relations.models.rechecks import CitedPlace, rechecks_of
from relations.models.review_comments import open_comments, open_comments_problem
from relations.models.row_cache import RECORDS_AT_ONCE, FlatRow, unpacked
from relations.readers.sheet import make_sheet
from relations.rows.merging import changed_names
from relations.rows.resource import SheetResource
from relations.rows.row_change import RowChange
from relations.rows.vouching import vouched_values

from .approval import CHANGED, approve, check_waiting, row_to_store, seen_of
from .confirming import confirmed_of, places_to_confirm
from .saving import RowRefused

#: changes approved by one request
MOST_APPROVED = 1000
#: rows stored in one transaction
AT_ONCE = 250
#: {primary key of a revision: fingerprint of what was shown of it}
Shown = Mapping[int, str]


@dataclass
class Outcome:
    """What has become of the changes: the primary keys of the records, and (key, reason) of what was left out."""

    approved: list[int] = field(default_factory=list)
    left: list[tuple[str, str]] = field(default_factory=list)

    def leave(self, revision: Revision, reason: Any) -> None:
        self.left.append((revision.key, str(reason)))


@dataclass
class Ready:
    """A revision whose row may be stored, with the row of the record until now."""

    revision: Revision
    row: FlatRow
    live: FlatRow
    seen: str


class RefusedTogether(Exception):
    """Some row of several cannot be stored or published."""


def pending_of(batch: ImportBatch) -> QuerySet[Revision]:
    """What the import has proposed and no one has decided yet, in the order of its rows."""
    return batch.revisions.filter(status__in=Revision.PENDING).order_by("pk")


def live_rows(resource: type[SheetResource], revisions: Iterable[Revision]) -> dict[int, StoredRow]:
    """{primary key: record as the database has it} of the records of revisions; deleted ones are missing."""
    keys = [revision.object_id for revision in revisions]
    found: dict[int, StoredRow] = {}
    for start in range(0, len(keys), RECORDS_AT_ONCE):
        records = resource.model._base_manager.filter(pk__in=keys[start : start + RECORDS_AT_ONCE])
        rows = records.values_list("pk", "row", *(["state"] if resource.citations else []))
        found |= {pk: StoredRow(pk, state[0] if state else "", row) for pk, row, *state in rows}
    return found


def seen_of_all(resource: type[SheetResource], revisions: Sequence[Revision]) -> dict[int, str]:
    """What a reviewer of all these changes has looked at."""
    prefetch_related_objects(revisions, "answers")
    live = live_rows(resource, revisions)
    return {
        one.pk: seen_of(unpacked(live[one.object_id].row), one) for one in revisions if one.object_id in live
    }


def to_confirm_of_all(
    resource: type[SheetResource], revisions: Sequence[Revision], live: Mapping[int, StoredRow]
) -> dict[int, list[CitedPlace]]:
    """{primary key of a revision: its cited places that were given for other values}"""
    keys = [one.object_id for one in revisions if one.object_id in live]
    marks = rechecks_of(resource.model, keys) if resource.citations else defaultdict(list)
    return {
        one.pk: places_to_confirm(resource, unpacked(live[one.object_id].row), one, marks[one.object_id])
        for one in revisions
        if one.object_id in live
    }


@dataclass(frozen=True)
class Approver:
    """Who approves, what they have looked at, and whether they say that the cited sources support all of it."""

    user: Any
    shown: Shown
    confirms_all: bool = False

    def confirmed(
        self, resource: type[SheetResource], revision: Revision, row: FlatRow
    ) -> frozenset[CitedPlace]:
        places = vouched_values(resource, row) if self.confirms_all else confirmed_of(revision)
        return frozenset(places)


def approve_batch(batch: ImportBatch, resource: type[SheetResource], by: Approver) -> Outcome:
    """Approves the changes of an import as `by` has seen them; what cannot be approved is left out and named.

    Raises Problem where all of it is by the one who approves.
    """
    revisions = list(batch.revisions.filter(pk__in=list(by.shown)[:MOST_APPROVED]).order_by("pk"))
    authors = authors_of_all(revisions)
    if settings.TWO_PAIRS_OF_EYES and authors and set.union(*authors.values()) == {by.user.pk}:
        raise Problem("approval.own", _("You wrote this. Somebody else has to approve it."))
    outcome = Outcome()
    for start in range(0, len(revisions), AT_ONCE):
        part = revisions[start : start + AT_ONCE]
        alone = [one for one in part if settings.TWO_PAIRS_OF_EYES and by.user.pk in authors[one.pk]]
        approve_part(resource, [one for one in part if one not in alone], by, outcome)
        for revision in alone:
            approve_one(resource, revision, by, outcome)
    return outcome


def authors_of_all(revisions: Sequence[Revision]) -> dict[int, set[int]]:
    """{primary key of a revision: those of its authors}"""
    found: defaultdict[int, set[int]] = defaultdict(set)
    proposals = Version.objects.filter(revision__in=revisions, is_proposal=True).exclude(user=None)
    for revision, user in proposals.values_list("revision", "user"):
        found[revision].add(user)
    return found


def approve_part(
    resource: type[SheetResource], revisions: Sequence[Revision], by: Approver, outcome: Outcome
) -> None:
    """Approves some changes in one transaction; if any of them is refused, each half by itself."""
    if len(revisions) == 1:
        approve_one(resource, revisions[0], by, outcome)
        return
    found = Outcome()
    try:
        with transaction.atomic():
            ready = ready_ones(resource, revisions, by.shown, found)
            store(resource, ready, by)
    except RefusedTogether:
        middle = len(revisions) // 2
        for half in (revisions[:middle], revisions[middle:]):
            approve_part(resource, half, by, outcome)
        return
    outcome.approved += [one.revision.object_id for one in ready]
    outcome.left += found.left


def approve_one(resource: type[SheetResource], revision: Revision, by: Approver, outcome: Outcome) -> None:
    seen, confirmed = by.shown[revision.pk], by.confirmed(resource, revision, revision.row)
    try:
        is_enough = approve(resource, revision.object_id, seen, by.user, revision, confirmed=confirmed)
    except resource.model.DoesNotExist:
        outcome.leave(revision, DELETED)
    except RowRefused as refused:
        outcome.leave(revision, " ".join(str(one.problem) for one in refused.findings))
    except Problem as problem:
        outcome.leave(revision, problem)
    else:
        if is_enough:
            outcome.approved.append(revision.object_id)
        else:
            outcome.leave(revision, _("Somebody else must approve it too, since you wrote a part."))


DELETED = _("The record has been deleted.")


def ready_ones(
    resource: type[SheetResource], revisions: Sequence[Revision], shown: Shown, outcome: Outcome
) -> list[Ready]:
    """Locks the changes and their records, and finds those that are as they were shown and can be stored."""
    keys = [revision.pk for revision in revisions]
    records = resource.model._base_manager.filter(pk__in=[one.object_id for one in revisions]).order_by("pk")
    list(records.select_for_update().values_list("pk"))
    locked = list(Revision.objects.select_for_update().filter(pk__in=keys).order_by("pk"))
    prefetch_related_objects(locked, "answers")
    live = live_rows(resource, locked)
    commented = open_comments(resource.slug, [one.object_id for one in locked])
    ready = []
    for revision in locked:
        try:
            if comments := commented.get(revision.object_id):
                raise open_comments_problem(comments)
            ready.append(as_shown(resource, revision, live.get(revision.object_id), shown[revision.pk]))
        except Problem as problem:
            outcome.leave(revision, problem)
    return ready


def as_shown(resource: type[SheetResource], revision: Revision, stored: StoredRow | None, seen: str) -> Ready:
    """Raises Problem where a change is not as it was shown, or cannot be stored."""
    if stored is None:
        raise Problem("approval.deleted", DELETED)
    live = unpacked(stored.row)
    if seen != seen_of(live, revision):
        raise Problem("approval.changed", CHANGED)
    check_waiting(revision, stored.state)
    return Ready(revision, row_to_store(resource, revision, live), live, seen)


def store(resource: type[SheetResource], ready: Sequence[Ready], by: Approver) -> None:
    """Stores rows together and decides their revisions. Raises RefusedTogether."""
    by_reason: defaultdict[str, list[Ready]] = defaultdict(list)
    for one in ready:
        by_reason[one.revision.reason].append(one)
    for reason, ones in by_reason.items():
        load(resource, ones, by, reason)
    if settings.TWO_PAIRS_OF_EYES:
        about = ((one.revision.object_id, one.seen) for one in ready)
        approvals = [Approval(type=resource.slug, object_id=pk, row=seen, user=by.user) for pk, seen in about]
        Approval.objects.bulk_create(approvals, ignore_conflicts=True)
    settle([one.revision.pk for one in ready], Revision.Status.APPROVED, by.user)


def load(resource: type[SheetResource], ready: Sequence[Ready], by: Approver, reason: str) -> None:
    wanted = {name for one in ready for name in changed_names(resource, one.live, one.row)}
    names = ["key", *(name for name in resource.names() if name in wanted and name != "key")]
    changes: list[RowChange] = []
    report = load_sheet(
        resource,
        make_sheet("", [names, *([one.row.get(name, "") for name in names] for one in ready)], ""),
        watch=lambda _report, found: changes.extend(found),
        revisions={one.revision.object_id: one.revision.pk for one in ready},
        confirmed={one.revision.object_id: by.confirmed(resource, one.revision, one.row) for one in ready},
        user=by.user,
        reason=reason,
    )
    changed = [one.record for one in changes if one.is_changed] if resource.citations else []
    if report.errors or any(record.state != State.PUBLISHED for record in changed):
        raise RefusedTogether


def discard_batch(batch: ImportBatch, by: Any, comment: str = "") -> int:
    """Discards what the import has proposed and no one has decided yet; returns how much that was."""
    keys = pending_of(batch).values_list("pk", flat=True)
    return settle(list(keys), Revision.Status.DISCARDED, by, comment)


def settle(keys: Sequence[int], status: str, by: Any, comment: str = "") -> int:
    """Decides many revisions in a few statements, but none that has been decided meanwhile."""
    now, settled = timezone.now(), 0
    about = {"status": status, "decided_by": by, "decided_at": now, "changed_at": now}
    for start in range(0, len(keys), RECORDS_AT_ONCE):
        some = Revision.objects.filter(pk__in=keys[start : start + RECORDS_AT_ONCE])
        settled += some.filter(status__in=Revision.PENDING).update(**about, comment=comment[:1000])
    return settled
