"""The stored row: the flat row of a record as JSON, in the order of its columns, without empty cells.

Export, comparison, preview, versions and undo all use this row. Each record stores its own, so that it need not be
collected from six tables each time.
"""

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from django.db.models import Manager

from relations.registry import resource_of
from relations.search.index import keep_words
from relations.search.lemmas import words_of

if TYPE_CHECKING:
    from .records import Record
    from .sources import Source

#: the flat row of a record as in sheets: cells by the names of their columns
FlatRow = dict[str, str]
RECORDS_AT_ONCE = 500
encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def packed(cells: Mapping[str, str]) -> str:
    """{column: cell} as one line; empty cells are left out, so that a new column changes no row."""
    return encode({name: cell for name, cell in cells.items() if cell})


def unpacked(text: str) -> FlatRow:
    return json.loads(text) if text else {}


def refresh(records: "Sequence[Record | Source]") -> None:
    """Recomputes what records of one type store about themselves: search words, row, coverage."""
    keys = [record.pk for record in records]
    for start in range(0, len(keys), RECORDS_AT_ONCE):
        refresh_chunk(type(records[0]), keys[start : start + RECORDS_AT_ONCE])


def refresh_chunk(model: "type[Record] | type[Source]", keys: Sequence[int]) -> None:
    resource = resource_of(model)
    records: list[Record | Source] = list(model.objects.filter(pk__in=keys).for_row())
    for record in records:
        cells = resource.cells_of(record)
        record.search_text, record.row = (
            words_of(record.searchable(*record.related_for_search())),
            packed(cells),
        )
        if resource.citations:
            cited = cast("Record", record)
            cited.fact_count, cited.sourced_count = resource.coverage_of(cells)
    kept = ["search_text", "row", *(("fact_count", "sourced_count") if resource.citations else ())]
    manager: Manager[Any] = model._base_manager
    manager.bulk_update(records, kept, batch_size=RECORDS_AT_ONCE)
    keep_words(model._meta.db_table, [(record.pk, record.search_text) for record in records])
