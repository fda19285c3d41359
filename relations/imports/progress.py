"""How far an import has come: kept beside the database, which shows nothing of a transaction before its end."""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass

from django.core.cache import caches
from django.core.cache.backends.base import BaseCache

from relations.models import ImportBatch

#: without a sign of life for so long, a worker counts as dead
DEAD_AFTER = 30
KEPT_FOR = 24 * 3600


class Cancelled(Exception):
    """Somebody has cancelled the import while it was under way."""


@dataclass
class Progress:
    """`done` of about `total` rows in a step that began at `began` (seconds of the clock); `at` is the sign of life."""

    done: int = 0
    total: int = 0
    began: float = 0
    at: float = 0

    @property
    def seconds_left(self) -> int | None:
        """None while it cannot be told."""
        if not self.done or self.total <= self.done:
            return None
        return round((self.total - self.done) * (self.at - self.began) / self.done)

    @property
    def is_alive(self) -> bool:
        return time.time() - self.at < DEAD_AFTER


def cache() -> BaseCache:
    return caches["progress"]


def begin(batch: ImportBatch, total: int) -> Callable[[int], None]:
    """A callable to be told the number of rows done; raises Cancelled once somebody has asked for it."""
    progress = Progress(total=total, began=time.time())

    def tell(done: int) -> None:
        if cache().get(f"cancel-{batch.pk}"):
            raise Cancelled
        progress.done, progress.at = done, time.time()
        progress.total = max(progress.total, done)
        cache().set(f"import-{batch.pk}", asdict(progress), KEPT_FOR)

    tell(0)
    return tell


def of(batch: ImportBatch) -> Progress:
    return Progress(**(cache().get(f"import-{batch.pk}") or {}))


def cancel(batch: ImportBatch) -> None:
    cache().set(f"cancel-{batch.pk}", True, KEPT_FOR)


def forget(batch: ImportBatch) -> None:
    cache().delete_many([f"import-{batch.pk}", f"cancel-{batch.pk}"])
