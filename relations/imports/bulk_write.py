"""Writes row changes in bulk: records, related columns and citations of many rows at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter
from types import MappingProxyType

from django.utils import timezone

from relations.models import DataChange, FormerKey
from relations.models.bulk import insert, reserve, update
from relations.models.records import NOT_SAVED
from relations.models.row_cache import Refreshed, is_renamed, refresh, refresh_dependents
from relations.models.traits import keep_traits, traits_of
from relations.rows.lookups import Lookups
from relations.rows.related_columns import Participants, RelatedColumn, store_participants
from relations.rows.resource import SheetResource
from relations.rows.row_change import RowChange
from relations.search.index import keep_words
from relations.search.lemmas import words_of
from relations.text.cell_syntax import split

#: fields that an import never writes to an existing record
UNTOUCHED = frozenset({"id", "key", "code", "state", "created_at", "published_at"})
#: fields that a rehearsal does not write to it either
DERIVED = NOT_SAVED - {"source_count"} | {"identified_by", "told_by"}


class BulkWriter:
    """Writes changes of one type. A rehearsal writes only what database constraints apply to."""

    def __init__(
        self,
        resource: type[SheetResource],
        lookups: Lookups,
        related_columns: Sequence[RelatedColumn],
        is_rehearsal: bool,
        with_dependents: bool = True,
        before_insert: Callable[[Sequence[RowChange]], None] | None = None,
        numbers: Mapping[str, int] = MappingProxyType({}),
    ) -> None:
        """`before_insert` gets the new records once their fields are derived and the sources of the sheet are there.

        `numbers` are the primary keys of new rows by key, where these are given.
        """
        self.numbers = numbers
        self.resource, self.model, self.lookups = resource, resource.model, lookups
        self.related_columns, self.is_rehearsal = related_columns, is_rehearsal
        self.with_dependents, self.before_insert = with_dependents, before_insert
        #: new rows of a rehearsal so far
        self.rehearsed = 0
        #: changes of columns that are written after all rows
        self.postponed: defaultdict[RelatedColumn, list[RowChange]] = defaultdict(list)

    def write(
        self, new: Sequence[RowChange], changed: Sequence[RowChange], proposed: Sequence[RowChange] = ()
    ) -> None:
        """Of `proposed` rows only the sources that they describe, to which a proposed row refers by key."""
        self.create_sources(changed if self.is_rehearsal else [*new, *changed, *proposed])
        self.write_rows(new, changed)

    def write_rows(self, new: Sequence[RowChange], changed: Sequence[RowChange]) -> None:
        self.derive_fields(new, changed)
        if self.before_insert and new:
            self.before_insert(new)
        self.insert_records(new)
        self.update_records(changed)
        self.write_related([] if self.is_rehearsal else new, changed)
        if not self.is_rehearsal:
            if not self.resource.is_reference:
                words = [(change.record.pk, change.record.search_text) for change in (*new, *changed)]
                keep_words(self.model._meta.db_table, words)
            if not self.resource.citations:
                keep_traits(
                    self.resource.slug, [one.record for one in (*new, *changed) if has_other_traits(one)]
                )
            DataChange.objects.add({self.model: [change.record.pk for change in (*new, *changed)]})
            self.pass_on(changed)

    def create_sources(self, changes: Sequence[RowChange]) -> None:
        slots = (slot for change in changes for slot in change.slots or ())
        cited = {key for slot in slots for key in (slot.source, slot.quoted_in)}
        sources = self.lookups.described_sources.create(cited)
        if sources and not self.is_rehearsal:
            refresh(sources)

    def derive_fields(self, new: Sequence[RowChange], changed: Sequence[RowChange]) -> None:
        """Sets what follows from the rest of a record."""
        now = timezone.now()
        for change in (*new, *changed):
            if not self.resource.citations:  # the differ has derived what follows from the row of a record
                change.record.derive()
            change.record.updated_at = now
        for change, key in zip(new, self.primary_keys(new), strict=True):
            change.pk = change.record.pk = key
            change.record.created_at, change.record._state.adding = now, False
        for change in (*new, *changed):
            change.record.source_count = len(set(filter(None, split(change.after.get("source", "")))))
            if change.is_new or not self.is_rehearsal:
                self.derive_row(change)
        self.lookups.learn(self.resource.slug, {change.key: change.record.pk for change in new})
        if self.resource.is_reference:
            self.lookups.meet_entities(self.resource.slug, [change.record for change in new])

    def primary_keys(self, new: Sequence[RowChange]) -> list[int]:
        """The given or the next ones; a rehearsal takes back its rows, but those below may refer to them by these."""
        if self.numbers:
            return [self.numbers[change.key] for change in new]
        if not (self.is_rehearsal and self.resource.is_reference):
            return reserve(self.model, len(new))
        self.rehearsed, before = self.rehearsed + len(new), self.rehearsed
        return reserve(self.model, self.rehearsed)[before:]

    def derive_row(self, change: RowChange) -> None:
        """What a record stores of its row: the same as refresh() would gather from all tables."""
        record, resource = change.record, self.resource
        record.row = change.packed_after
        if resource.citations:
            record.count_facts(change.after, self.lookups.works)
        if not self.is_rehearsal and not resource.is_reference:
            record.search_text = words_of(record.searchable(*resource.related_for_search(change)))

    def pass_on(self, changed: Sequence[RowChange]) -> None:
        """Derives again what follows from links, and what others take from changed records."""
        if dated_by_others := [change.record for change in changed if change.record.is_dated_by_records]:
            refresh(dated_by_others, self.with_dependents)
        if self.with_dependents:
            passed_on = [one.record.pk for one in changed if one.record.passed_on != one.stored.passed_on]
            renamed = [one.record.pk for one in changed if is_renamed(one.before, one.after)]
            refresh_dependents({self.model: Refreshed(passed_on, renamed)})

    def insert_records(self, new: Sequence[RowChange]) -> None:
        fields = self.model._meta.concrete_fields
        values = attrgetter(*(field.attname for field in fields))
        insert(self.model, [field.name for field in fields], [values(change.record) for change in new])
        FormerKey.objects.forget(self.model, [change.key for change in new])

    def update_records(self, changed: Sequence[RowChange]) -> None:
        untouched = UNTOUCHED | DERIVED if self.is_rehearsal else UNTOUCHED
        fields = [field for field in self.model._meta.concrete_fields if field.name not in untouched]
        values = attrgetter(*(field.attname for field in fields))
        rows = ((*values(change.record), change.pk) for change in changed)
        update(self.model, [field.name for field in fields], rows)

    def write_related(self, new: Sequence[RowChange], changed: Sequence[RowChange]) -> None:
        participants = [one for one in self.related_columns if isinstance(one, Participants)]
        if participants and (new or changed):
            store_participants(participants, new, changed)
        for column in self.related_columns:
            if isinstance(column, Participants):
                continue
            if column.is_written_last:
                self.postponed[column] += [change for change in new if change.related[column]] + [*changed]
            elif new or changed:
                column.store(new, changed)
        if self.resource.citations:
            cited = [[one for one in changes if one.slots is not None] for changes in (new, changed)]
            self.resource.citations.store(*cited)


def has_other_traits(change: RowChange) -> bool:
    return change.is_new or traits_of(change.record) != traits_of(change.stored)
