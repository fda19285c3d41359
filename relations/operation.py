"""How the register is run: its last backup, and the tasks that wait for a worker."""

import json
import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Count, Min
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from relations.workers.heartbeats import living

#: what `manage.py backup` writes when a backup is complete and has been read again
LAST_BACKUP = "last-backup.json"


@cache
def program_version() -> str:
    """As pyproject.toml has it."""
    described = tomllib.loads(Path(settings.BASE_DIR, "pyproject.toml").read_text(encoding="utf-8"))
    return str(described["project"]["version"])


@dataclass(frozen=True)
class Backup:
    at: datetime
    file: str
    is_verified: bool

    @property
    def hours(self) -> float:
        return (timezone.now() - self.at).total_seconds() / 3600


def last_backup() -> Backup | None:
    """None where there has been none; raises OSError or ValueError where its description cannot be read."""
    path = Path(settings.BACKUPS_DIR) / LAST_BACKUP
    try:
        text = path.read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return None
    return backup_of(json.loads(text))


def backup_of(described: Any) -> Backup:
    if not isinstance(described, dict) or not isinstance(described.get("at"), str):
        raise ValueError("“at” is missing")
    at = datetime.fromisoformat(described["at"])
    file, is_verified = str(described.get("file", "")), described.get("verified") is True
    return Backup(at if at.tzinfo else at.replace(tzinfo=UTC), file, is_verified)


@dataclass(frozen=True)
class Queue:
    waiting: int
    running: int
    #: seconds that the oldest task which may run has waited
    oldest: float
    #: workers that have been seen within half a minute
    workers: int


def queue() -> Queue:
    found = DBTaskResult.objects.ready().aggregate(waiting=Count("pk"), since=Min("enqueued_at"))
    now = timezone.now()
    oldest = (now - found["since"]).total_seconds() if found["since"] else 0.0
    running = DBTaskResult.objects.running().count()
    return Queue(found["waiting"], running, max(oldest, 0.0), len(living(now)))
