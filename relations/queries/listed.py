"""The records of one page of a list, in its order, with what it shows of them in a constant number of queries."""

from collections.abc import Sequence
from typing import Any

from relations.index.record_index import RecordIndex

#: records that are remembered of each type, with the entries made of them: some 10 KB each
MOST_SHOWN = 300


def listed(index: RecordIndex, keys: Sequence[int]) -> list[Any]:
    """Those of the records with these primary keys that there are; their places are those in memory.

    Records are remembered until they are written: what is returned are copies, which a page may add to.
    """
    shown = index.shown
    found: dict[int, Any] = {key: shown[key] for key in keys if key in shown}
    if missing := [key for key in keys if key not in found]:
        if len(shown) + len(missing) > MOST_SHOWN:
            shown = index.shown = {}  # rather than emptied, since other threads read it
        for record in index.model.objects.filter(pk__in=missing).without_places().order_by():
            record.take_places(index.names.places)
            record.kept_entries = {}
            found[record.pk] = shown[record.pk] = record
    return [alike(found[key]) for key in keys if key in found]


def alike(record: Any) -> Any:
    """Another object with the same values; copy() takes ten times as long."""
    new = record.__class__.__new__(record.__class__)
    new.__dict__.update(record.__dict__)
    return new
