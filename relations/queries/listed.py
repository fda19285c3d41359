"""The records of one page of a list, in its order, with what it shows of them in a constant number of queries."""

from collections.abc import Sequence
from typing import Any

from relations.catalog import RecordType
from relations.index.names import Names


def listed(record_type: RecordType, keys: Sequence[int], names: Names) -> list[Any]:
    """Those of the records with these primary keys that there are; their places are those in memory."""
    records: dict[int, Any] = {}
    for record in record_type.model.objects.filter(pk__in=keys).without_places().order_by():
        record.take_places(names.places)
        records[record.pk] = record
    return [records[key] for key in keys if key in records]
