"""Stored rows with the editorial state, as versions have them."""

from collections.abc import Sequence

from relations.models.row_cache import RECORDS_AT_ONCE, FlatRow, unpacked
from relations.rows.resource import SheetResource


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
