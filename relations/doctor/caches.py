"""The caches: whether they keep what they are given, and for whom."""

import time
from collections.abc import Iterator

from django.conf import settings
from django.core.cache import caches

from .lines import Line, error, first_line, ok, warning

PART = "cache"
OF_ONE_PROCESS = ("locmem", "dummy")


def look_at_caches() -> Iterator[Line]:
    for alias in settings.CACHES:
        if failure := why_silent(alias):
            yield error(
                PART, f"The cache “{alias}” does not answer: {failure}.", "Start it, or correct CACHE_URL."
            )
            return
    yield ok(PART, "Each cache keeps what it is given.")
    if is_of_one_process() and settings.WEB_CONCURRENCY > 1 and not settings.DEBUG:
        yield warning(
            PART,
            f"Each of {settings.WEB_CONCURRENCY} processes has its own, so that limits by address count several times.",
            "Set CACHE_URL=redis://… for all processes.",
        )


def why_silent(alias: str) -> str:
    given = str(time.time_ns())
    try:
        caches[alias].set("doctor-round-trip", given, 60)
        found = caches[alias].get("doctor-round-trip")
        caches[alias].delete("doctor-round-trip")
    except Exception as failure:  # noqa: BLE001 - libraries of caches have no common error
        return first_line(failure)
    is_kept = found == given or "dummy" in settings.CACHES[alias]["BACKEND"]
    return "" if is_kept else "it has lost what it was given"


def is_of_one_process() -> bool:
    return any(name in settings.CACHES["default"]["BACKEND"] for name in OF_ONE_PROCESS)
