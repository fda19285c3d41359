"""Background tasks: the steps of an import whose file is too large for one request, and the refreshing of records of
which too many show something that has changed.
"""

import logging
import subprocess
import sys
import time
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.db import transaction
from django_tasks import TaskResult, task
from django_tasks.signals import task_finished, task_started
from django_tasks_db.models import DBTaskResult

from relations.imports import batches, progress
from relations.logs.current import begin_task, end_task
from relations.models import ImportBatch, StaleRecords
from relations.models.row_cache import refresh_keys
from relations.registry import hand_over_with

logger = logging.getLogger(__name__)
#: a requested worker must start within this many seconds, or another one is started
STARTS_WITHIN = 15
#: a worker that has refreshed nothing for so many seconds is dead
REFRESHES_WITHIN = 120


@task()
def carry_on(number: int) -> None:
    """The next step of an import: its preview, or the storing of what was confirmed."""
    batch = ImportBatch.objects.get(pk=number)
    step = batches.store if batch.status == ImportBatch.Status.STORING else batches.preview
    try:
        step(batch)
    except Exception:
        batches.fail(number)
        raise
    finally:
        caches["progress"].delete("worker")  # it may stop now: the next batch starts another worker


def import_of(task: "DBTaskResult[Any, Any]") -> int | None:
    """The number of the import that a task of the queue carries on."""
    found = task.args_kwargs["args"] if task.task_path == carry_on.module_path else ()
    return int(found[0]) if found else None


def go_on(batch: ImportBatch) -> None:
    """Runs the next step of an import: at once for a small file, otherwise through the task queue."""
    if not batches.is_small(batch):
        hand_over(batch)
        return
    note_handed(batch)
    try:
        carry_on.call(batch.pk)
    except Exception:
        logger.exception("Import %s failed.", batch.pk)  # the page of the import shows the failure


def hand_over(batch: ImportBatch) -> None:
    carry_on.enqueue(batch.pk)
    note_handed(batch)
    start_worker()


def note_handed(batch: ImportBatch) -> None:
    caches["progress"].set(f"handed-{batch.pk}", time.time(), progress.PROGRESS_SECONDS)


def is_left(batch: ImportBatch, now: datetime) -> bool:
    """Whether a batch under way has shown no progress for long, nor has been handed over."""
    handed = caches["progress"].get(f"handed-{batch.pk}", 0)
    newest = max(handed, progress.of(batch).at)
    return batch.is_under_way and newest <= now.timestamp() - progress.DEAD_AFTER


@task()
def refresh_stale() -> None:
    """Brings the stale records up to date, some in each transaction."""
    try:
        while refresh_part():
            caches["progress"].set("refreshing", True, REFRESHES_WITHIN)
    finally:
        caches["progress"].delete_many(["worker", "refreshing"])


def refresh_part() -> bool:
    """Refreshes some of the stale records; whether there were any."""
    with transaction.atomic():
        part = StaleRecords.objects.select_for_update(skip_locked=True).order_by("pk").first()
        if part:
            part.delete()
            refresh_keys(part.named, only_changed=True)
    return part is not None


def hand_over_stale() -> None:
    """Hands the stale records over to a worker, unless one is at work on them."""
    if caches["progress"].add("refreshing", True, REFRESHES_WITHIN):
        refresh_stale.enqueue()
        start_worker()


def number_stale() -> int:
    """How many records are being brought up to date; if their worker has died, another one takes them up."""
    if number := StaleRecords.objects.number():
        hand_over_stale()
    return number


def register() -> None:
    hand_over_with(hand_over_stale)
    # The library was loaded first, so its own line about the beginning lacks the number, which it says itself.
    task_started.connect(name_task, dispatch_uid="lines of the log name the task")
    task_finished.connect(forget_task, dispatch_uid="lines of the log name no task")


def name_task(sender: object, task_result: TaskResult[Any], **kwargs: object) -> None:
    begin_task(str(task_result.id))


def forget_task(sender: object, **kwargs: object) -> None:
    end_task()


def start_worker() -> None:
    """Starts a worker that ends when the queue is empty, for installations without a permanent one."""
    if settings.START_WORKERS and caches["progress"].add("worker", True, STARTS_WITHIN):
        command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "worker"]
        options = ["--batch", "--no-reload", "--no-startup-delay"]
        subprocess.Popen([*command, *options], start_new_session=True, stdin=subprocess.DEVNULL)
