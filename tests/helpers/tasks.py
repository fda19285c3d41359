"""Tasks that wait in the queue of the database."""

from datetime import timedelta

from django.utils import timezone
from django_tasks_db.models import DBTaskResult, get_date_max


def waiting_task(since):
    """One that has waited for so long."""
    task = DBTaskResult.objects.create(
        args_kwargs={"args": [], "kwargs": {}},
        task_path="relations.tasks.refresh_stale",
        backend_name="default",
        run_after=get_date_max(),
    )
    DBTaskResult.objects.filter(pk=task.pk).update(enqueued_at=timezone.now() - since)
    return task


def begun_task(task="refresh_stale", args=(), workers=("dead",), since=timedelta(minutes=5)):
    """One that the last of these workers has begun so long ago."""
    return DBTaskResult.objects.create(
        args_kwargs={"args": list(args), "kwargs": {}},
        task_path=f"relations.tasks.{task}",
        backend_name="default",
        run_after=get_date_max(),
        status="RUNNING",
        worker_ids=list(workers),
        started_at=timezone.now() - since,
    )


def failed_task(task="refresh_stale", args=(), workers=("dead",) * 3, error="WorkerDied: 3 times."):
    """One that was given up."""
    found = begun_task(task, args, workers)
    found.status, found.traceback, found.finished_at = "FAILED", error, timezone.now()
    found.save()
    return found
