"""What records keep about themselves, against the tables from which it follows; and uploads that nobody waits for."""

from collections.abc import Iterator
from datetime import timedelta
from random import sample
from typing import Any

from django.db.models import Max, Min, Q
from django.utils import timezone

from relations.catalog import ROWS
from relations.models import ImportBatch, KeptFile, StaleRecords
from relations.models.row_cache import packed
from relations.rows.resource import SheetResource

from .lines import Line, error, ok, warning

#: of each type
SAMPLED, NEWEST = 40, 10
AT_ONCE = 500
MOST_NAMED = 5
#: an upload is deleted by the next one after a day
UPLOADS_KEPT = timedelta(days=2)


def look_at_rows(is_full: bool) -> Iterator[Line]:
    part, seen, wrong = "kept rows", 0, []
    for slug, resource in ROWS.items():
        for keys in chunks(keys_of(resource, is_full)):
            for record in for_row(resource, keys):
                seen += 1
                if packed(resource.cells_of(record)) != record.row:
                    wrong.append(f"{slug} {record.pk}")
    if not wrong:
        yield ok(part, f"{seen} of them are as the tables say.")
        return
    named = ", ".join(wrong[:MOST_NAMED])
    text = f"{len(wrong)} of {seen} rows differ from what the tables say: {named}."
    if waiting := StaleRecords.objects.number():
        yield warning(part, f"{text} {waiting} records wait to be brought up to date.", "manage.py worker")
    else:
        yield error(part, text, "manage.py refresh_records")


def for_row(resource: type[SheetResource], keys: list[int]) -> Any:
    return resource.model.objects.filter(pk__in=keys).for_row()


def keys_of(resource: type[SheetResource], is_full: bool) -> list[int]:
    """All keys, or some by chance and the newest."""
    records: Any = resource.model.objects.order_by("-pk").values_list("pk", flat=True)
    if is_full:
        return list(records)
    ends = resource.model.objects.aggregate(first=Min("pk"), last=Max("pk"))
    if ends["first"] is None:
        return []
    numbers = range(ends["first"], ends["last"] + 1)
    chosen = sample(numbers, min(SAMPLED, len(numbers)))
    return list({*records[:NEWEST], *records.filter(pk__in=chosen)})


def chunks(keys: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(keys), AT_ONCE):
        yield keys[start : start + AT_ONCE]


def look_at_uploads() -> Iterator[Line]:
    part, old = "uploads", Q(kept_at__lt=timezone.now() - UPLOADS_KEPT)
    done = Q(batch__status__in=(ImportBatch.Status.STORED, ImportBatch.Status.CANCELLED))
    if number := KeptFile.objects.filter(old | done).count():
        text = f"{number} uploaded files are kept, though nobody waits for their rows."
        yield warning(part, text, "The next upload deletes those that are older than a day.")
    else:
        yield ok(part, "No uploaded file is kept longer than it is needed.")
