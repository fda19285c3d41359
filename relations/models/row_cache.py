"""The stored row: the flat row of a record as JSON, in the order of its columns, without empty cells.

Export, comparison, preview, versions and undo all use this row. Each record stores its own, so that it need not be
collected from six tables each time.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from django.db.models import Manager, Model, QuerySet

from relations.registry import resource_of
from relations.search.index import keep_words
from relations.search.lemmas import words_of

from .data_changes import DataChange
from .foreign_keys import SUBJECT_KEYS, key_to
from .resting import keys_of
from .stale_records import MOST_AT_ONCE, StaleRecords
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
    for cites in (False, True):
        among = (model for model in postponed if bool(resource_of(model).citations) is cites)
        refresh_keys({model: list(postponed[model]) for model in among}, only_changed=True)


def refresh(records: "Sequence[Record | Source | Named]", with_dependents: bool = True) -> None:
    """Recomputes what records of one type store about themselves: dates, row, search words, coverage.

    What depends on them is recomputed too: records that cite a source, that show a place, a person or the like, or
    that are dated by another record, and figures that are about a record.
    """
    if records:
        refresh_keys({type(records[0]): [record.pk for record in records]}, with_dependents)


def refresh_keys(
    keys: Mapping[type[Model], Sequence[int]], with_dependents: bool = True, only_changed: bool = False
) -> None:
    """The same for {model: primary keys} of several types; those that have not changed may stay unwritten."""
    if (postponed := _postponed.get()) is not None:
        for model, pks in keys.items():
            postponed.setdefault(model, {}).update(dict.fromkeys(pks))
        return
    refreshed: defaultdict[type[Model], list[int]] = defaultdict(list)
    for model, pks in refresh_each(keys, with_dependents, only_changed):
        refreshed[model] += pks
    DataChange.objects.add(refreshed)


def refresh_each(
    keys: Mapping[type[Model], Sequence[int]], with_dependents: bool, only_changed: bool
) -> Iterator[tuple[type[Model], Sequence[int]]]:
    """Refreshes them and then their dependents, a chunk at a time; yields the primary keys of each type."""
    most = max(map(len, keys.values()), default=0)
    for start in range(0, most, RECORDS_AT_ONCE):
        chunk = {model: pks[start : start + RECORDS_AT_ONCE] for model, pks in keys.items()}
        found = refresh_chunk({model: pks for model, pks in chunk.items() if pks}, only_changed)
        yield from chunk.items()
        if with_dependents and not are_left(dependents := keys_of_dependents(found)):
            yield from refresh_each(dependents, with_dependents, only_changed=True)


def refresh_dependents(found: "Mapping[type[Model], Refreshed]") -> None:
    """Recomputes what others take from records that have changed, and from those with another key or title."""
    if not are_left(dependents := keys_of_dependents(found)):
        refresh_keys(dependents, only_changed=True)


def are_left(dependents: Mapping[type[Model], Sequence[int]]) -> bool:
    """Whether dependents are so many that they have been left to a worker."""
    is_much = sum(map(len, dependents.values())) > MOST_AT_ONCE
    if is_much:
        StaleRecords.objects.leave(dependents)
    return is_much


def keys_of_dependents(found: "Mapping[type[Model], Refreshed]") -> Mapping[type[Model], Sequence[int]]:
    dependents = [one for model, refreshed in found.items() for one in dependents_of(model, refreshed)]
    return keys_of(dependents) if dependents else {}


def dependents_of(model: Any, refreshed: "Refreshed") -> Iterator[QuerySet[Any]]:
    """Those that must be recomputed after records of one type, one query set or more a type."""
    if refreshed.changed:
        yield from model.dependents_of(refreshed.changed)
    if refreshed.renamed and key_to(model) in SUBJECT_KEYS:
        figures: Any = model._meta.get_field("figures").related_model
        yield figures._base_manager.filter(**{f"about_{key_to(model)}__in": refreshed.renamed})


def is_renamed(before: Mapping[str, str], after: Mapping[str, str]) -> bool:
    """Whether other records know a record by something else than before."""
    return any(before.get(name, "") != after.get(name, "") for name in NAMES)


class Refreshed(NamedTuple):
    """The keys of records whose derived fields have changed, and of those with another key or title than before."""

    changed: list[int]
    renamed: list[int]


def refresh_chunk(
    keys: Mapping[type[Model], Sequence[int]], only_changed: bool
) -> dict[type[Model], Refreshed]:
    """Refreshes records of several types, whose related rows are fetched together."""
    found: dict[type[Model], Refreshed] = {}
    fetched: dict[type[Model], list[Any]] = {}
    for model, pks in keys.items():
        if resource_of(model).is_reference:
            found[model] = refresh_reference(cast("type[Named]", model), pks)
        else:
            records: Any = cast("type[Record]", model).objects.filter(pk__in=pks).for_row()
            fetched[model] = list(records.prefetch_related(None).order_by())
    citing = [model for model in fetched if resource_of(model).citations]
    if citing:
        cast("type[Record]", citing[0]).fetch_related([one for model in citing for one in fetched[model]])
    for model, records in fetched.items():
        found[model] = refresh_records(cast("type[Record] | type[Source]", model), records, only_changed)
    return found


def refresh_reference(model: "type[Named]", keys: Sequence[int]) -> Refreshed:
    """Of places, people and the like only row and traits are derived. Those that had no row before are new."""
    resource, changed = resource_of(model), []
    entities = list(model.objects.filter(pk__in=keys).for_row().order_by())
    for entity in entities:
        row = packed(resource.cells_of(entity))
        if entity.row not in ("", row):
            changed.append(entity.pk)
        entity.row = row
    model._base_manager.bulk_update(entities, ["row"], batch_size=RECORDS_AT_ONCE)
    keep_traits(resource.slug, entities)
    return Refreshed(changed, [])


def refresh_records(
    model: "type[Record] | type[Source]", records: "Sequence[Record | Source]", only_changed: bool
) -> Refreshed:
    resource = resource_of(model)
    kept = ["search_text", "row", *DERIVED["record" if resource.citations else "source"]]
    stored = [[getattr(record, name) for name in kept] for record in records]
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
    written = [
        (record, record.search_text != before[0])
        for record, before in zip(records, stored, strict=True)
        if not only_changed or before != [getattr(record, name) for name in kept]
    ]
    manager: Manager[Any] = model._base_manager
    manager.bulk_update([record for record, _words in written], kept, batch_size=RECORDS_AT_ONCE)
    words = [(one.pk, one.search_text) for one, has_new in written if has_new or not only_changed]
    keep_words(model._meta.db_table, words)
    if not resource.citations:
        keep_traits(resource.slug, records)
    return Refreshed(changed, renamed)
