"""The desk: what waits for one user, with its author and its age."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max

from relations.catalog import RECORD_TYPES, ROWS
from relations.models import ImportBatch, Revision, State, Version
from relations.rows.resource import SheetResource

from .history import title_of

#: lines of one list; the rest is a number
MOST = 20


@dataclass
class Task:
    """One line of the desk: a record or a proposed change, who wrote it last and since when it waits."""

    resource: type[SheetResource]
    pk: int
    title: str
    author: str
    since: datetime
    comment: str = ""

    @property
    def kind(self) -> str:
        return str(self.resource.model._meta.verbose_name)

    @property
    def model_name(self) -> str:
        return str(self.resource.model._meta.model_name)


@dataclass
class TaskList:
    """The first lines of a list, the oldest first, and how many there are."""

    tasks: list[Task]
    number: int

    @property
    def others(self) -> int:
        return self.number - len(self.tasks)


def may_publish(user: Any, resource: type[SheetResource]) -> bool:
    return bool(user.has_perm(f"relations.publish_{resource.model._meta.model_name}"))


def waiting_for(user: Any) -> TaskList:
    """What this user may approve: proposed changes and records in review, also those that they wrote themselves."""
    slugs = [slug for slug, resource in ROWS.items() if may_publish(user, resource)]
    revisions = Revision.objects.filter(status=Revision.Status.OPEN, type__in=slugs, batch=None)
    in_review = [one for one in RECORD_TYPES if one.slug in slugs]
    lists = [of_revisions(revisions), *(of_records(one.model, State.REVIEW) for one in in_review)]
    return together(lists)


def imports_waiting_for(user: Any) -> list[tuple[ImportBatch, int]]:
    """Imports with proposed changes that this user may approve, the oldest first, and how many each has."""
    slugs = [slug for slug, resource in ROWS.items() if may_publish(user, resource)]
    waiting = Revision.objects.filter(status=Revision.Status.OPEN, type__in=slugs, batch__isnull=False)
    numbers = dict(waiting.order_by().values_list("batch").annotate(n=Count("pk")))
    batches = ImportBatch.objects.filter(pk__in=numbers).select_related("user").order_by("pk")[:MOST]
    return [(batch, numbers[batch.pk]) for batch in batches]


def sent_back_to(user: Any) -> TaskList:
    return of_revisions(Revision.objects.filter(status=Revision.Status.SENT_BACK, user=user))


def proposed_by(user: Any) -> TaskList:
    return of_revisions(Revision.objects.filter(status=Revision.Status.OPEN, user=user, batch=None))


def drafts_of(user: Any) -> TaskList:
    """The drafts that this user has changed last."""
    lists = []
    for one in RECORD_TYPES:
        drafts = one.model.objects.filter(state=State.DRAFT).order_by("updated_at")
        own = newest_versions(one.slug, drafts.values("pk")).filter(user=user)
        lists.append(of_records(one.model, State.DRAFT, own.values("object_id")))
    return together(lists)


def newest_versions(slug: str, keys: Any) -> Any:
    """The newest version of each of these records."""
    versions = Version.objects.filter(type=slug, object_id__in=keys, is_proposal=False)
    newest = versions.order_by().values("object_id").annotate(newest=Max("pk")).values("newest")
    return Version.objects.filter(pk__in=newest)


def of_revisions(revisions: Any) -> TaskList:
    found = list(revisions.select_related("user").order_by("changed_at")[:MOST])
    tasks = [
        Task(
            ROWS[one.type],
            one.object_id,
            title_of(one.row),
            name_of(one.user),
            one.changed_at,
            one.comment,
        )
        for one in found
    ]
    return TaskList(tasks, len(found) if len(found) < MOST else revisions.count())


def of_records(model: Any, state: str, keys: Any = None) -> TaskList:
    records = model.objects.filter(state=state).order_by("updated_at")
    if keys is not None:
        records = records.filter(pk__in=keys)
    found = list(records[:MOST])
    slug = next(one.slug for one in RECORD_TYPES if one.model is model)
    newest = newest_versions(slug, [one.pk for one in found]).select_related("user")
    authors = {one.object_id: name_of(one.user) for one in newest}
    tasks = [Task(ROWS[slug], one.pk, str(one), authors.get(one.pk, ""), one.updated_at) for one in found]
    return TaskList(tasks, len(found) if len(found) < MOST else records.count())


def together(lists: Iterable[TaskList]) -> TaskList:
    lists = list(lists)
    tasks = sorted((task for one in lists for task in one.tasks), key=lambda task: task.since)[:MOST]
    return TaskList(tasks, sum(one.number for one in lists))


def name_of(user: Any) -> str:
    return (user.get_full_name() or user.get_username()) if user else ""
