"""Approval: what is public was approved in exactly that wording by somebody who may, and did not write it alone."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from relations.errors import Problem
from relations.models import Approval, ImportBatch, Revision, State, Version
from relations.models.country_limits import beyond_limit, beyond_limit_problem
from relations.models.rechecks import CitedPlace
from relations.models.review_comments import open_comments, open_comments_problem
from relations.models.row_cache import FlatRow, packed
from relations.rows.merging import changed_names, merge
from relations.rows.resource import SheetResource
from relations.rules.all_rules import STOPPING

from .confirming import confirm, confirmed_of
from .saving import Live, load_row, locked, row_of


def fingerprint(row: FlatRow) -> str:
    """The same for the same row, whatever the order of its columns."""
    return hashlib.sha256(packed(dict(sorted(row.items()))).encode()).hexdigest()


def seen_by(resource: type[SheetResource], pk: int, revision: Revision | None) -> str:
    """What a reviewer has looked at: the row of the record, and the proposed one."""
    return seen_of(row_of(resource, pk), revision)


def seen_of(live: FlatRow, revision: Revision | None) -> str:
    """With the answers to readers that become public together with the change."""
    if revision is None:
        return fingerprint(live)
    answers = [f"{one.pk} {one.answer}" for one in revision.answers.all() if one.is_accepted]
    return fingerprint(
        {**live, "_proposed": fingerprint(revision.row), "_answers": "\n".join(sorted(answers))}
    )


def approve(
    resource: type[SheetResource],
    pk: int,
    seen: str,
    by: Any,
    revision: Revision | None = None,
    reason: str = "",
    batch: ImportBatch | None = None,
    confirmed: Collection[CitedPlace] = (),
) -> bool:
    """Publishes a record, or what is proposed for it, as `by` has seen it.

    `reason` and `batch` are those of the version of a record that becomes public; `confirmed` are the cited places of
    which `by` says that they support the new values.

    Returns False where the approval is kept, but somebody else must approve too. Raises Problem or RowRefused.
    """
    with transaction.atomic():
        live = locked(resource, pk)
        if revision:
            live = live._replace(revision=Revision.objects.select_for_update().get(pk=revision.pk))
        return approve_locked(resource, live, seen, by, reason, batch, confirmed)


def approve_locked(
    resource: type[SheetResource],
    live: Live,
    seen: str,
    by: Any,
    reason: str = "",
    batch: ImportBatch | None = None,
    confirmed: Collection[CitedPlace] = (),
) -> bool:
    """The same in the transaction of the caller, who has locked the record, and takes all back after an error."""
    record, pk, revision = live.record, live.record.pk, live.revision
    if seen != seen_of(live.row, revision):
        raise Problem("approval.changed", CHANGED)
    if resource.citations and beyond_limit(by, resource.model, [pk]):
        raise beyond_limit_problem()
    if revision:
        check_waiting(revision, getattr(record, "state", ""))
    elif not resource.citations:
        raise Problem("review.none", NOTHING_WAITS)
    elif record.state not in (State.DRAFT, State.REVIEW):
        message = _("It is %(state)s. Return it to draft and submit it for review first.")
        raise Problem("approval.state", message, state=record.get_state_display())
    refuse_commented(resource, pk)
    confirm(resource, pk, confirmed, revision)
    if not has_enough_eyes(resource, pk, seen, by, revision):
        return False
    if revision:
        apply(resource, live, revision, by)
    else:
        publish(record, by, reason, batch)
    return True


NOTHING_WAITS = _("No change of this record waits for approval.")
CHANGED = _("It has changed since you looked at it. Look at it again.")


def check_waiting(revision: Revision, state: str) -> None:
    """Raises Problem where a change is not waiting for approval, or its record is not public any more.

    Sources, places and the like have no state.
    """
    if revision.status != Revision.Status.OPEN:
        raise Problem("approval.decided", _("This change is not waiting for approval."))
    if state not in ("", State.PUBLISHED):
        message = _(
            "The record is not public any more, but %(state)s. Publish it again, or discard the change."
        )
        raise Problem("approval.not_public", message, state=State(state).label)


def refuse_commented(resource: type[SheetResource], pk: int) -> None:
    """Raises Problem where somebody has commented on it, and the comment is not settled."""
    if comments := open_comments(resource.slug, [pk])[pk]:
        raise open_comments_problem(comments)


def authors_of(resource: type[SheetResource], pk: int, revision: Revision | None = None) -> set[int]:
    """The primary keys of all who wrote what is not approved yet."""
    versions = Version.objects.filter(type=resource.slug, object_id=pk)
    if revision:
        versions = versions.filter(revision=revision, is_proposal=True)
    else:
        versions = versions.filter(is_proposal=False)
        public = versions.filter(after__state=State.PUBLISHED).order_by("-pk").values("pk")[:1]
        versions = versions.filter(pk__gt=Coalesce(Subquery(public), 0))
    rows = versions.exclude(user=None).values_list("user", "before", "after")
    return {user for user, before, after in rows if content(before) != content(after)}


def content(row: FlatRow | None) -> FlatRow:
    """A row of a version without the editorial state."""
    return {name: cell for name, cell in (row or {}).items() if name != "state"}


def has_enough_eyes(
    resource: type[SheetResource], pk: int, seen: str, by: Any, revision: Revision | None
) -> bool:
    """Whether, with this approval, nobody has approved alone what they wrote.

    Raises Problem where all of it is by the one who approves.
    """
    if not settings.TWO_PAIRS_OF_EYES:
        return True
    authors = authors_of(resource, pk, revision)
    if authors == {by.pk}:
        message = _("You wrote this. Somebody else has to approve it.")
        raise Problem("approval.own", message)
    mine = Approval(type=resource.slug, object_id=pk, row=seen, user=by)
    Approval.objects.bulk_create([mine], ignore_conflicts=True)
    approvals = Approval.objects.filter(type=resource.slug, object_id=pk, row=seen)
    approvers = set(approvals.values_list("user", flat=True))
    return all(approvers - {author} for author in authors)


def publish(record: Any, by: Any, reason: str, batch: ImportBatch | None) -> None:
    refused = type(record).objects.filter(pk=record.pk).publish(by, reason, batch)
    for _record, problems in refused:
        raise problems[0] if len(problems) == 1 else several(problems)


def several(problems: Iterable[Problem]) -> Problem:
    return Problem("approval.refused", _("%(reasons)s"), reasons=" ".join(map(str, problems)))


def apply(resource: type[SheetResource], live: Live, revision: Revision, by: Any) -> None:
    """Stores the proposed row, with what has changed in the record since it was proposed."""
    pk = live.record.pk
    row = row_to_store(resource, revision, live.row)
    names = changed_names(resource, live.row, row)
    saved = load_row(
        resource,
        row,
        names,
        live,
        user=by,
        reason=revision.reason,
        revisions={pk: revision.pk},
        confirmed={pk: frozenset(confirmed_of(revision))},
    )
    if resource.citations and saved.change.is_changed and saved.change.record.state != State.PUBLISHED:
        rules = (one.problem for one in saved.report.warnings if one.problem.code.startswith("rule."))
        found = [one for one in rules if one.code in STOPPING]
        raise several(found)
    decide(revision, Revision.Status.APPROVED, by)


def row_to_store(resource: type[SheetResource], revision: Revision, live: FlatRow) -> FlatRow:
    """The proposed row with what has changed in the record since. Raises Problem where both are about the same."""
    merged = merge(resource, revision.base, revision.row, live)
    if merged.conflicts:
        both = (resource.column(conflict.names[0]) for conflict in merged.conflicts)
        labels = ", ".join(str(column.label) for column in both)
        message = _(
            "The record has changed meanwhile, in the same columns: %(columns)s. Open the form and compare."
        )
        raise Problem("approval.conflict", message, columns=labels)
    return {**merged.row, "key": live["key"]}


def decide(revision: Revision, status: str, by: Any, comment: str = "") -> None:
    """Approved or discarded, which is final, or sent back to its author with a comment."""
    revision.status, revision.comment = status, comment[:1000]
    if status not in Revision.PENDING:
        revision.decided_by, revision.decided_at = by, timezone.now()
    revision.save()


def others_who_may_approve(resource: type[SheetResource], by: Any) -> bool:
    """Whether anybody else could approve what this user writes."""
    name = f"publish_{resource.model._meta.model_name}"
    may = Q(is_superuser=True) | Q(user_permissions__codename=name) | Q(groups__permissions__codename=name)
    return get_user_model().objects.filter(may, is_active=True, is_staff=True).exclude(pk=by.pk).exists()
