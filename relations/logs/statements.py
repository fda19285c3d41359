"""Statements to the database: counted for each request, and said where they are slow."""

import logging
import re
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

from . import current

log = logging.getLogger(__name__)
#: characters of a slow statement that are said
MOST_TEXT = 500
#: values that are written into a statement instead of beside it
VALUES = re.compile(r"'(?:[^']|'')*'")


def watch(sender: object, connection: BaseDatabaseWrapper, **kwargs: object) -> None:
    """Once for each connection of a thread; first in the list, whose end belongs to who adds and removes."""
    if count not in connection.execute_wrappers:
        connection.execute_wrappers.insert(0, count)


def count(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    """Adds a statement to the current request, whether it succeeds or not."""
    start = time.perf_counter()
    try:
        return execute(sql, params, many, context)
    finally:
        seconds = time.perf_counter() - start
        if entry := current.current():
            entry.statements += 1
            entry.database_seconds += seconds
        if seconds * 1000 >= settings.SLOW_QUERY_MS:
            log.warning("A slow statement.", extra={"ms": round(seconds * 1000), "sql": without_values(sql)})


def without_values(sql: object) -> str:
    """The text of a statement without anything that somebody may have typed."""
    return VALUES.sub("'…'", " ".join(str(sql).split()))[:MOST_TEXT]


def start() -> None:
    connection_created.connect(watch, dispatch_uid="statements of requests are counted")
