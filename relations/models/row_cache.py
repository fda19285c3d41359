"""The stored row: the flat row of a record as JSON, in the order of its columns, without empty cells.

Export, comparison, preview, versions and undo all use this row. Each record stores its own, so that it need not be
collected from six tables each time.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from django.db.models import Manager, Model

from relations.registry import resource_of
from relations.search.index import keep_words
from relations.search.lemmas import words_of

from .data_changes import DataChange
from .foreign_keys import SUBJECT_KEYS, key_to
from .traits import keep_traits

if TYPE_CHECKING:
    from .named import Named
    from .records import Record
    from .sources import Source

#: the flat row of a record as in sheets: cells by the names of their columns
FlatRow = dict[str, str]
RECORDS_AT_ONCE = 500
#: the columns by which other records know a record
NAMES = ("key", "title_ru", "title_en")
encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def packed(cells: Mapping[str, str]) -> str:
    """{column: cell} as one line; empty cells are left out, so that a new column changes no row."""
    return encode({name: cell for name, cell in cells.items() if cell})


def unpacked(text: str) -> FlatRow:
    return json.loads(text) if text else {}


#: what a record derives from its citations, participants and links
DERIVED = {
    "record": (
        "not_before not_before_reason not_after not_after_reason possible_from possible_to certain_from certain_to"
        " in_scope fact_count sourced_count identified_count corroborated_count"
    ).split(),
    "source": ["identified_by", "told_by"],
}


#: {model: keys of records} to be refreshed when the outermost refreshed_once() ends; None outside of one
_postponed: ContextVar[dict[type[Model], dict[int, None]] | None] = ContextVar("postponed", default=None)


@contextmanager
def refreshed_once() -> Iterator[None]:
    """Within it, records are changed by many saves; each is refreshed once, at the end, or not at all after an error.

    Until then their stored rows, dates and search words are those from before.
    """
    if _postponed.get() is not None:
        yield
        return
    postponed: dict[type[Model], dict[int, None]] = {}
    token = _postponed.set(postponed)
    try:
        yield
    finally:
        _postponed.reset(token)
    # First what others rest on, lest these be refreshed twice.
    for model, keys in sorted(postponed.items(), key=lambda item: bool(resource_of(item[0]).citations)):
        refresh(cast("Sequence[Record]", model._base_manager.filter(pk__in=keys).only("pk")))


def refresh(records: "Sequence[Record | Source | Named]", with_dependents: bool = True) -> None:
    """Recomputes what records of one type store about themselves: dates, row, search words, coverage.

    What depends on them is recomputed too: records that cite a source, that show a place, a person or the like, or
    that are dated by another record, and figures that are about a record.
    """
    keys = [record.pk for record in records]
    if (postponed := _postponed.get()) is not None:
        for record in records:
            postponed.setdefault(type(record), {})[record.pk] = None
        return
    for start in range(0, len(keys), RECORDS_AT_ONCE):
        model = type(records[0])
        changed, renamed = refresh_chunk(model, keys[start : start + RECORDS_AT_ONCE])
        if with_dependents:
            refresh_dependents(model, changed, renamed)


def refresh_dependents(
    model: "type[Record] | type[Source] | type[Named]", changed: Sequence[int], renamed: Sequence[int]
) -> None:
    """Recomputes what others take from records that have changed, and from those with another key or title."""
    for dependents in model.dependents_of(changed) if changed else ():
        refresh(dependents)
    if figures := figures_about(model, renamed):
        refresh(figures)


def is_renamed(before: Mapping[str, str], after: Mapping[str, str]) -> bool:
    """Whether other records know a record by something else than before."""
    return any(before.get(name, "") != after.get(name, "") for name in NAMES)


def figures_about(model: type[Model], keys: Sequence[int]) -> "list[Record]":
    """The figures that are about these records, whose key they store and whose titles they are found by."""
    if not keys or key_to(model) not in SUBJECT_KEYS:
        return []
    figures: Any = model._meta.get_field("figures").related_model
    return list(figures.objects.filter(**{f"about_{key_to(model)}__in": keys}).only("pk"))


class Refreshed(NamedTuple):
    """The keys of records whose derived fields have changed, and of those with another key or title than before."""

    changed: list[int]
    renamed: list[int]


def refresh_chunk(model: "type[Record] | type[Source] | type[Named]", keys: Sequence[int]) -> Refreshed:
    resource = resource_of(model)
    if resource.is_reference:
        return refresh_reference(cast("type[Named]", model), keys)
    return refresh_records(cast("type[Record] | type[Source]", model), keys)


def refresh_reference(model: "type[Named]", keys: Sequence[int]) -> Refreshed:
    """Of places, people and the like only row and traits are derived. Those that had no row before are new."""
    resource, changed = resource_of(model), []
    entities = list(model.objects.filter(pk__in=keys).for_row())
    for entity in entities:
        row = packed(resource.cells_of(entity))
        if entity.row not in ("", row):
            changed.append(entity.pk)
        entity.row = row
    model._base_manager.bulk_update(entities, ["row"], batch_size=RECORDS_AT_ONCE)
    keep_traits(resource.slug, entities)
    DataChange.objects.add(model, keys)
    return Refreshed(changed, [])


def refresh_records(model: "type[Record] | type[Source]", keys: Sequence[int]) -> Refreshed:
    resource = resource_of(model)
    records: list[Record | Source] = list(model.objects.filter(pk__in=keys).for_row())
    changed = [record.pk for record in records if record.derive_from_related()]
    if resource.citations:
        cast("type[Record]", model).set_scopes(cast("list[Record]", records))
    renamed = []
    for record in records:
        cells = resource.cells_of(record)
        before = unpacked(record.row)
        if before and is_renamed(before, cells):
            renamed.append(record.pk)
        record.search_text = words_of(record.searchable(*record.related_for_search()))
        record.row = packed(cells)
        if resource.citations:
            owner = cast("Record", record)
            owner.count_facts(cells, owner.works_cited)
    kept = ["search_text", "row", *DERIVED["record" if resource.citations else "source"]]
    manager: Manager[Any] = model._base_manager
    manager.bulk_update(records, kept, batch_size=RECORDS_AT_ONCE)
    DataChange.objects.add(model, keys)
    keep_words(model._meta.db_table, [(record.pk, record.search_text) for record in records])
    if not resource.citations:
        keep_traits(resource.slug, records)
    return Refreshed(changed, renamed)
