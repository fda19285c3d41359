"""Heartbeats: what a worker says every ten seconds, and which workers live.

It is said in the cache first, since a long import may keep a SQLite database busy for minutes.
"""

import logging
from datetime import datetime, timedelta
from uuid import UUID

from django.core.cache import caches
from django.db import DatabaseError

from relations.models import WorkerHeartbeat

logger = logging.getLogger(__name__)
#: who has not been seen for so long is dead
LOST_AFTER = timedelta(seconds=30)
#: the row of a dead worker is kept for so long
KEPT = timedelta(minutes=10)


def beat(worker: str, task: UUID | None, now: datetime) -> None:
    """Says that this worker lives. A busy or absent database is asked again at the next beat."""
    try:
        caches["progress"].set(key_of(worker), now.timestamp(), KEPT.total_seconds())
    except Exception:  # noqa: BLE001 - libraries of caches have no common error
        logger.debug("The cache did not take the heartbeat of worker %s.", worker)
    try:
        if not WorkerHeartbeat.objects.filter(pk=worker).update(seen=now, task=task):
            WorkerHeartbeat.objects.create(worker=worker, started=now, seen=now, task=task)
    except DatabaseError:
        logger.debug("The database did not take the heartbeat of worker %s.", worker)


def forget(worker: str) -> None:
    """At the end of a worker."""
    try:
        caches["progress"].delete(key_of(worker))
        WorkerHeartbeat.objects.filter(pk=worker).delete()
    except Exception:
        logger.warning("The heartbeat of worker %s was not removed.", worker, exc_info=True)


def forget_the_dead(now: datetime) -> None:
    old = WorkerHeartbeat.objects.filter(seen__lt=now - KEPT)
    if old.exists():  # to write makes others wait
        old.delete()


def living(now: datetime) -> list[WorkerHeartbeat]:
    """The workers that live, the oldest first."""
    return [
        one
        for one in WorkerHeartbeat.objects.order_by("started", "pk")
        if is_fresh(one.worker, one.seen, now)
    ]


def lives(worker: str, now: datetime) -> bool:
    return is_fresh(
        worker, WorkerHeartbeat.objects.filter(pk=worker).values_list("seen", flat=True).first(), now
    )


def is_fresh(worker: str, seen: datetime | None, now: datetime) -> bool:
    """By its row, or by the cache where the row could not be written."""
    if seen and seen >= now - LOST_AFTER:
        return True
    try:
        said = caches["progress"].get(key_of(worker))
    except Exception:  # noqa: BLE001
        return False
    return said is not None and said >= (now - LOST_AFTER).timestamp()


def key_of(worker: str) -> str:
    return f"worker-{worker}"
