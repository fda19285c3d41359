"""Tasks that wait in the queue of the database."""

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
