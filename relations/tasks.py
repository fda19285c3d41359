"""Background tasks: the steps of an import whose file is too large for one request."""

import logging
import subprocess
import sys

from django.conf import settings
from django.core.cache import caches
from django_tasks import task

from relations.imports import batches, progress
from relations.models import ImportBatch

logger = logging.getLogger(__name__)
#: a requested worker must start within this many seconds, or another one is started
STARTS_WITHIN = 15


@task()
def carry_on(number: int) -> None:
    """The next step of an import: its preview, or the storing of what was confirmed."""
    batch = ImportBatch.objects.get(pk=number)
    step = batches.store if batch.status == ImportBatch.Status.STORING else batches.preview
    try:
        step(batch)
    except Exception:
        failed = ImportBatch.objects.filter(pk=number, status__in=ImportBatch.UNDER_WAY)
        failed.update(status=ImportBatch.Status.FAILED)
        raise
    finally:
        caches["progress"].delete("worker")  # it may stop now: the next batch starts another worker


def go_on(batch: ImportBatch) -> None:
    """Runs the next step of an import: at once for a small file, otherwise through the task queue."""
    if not batches.is_small(batch):
        hand_over(batch)
        return
    try:
        carry_on.call(batch.pk)
    except Exception:
        logger.exception("Import %s failed.", batch.pk)  # the page of the import shows the failure


def hand_over(batch: ImportBatch) -> None:
    carry_on.enqueue(batch.pk)
    caches["progress"].add(f"handed-{batch.pk}", True, progress.DEAD_AFTER)
    start_worker()


def take_care(batch: ImportBatch) -> None:
    """Restarts an import whose worker has died, called when its page is viewed."""
    handed_now = caches["progress"].get(f"handed-{batch.pk}")
    if batch.is_under_way and not handed_now and not progress.of(batch).is_alive:
        hand_over(batch)


def start_worker() -> None:
    """Starts a worker that ends when the queue is empty, for installations without a permanent one."""
    if settings.START_WORKERS and caches["progress"].add("worker", True, STARTS_WITHIN):
        command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "db_worker"]
        options = ["--batch", "--no-reload", "--no-startup-delay", "--verbosity", "0"]
        subprocess.Popen([*command, *options], start_new_session=True, stdin=subprocess.DEVNULL)
