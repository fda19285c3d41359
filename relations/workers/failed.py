"""Tasks that have failed for good: what they were, tried again or taken from the list.

Imports are seen by who may import or publish their type, other tasks by who may do so with any type.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID

from django.db import transaction
from django.db.models import BigIntegerField, Case, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.fields.json import KT
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.text import Truncator
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from relations import tasks
from relations.catalog import ROWS
from relations.imports import batches
from relations.models import ImportBatch

Queued: TypeAlias = "DBTaskResult[Any, Any]"
#: lines of the list; the rest is a number
MOST = 20
#: characters of the last line of an error
LONGEST = 200


@dataclass
class FailedTask:
    """One line of the list. `number` and `file` are those of an import; the refreshing of records has none."""

    pk: UUID
    at: datetime | None
    attempts: int
    error: str
    number: int | None = None
    file: str = ""


@dataclass
class FailedTasks:
    """The newest, and how many there are."""

    tasks: list[FailedTask]
    number: int

    @property
    def others(self) -> int:
        return self.number - len(self.tasks)


def types_of(user: Any) -> list[str]:
    return [slug for slug, one in ROWS.items() if one.may_import(user) or one.may_publish(user)]


def visible_to(user: Any) -> QuerySet[Queued]:
    """The failed tasks that this user may try again, with number, type and file of the import."""
    slugs = types_of(user)
    number = Cast(KT("args_kwargs__args__0"), BigIntegerField())
    is_import = When(task_path=tasks.carry_on.module_path, then=number)
    batch = ImportBatch.objects.filter(pk=OuterRef("number"))
    found = DBTaskResult.objects.failed().annotate(number=Case(is_import, default=None))
    about = {name: Subquery(batch.values(name)[:1]) for name in ("type", "file")}
    found = found.annotate(**about).filter(Q(type__in=slugs) | Q(type__isnull=True))
    return found if slugs else found.none()


def failed_for(user: Any) -> FailedTasks:
    visible = visible_to(user).order_by("-finished_at", "pk")
    names = ("pk", "finished_at", "worker_ids", "traceback", "number", "file", "type")
    found = [
        FailedTask(
            one["pk"], one["finished_at"], len(one["worker_ids"]), last_line(one["traceback"]), one["number"],
            one["file"] or one["type"] or "",
        )
        for one in visible.values(*names)[:MOST]
    ]  # fmt: skip
    return FailedTasks(found, len(found) if len(found) < MOST else visible.count())


def last_line(text: str) -> str:
    lines = text.strip().splitlines()
    return Truncator(lines[-1].strip()).chars(LONGEST) if lines else ""


def try_again(task: Queued) -> bool:
    """Whether it waits again, with no attempt counted; not where somebody else was quicker."""
    anew: dict[str, Any] = {
        "worker_ids": [], "started_at": None, "finished_at": None, "exception_class_path": "", "traceback": "",
        "enqueued_at": timezone.now(),
    }  # fmt: skip
    with transaction.atomic():
        is_ours = (
            DBTaskResult.objects.failed().filter(pk=task.pk).update(status=TaskResultStatus.READY, **anew)
        )
        if is_ours and (number := tasks.import_of(task)):
            batches.begin_again(number)
    if is_ours:
        tasks.start_worker()
    return bool(is_ours)


def remove(task: Queued) -> bool:
    """Whether it was there; an import keeps saying that it failed."""
    return bool(DBTaskResult.objects.failed().filter(pk=task.pk).delete()[0])
