"""What is to be done regularly: tasks, backups, checks of links."""

from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from relations.models import LinkCheck, Source
from relations.operation import LAST_BACKUP, last_backup, queue

from .lines import Line, error, first_line, ok, warning

MOST_SECONDS_WAITING = 60
LINKS_CHECKED_WITHIN, FAILED_WITHIN = timedelta(days=3), timedelta(days=1)


def look_at_tasks() -> Iterator[Line]:
    part, found, advice = "worker", queue(), "manage.py worker"
    is_busy = found.running and found.workers
    if found.waiting and not is_busy and found.oldest > MOST_SECONDS_WAITING:
        waiting = f"{found.waiting} tasks wait, the oldest for {found.oldest:.0f} seconds"
        seen = "no worker does one" if found.workers else "no worker has been seen for half a minute"
        yield error(part, f"{waiting}, and {seen}.", advice)
    elif not (found.workers or settings.START_WORKERS):
        yield warning(part, "START_WORKERS is 0, and no worker has been seen for half a minute.", advice)
    else:
        said = f"{found.waiting} tasks wait, {found.running} are being done; {found.workers} workers have been seen."
        yield ok(part, said)
    since, advice = (
        timezone.now() - FAILED_WITHIN,
        "Look at “Failed tasks” in the admin, and for task_id in the log.",
    )
    if failed := DBTaskResult.objects.failed().filter(finished_at__gte=since).count():
        yield warning(
            part,
            f"{failed} tasks have failed since yesterday.",
            advice,
        )


def look_at_backups() -> Iterator[Line]:
    part, command = "backup", "manage.py backup"
    try:
        backup = last_backup()
    except (OSError, ValueError) as failure:
        text = f"{settings.BACKUPS_DIR}/{LAST_BACKUP} cannot be read: {first_line(failure)}."
        yield error(part, text, command)
        return
    if backup is None:
        yield (warning if settings.DEBUG else error)(part, "There has never been a backup.", command)
    elif backup.hours > settings.BACKUP_MAX_HOURS:
        yield error(part, f"The last backup is {backup.hours:.0f} hours old.", f"{command}, each day by cron")
    elif not backup.is_verified:
        yield warning(part, "The last backup was not read again after it was written.", command)
    else:
        yield ok(part, f"The last backup is {backup.hours:.0f} hours old: {backup.file}.")


def look_at_links() -> Iterator[Line]:
    part, newest = "links", LinkCheck.objects.order_by("-checked_at").first()
    if newest is None and not Source.objects.exclude(url="").exists():
        yield ok(part, "No source has a link.")
    elif newest is None or newest.checked_at < timezone.now() - LINKS_CHECKED_WITHIN:
        text = "No link of a source has been checked for three days."
        yield warning(part, text, "manage.py check_links, each day by cron")
    else:
        yield ok(part, f"Links were last checked on {newest.checked_at:%Y-%m-%d}.")
