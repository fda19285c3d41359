"""Command: do background tasks, and say every ten seconds that this worker lives."""

import logging
import os
from typing import Any

from django.db import DatabaseError
from django.utils.autoreload import DJANGO_AUTORELOAD_ENV
from django_tasks_db.management.commands.db_worker import Command as LibraryCommand

from relations.workers.takeover import look
from relations.workers.turns import heartbeat

logger = logging.getLogger(__name__)


class Command(LibraryCommand):
    help = "Does background tasks. Says every ten seconds that it lives, and takes over what killed workers have left."

    def handle(self, **options: Any) -> None:
        if only_watches_files(options):
            super().handle(**options)
            return
        look_if_possible()
        with heartbeat(options["worker_id"]):
            super().handle(**options)


def look_if_possible() -> None:
    """Where the database is busy for long, the thread of the heartbeat looks later."""
    try:
        look()
    except DatabaseError:
        logger.warning("What other workers have left could not be looked for.", exc_info=True)


def only_watches_files(options: dict[str, Any]) -> bool:
    """While debugging, the first process starts another one whenever the code changes."""
    return options["reload"] and not options["batch"] and os.environ.get(DJANGO_AUTORELOAD_ENV) != "true"
