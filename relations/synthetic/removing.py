"""Takes all synthetic records away again."""

from collections.abc import Iterator
from typing import Any

from django.db import connection, transaction

from relations.catalog import RECORD_TYPES
from relations.models import Indicator, Record, Source
from relations.models.traits import Trait
from relations.registry import resource_of

from .numbers import PREFIX

AT_ONCE = 1000


def are_there() -> bool:
    """Whether the register has synthetic records or sources."""
    models = (*(one.model for one in RECORD_TYPES), Source)
    return any(model.objects.filter(key__startswith=PREFIX).exists() for model in models)


def remove() -> int:
    """Deletes synthetic records, then their sources and indicators; returns how many records there were.

    Each chunk is a transaction, so that an interrupted removal can be continued.
    """
    removed = sum(delete_all(one.model) for one in RECORD_TYPES)
    for model in (Source, Indicator):
        delete_all(model)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return removed


def delete_all(model: Any) -> int:
    removed = 0
    for keys in chunks(model):
        with transaction.atomic():
            model.objects.filter(pk__in=keys).delete()
            forget(model, keys)
        removed += len(keys)
    return removed


def chunks(model: Any) -> Iterator[list[int]]:
    records = model.objects.filter(key__startswith=PREFIX).order_by("pk").values_list("pk", flat=True)
    while keys := list(records[:AT_ONCE]):
        yield keys


def forget(model: Any, keys: list[int]) -> None:
    """What a deletion leaves, since what was deleted may be restored: traits, and the words of SQLite."""
    Trait.objects.filter(type=resource_of(model).slug, object_id__in=keys).delete()
    if connection.vendor == "sqlite" and issubclass(model, (Record, Source)):
        marks = ", ".join(["%s"] * len(keys))
        with connection.cursor() as cursor:
            cursor.execute(f'DELETE FROM "{model._meta.db_table}_words" WHERE rowid IN ({marks})', keys)
