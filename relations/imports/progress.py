"""Progress of a running import, kept in the cache, because its transaction is invisible until it ends."""

import time
from dataclasses import asdict, dataclass

from django.core.cache import caches
from django.core.cache.backends.base import BaseCache

from relations.models import ImportBatch

#: seconds without progress after which a worker counts as dead
DEAD_AFTER = 30
PROGRESS_SECONDS = 24 * 3600


class Cancelled(Exception):
    """A user has cancelled the running import."""


@dataclass
class Progress:
    """`done` of about `total` rows in a step that began at `began` (Unix time); `at` is the last update."""

    done: int = 0
    total: int = 0
    began: float = 0
    at: float = 0

    @property
    def seconds_left(self) -> int | None:
        """None while there is no estimate."""
        if not self.done or self.total <= self.done:
            return None
        return round((self.total - self.done) * (self.at - self.began) / self.done)

    @property
    def is_alive(self) -> bool:
        return time.time() - self.at < DEAD_AFTER


def cache() -> BaseCache:
    return caches["progress"]


class ProgressReport:
    """Sets how many of about `total` rows are done. Raises Cancelled if a user has requested it."""

    def __init__(self, batch: ImportBatch, total: int) -> None:
        self.batch = batch
        self.progress = Progress(total=total, began=time.time())
        self.show(0)

    def show(self, done: int) -> None:
        if cache().get(f"cancel-{self.batch.pk}"):
            raise Cancelled
        progress = self.progress
        progress.done, progress.at = done, time.time()
        progress.total = max(progress.total, done)
        cache().set(f"import-{self.batch.pk}", asdict(progress), PROGRESS_SECONDS)


def of(batch: ImportBatch) -> Progress:
    return Progress(**(cache().get(f"import-{batch.pk}") or {}))


def cancel(batch: ImportBatch) -> None:
    cache().set(f"cancel-{batch.pk}", True, PROGRESS_SECONDS)


def forget(batch: ImportBatch) -> None:
    cache().delete_many([f"import-{batch.pk}", f"cancel-{batch.pk}"])
