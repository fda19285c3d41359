"""The tasks of workers that were killed: put back for another worker, at most three times.

Everything here may be done by many at once: a conditional UPDATE lets only one of them take a task over.
"""

import logging
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from relations import tasks
from relations.imports import batches
from relations.models import ImportBatch

from .heartbeats import LOST_AFTER, forget_the_dead, lives, living

logger = logging.getLogger(__name__)
#: a task is begun at most so often, and an import without a task is handed over at most so often
MOST_ATTEMPTS = 3
#: what the traceback of a task says whose workers have died
DIED = "WorkerDied: Its worker was killed or its machine stopped, {number} times."


def look(now: datetime | None = None) -> int:
    """Takes over what dead workers have left. Returns how many tasks and imports that were."""
    now = now or timezone.now()
    taken = sum(take_over(task, now) for task in lost_tasks(now)) + sum(
        map(hand_over_again, left_batches(now))
    )
    forget_the_dead(now)
    if settings.START_WORKERS and DBTaskResult.objects.ready().exists() and not living(now):
        tasks.start_worker()
    return taken


def lost_tasks(now: datetime) -> list["DBTaskResult[Any, Any]"]:
    """Those that a worker has begun which has not been seen lately, or has never said that it lives."""
    begun = Q(started_at__isnull=True) | Q(started_at__lt=now - LOST_AFTER)
    return [
        task
        for task in DBTaskResult.objects.running().filter(begun)
        if not (task.worker_ids and lives(task.worker_ids[-1], now))
    ]


def take_over(task: "DBTaskResult[Any, Any]", now: datetime) -> bool:
    """Whether it was this process that has put the task back, or has given it up."""
    still = DBTaskResult.objects.running().filter(pk=task.pk, started_at=task.started_at)
    attempts = len(task.worker_ids)
    if attempts < MOST_ATTEMPTS:
        is_ours = bool(still.update(status=TaskResultStatus.READY))
        if is_ours:
            logger.warning("Task %s is put back: its worker has died (attempt %s).", task.pk, attempts)
        return is_ours
    reason = {"exception_class_path": "", "traceback": DIED.format(number=attempts)}
    with transaction.atomic():
        is_ours = bool(still.update(status=TaskResultStatus.FAILED, finished_at=now, **reason))
        if is_ours and (number := tasks.import_of(task)):
            batches.fail(number, deaths=attempts)
    if is_ours:
        logger.error("Task %s has failed: its worker has died %s times.", task.pk, attempts)
    return is_ours


# Imports under way without a task.


def left_batches(now: datetime) -> list[int]:
    under_way = ImportBatch.objects.filter(status__in=ImportBatch.UNDER_WAY, created_at__lt=now - LOST_AFTER)
    found = [one.pk for one in under_way.defer("report", "table", "recipe") if tasks.is_left(one, now)]
    if not found:
        return []
    have_one = imports_with_a_task()
    return [number for number in found if number not in have_one]


def imports_with_a_task() -> set[int | None]:
    unfinished = (TaskResultStatus.READY, TaskResultStatus.RUNNING)
    return set(
        map(
            tasks.import_of,
            DBTaskResult.objects.filter(task_path=tasks.carry_on.module_path, status__in=unfinished),
        )
    )


def hand_over_again(number: int) -> bool:
    """Whether it was this process that has handed an import over, or has given it up."""
    with transaction.atomic():
        # Somebody who holds the row is at work on it.
        found = ImportBatch.objects.select_for_update(skip_locked=True)
        batch = found.filter(pk=number, status__in=ImportBatch.UNDER_WAY).first()
        if not batch or number in imports_with_a_task():
            return False
        attempts = int(batch.report.get(batches.HANDED_OVER, 0))
        if attempts >= MOST_ATTEMPTS:
            batches.fail(number, deaths=attempts)
            return True
        batch.report = {**batch.report, batches.HANDED_OVER: attempts + 1}
        batch.save(update_fields=["report"])
        transaction.on_commit(tasks.start_worker)
        tasks.carry_on.enqueue(number)
        tasks.note_handed(batch)
    return True


def take_care(batch: ImportBatch) -> None:
    """Restarts an import whose worker has died, called when its page is viewed."""
    now = timezone.now()
    if not tasks.is_left(batch, now):
        return
    if batch.pk in imports_with_a_task():
        look(now)
    else:
        hand_over_again(batch.pk)
