"""Rows of a long list, a chunk at a time."""

from array import array
from collections.abc import Iterator
from typing import Any, TypeVar

from django.conf import settings
from django.db.models import QuerySet

T = TypeVar("T")


def streamed(rows: QuerySet[Any, T], at_once: int) -> Iterator[T]:
    """In their order, and memory does not grow with their number.

    By a cursor of the database; behind PgBouncer, which keeps none, by their primary keys.
    """
    if not settings.PGBOUNCER or rows.query.is_sliced:
        yield from rows.iterator(chunk_size=at_once)
        return
    keys = array("q", rows.values_list("pk", flat=True).iterator(chunk_size=at_once))
    for start in range(0, len(keys), at_once):
        yield from rows.filter(pk__in=keys[start : start + at_once].tolist())
