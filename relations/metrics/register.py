"""What the register itself has to say: records, imports, tasks, backups. It is asked when the page is read, and what
is dear at most once a minute.
"""

import logging
import time
from collections.abc import Callable, Iterator
from threading import Lock
from typing import Any, TypeAlias

from django.core.cache import caches
from django.db import DatabaseError
from django.db.models import Count, Max, Sum
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric

from relations.catalog import RECORD_TYPES
from relations.models import ImportBatch, LinkCheck
from relations.operation import last_backup, program_version, queue

log = logging.getLogger(__name__)
SECONDS_KEPT = 60
#: {name: [(values of the labels, figure)]}
Figures: TypeAlias = dict[str, list[tuple[list[str], float]]]
#: {name: (what it is, labels)} of what is dear to count
DEAR = {
    "relations_records": ("Records by type and state.", ("type", "state")),
    "relations_imports": ("Imports by status.", ("status",)),
    "relations_import_rows": ("Rows of stored imports by what became of them.", ("outcome",)),
    "relations_last_link_check_timestamp_seconds": ("When the link of a source was last checked.", ()),
}


class RegisterCollector:
    """Never fails: what is away is said by its own figure, and left out."""

    def collect(self) -> Iterator[Metric]:
        yield gauge("relations_info", "The version of the program.", ("version",), [([program_version()], 1)])
        yield plain("relations_cache_up", "Whether the cache keeps what it is given.", float(cache_answers()))
        yield from backup_figures()
        yield from database_figures()


def gauge(
    name: str, text: str, labels: tuple[str, ...], figures: list[tuple[list[str], float]]
) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, text, labels=labels)
    for values, figure in figures:
        family.add_metric(values, figure)
    return family


def plain(name: str, text: str, figure: float) -> GaugeMetricFamily:
    return gauge(name, text, (), [([], figure)])


def cache_answers() -> bool:
    given = str(time.time_ns())
    try:
        caches["default"].set("metrics-round-trip", given, 60)
        return bool(caches["default"].get("metrics-round-trip") == given)
    except Exception:  # noqa: BLE001 - libraries of caches have no common error
        return False


def backup_figures() -> Iterator[Metric]:
    try:
        backup = last_backup()
    except (OSError, ValueError):
        backup = None
    if backup:
        text = "When the last backup was made."
        yield plain("relations_last_backup_timestamp_seconds", text, backup.at.timestamp())
    verified = float(bool(backup and backup.is_verified))
    yield plain("relations_last_backup_verified", "Whether the last backup has been read again.", verified)


def database_figures() -> Iterator[Metric]:
    try:
        found, figures = queue(), kept(dear_figures)
    except DatabaseError:
        log.warning("The figures of the register cannot be read.", exc_info=True)
        yield plain("relations_database_up", "Whether the database answers.", 0)
        return
    yield plain("relations_database_up", "Whether the database answers.", 1)
    yield plain("relations_tasks_waiting", "Tasks that wait for a worker.", found.waiting)
    yield plain("relations_tasks_running", "Tasks that are being done.", found.running)
    yield plain("relations_workers", "Workers that have been seen within half a minute.", found.workers)
    text = "Seconds that the oldest waiting task has waited."
    yield plain("relations_oldest_waiting_task_seconds", text, found.oldest)
    for name, (text, labels) in DEAR.items():
        yield gauge(name, text, labels, figures.get(name, []))


class Kept:
    """The figures of this process where the shared cache is away."""

    lock = Lock()
    until = 0.0
    figures: Figures = {}


def kept(make: Callable[[], Figures]) -> Figures:
    """The same for a minute, for all processes that share a cache."""
    with Kept.lock:
        if Kept.until > time.monotonic():
            return Kept.figures
        Kept.figures = from_cache("metrics-figures") or make()
        Kept.until = time.monotonic() + SECONDS_KEPT
        to_cache("metrics-figures", Kept.figures)
        return Kept.figures


def from_cache(key: str) -> Any:
    try:
        return caches["progress"].get(key)
    except Exception:  # noqa: BLE001
        return None


def to_cache(key: str, figures: Figures) -> None:
    try:
        caches["progress"].add(key, figures, SECONDS_KEPT)
    except Exception:  # noqa: BLE001
        log.debug("The figures are kept by this process alone.")


def dear_figures() -> Figures:
    return {
        "relations_records": list(records()),
        "relations_imports": [
            ([status], number) for status, number in numbers(ImportBatch.objects.all(), "status")
        ],
        "relations_import_rows": list(import_rows()),
        "relations_last_link_check_timestamp_seconds": list(last_link_check()),
    }


def numbers(records: Any, field: str) -> list[tuple[str, int]]:
    return list(records.order_by().values_list(field).annotate(Count("pk")))


def records() -> Iterator[tuple[list[str], float]]:
    for one in RECORD_TYPES:
        for state, number in numbers(one.model.objects.all(), "state"):
            yield [one.slug, state], number


def import_rows() -> Iterator[tuple[list[str], float]]:
    stored = ImportBatch.objects.filter(status=ImportBatch.Status.STORED)
    outcomes = ("created", "updated", "unchanged")
    sums = stored.aggregate(**{f"sum_{name}": Sum(name) for name in outcomes})
    for name in outcomes:
        yield [name], sums[f"sum_{name}"] or 0


def last_link_check() -> Iterator[tuple[list[str], float]]:
    if newest := LinkCheck.objects.aggregate(newest=Max("checked_at"))["newest"]:
        yield [], newest.timestamp()
