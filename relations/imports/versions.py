"""Writes versions: the flat row of a record before and after each change."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils import timezone

from relations.models import ImportBatch, Version
from relations.models.bulk import insert
from relations.models.row_cache import RECORDS_AT_ONCE, FlatRow, unpacked
from relations.rows.resource import SheetResource

#: primary key, key, row before or None, row after or None; rows as the database keeps them
RowVersion = tuple[int | None, str, str | None, str | None]


def rows_of(resource: type[SheetResource], keys: Sequence[int]) -> dict[int, FlatRow]:
    """{primary key: flat row with the editorial state} as the database has it now."""
    fields = ["pk", "row"] + (["state"] if resource.citations else [])
    found = {}
    for start in range(0, len(keys), RECORDS_AT_ONCE):
        records = resource.model.objects.filter(pk__in=keys[start : start + RECORDS_AT_ONCE]).values(*fields)
        for record in records:
            state = {"state": record["state"]} if "state" in record else {}
            found[record["pk"]] = unpacked(record["row"]) | state
    return found


def remember(
    slug: str,
    changes: Iterable[RowVersion],
    user: Any = None,
    reason: str = "",
    batch: ImportBatch | None = None,
) -> None:
    """Writes the versions of one type."""
    now, names = (
        timezone.now(),
        ("type", "object_id", "key", "before", "after", "at", "reason", "user", "batch"),
    )
    about = (now, reason, user and user.pk, batch and batch.pk)
    insert(Version, names, ((slug, *change, *about) for change in changes))
