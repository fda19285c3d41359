"""RecordIndex: the public records of one type as bitmaps, each bit a position in the order of lists.

A position never moves. Records that were written after the index was read stand behind the others and are put between
them when a page is cut; `everything` says which positions still hold.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from pyroaring import BitMap

from relations.models import Record
from relations.models.named import reader_language
from relations.search.index import by_index
from relations.values.period import Period
from relations.values.readings import Bounds

from .names import Names
from .reading import ROWS_AT_ONCE, Term, Years, read

#: after more changes than this the whole index is read again
MOST_LATER = 2_000
#: bitmaps of places and words that are remembered, with the orders by title
MOST_MADE = 1_000
NOTHING = BitMap()
NO_DAY = 0
#: what sorts records as lists do: the newest first, those without a day last
SortKey = tuple[int, int, int]


class RecordIndex:
    """Never changes; `with_changes` makes the one that follows."""

    def __init__(self, model: type[Record], names: Names) -> None:
        self.model, self.names = model, names
        found = read(model)
        self.keys, self.first, self.last = found.keys, found.first, found.last
        self.possible_from, self.possible_to = found.possible_from, found.possible_to
        self.position = found.positions
        self.terms: dict[Term, BitMap] = dict(found.terms)
        self.by_kind = by_kind(self.terms)
        #: the number of positions that are in the order of lists
        self.sorted = len(self.keys)
        self.everything = BitMap(range(self.sorted)) if self.sorted else BitMap()
        #: of the sorted ones those that have a first day: they come first
        self.dated = bisect_left(range(self.sorted), True, key=lambda at: not self.first[at])
        self.made: dict[Any, Any] = {}
        #: {primary key: record}, for lists (queries/listed.py)
        self.shown: dict[int, Record] = {}

    def with_changes(self, keys: Collection[int]) -> RecordIndex:
        """The index after these records were written."""
        if len(self.keys) - self.sorted + len(keys) > MOST_LATER:
            return RecordIndex(self.model, self.names)
        found = read(self.model, keys, len(self.keys))
        new = RecordIndex.__new__(RecordIndex)
        new.__dict__.update(self.__dict__)
        for name in ("keys", "first", "last", "possible_from", "possible_to"):
            setattr(new, name, getattr(self, name) + getattr(found, name))
        new.position = self.position.and_later(found.keys, len(self.keys))
        gone = self.position.of(keys)
        new.everything = (self.everything - gone) | BitMap(range(len(self.keys), len(new.keys)))
        new.terms = dict(self.terms)
        for term, positions in found.terms.items():
            new.terms[term] = new.terms.get(term, NOTHING) | positions
        new.by_kind = by_kind(new.terms)
        new.made = {}
        new.shown = {key: record for key, record in list(self.shown.items()) if key not in keys}
        return new

    def with_names(self, names: Names) -> RecordIndex:
        """The same records after something that lists show of them was written: a place, a topic, a unit."""
        new = RecordIndex.__new__(RecordIndex)
        new.__dict__.update(self.__dict__, names=names, made={}, shown={})
        return new

    # What records have: bitmaps within `everything`, and some positions that no longer hold.

    def of(self, kind: str, values: Iterable[Any]) -> BitMap:
        """The records with one of these values."""
        return union(self.terms.get((kind, value), NOTHING) for value in values)

    def values(self, kind: str) -> list[Any]:
        """Every value of a kind that some record has or had."""
        return self.by_kind.get(kind, [])

    def places(self, code: str, kind: str = "place") -> BitMap:
        """The records that name a place, something in it, or a group of which it was a member at that time."""
        found = self.made.get((kind, code))
        if found is None:
            found = self.of(kind, self.names.within.get(code, ()))
            for group, days in self.names.dated.get(code, ()):
                found |= self.held_during(self.of(kind, [group]), days)
            self.made[kind, code] = found
        return found

    def any_place(self, codes: Iterable[str], kind: str = "place") -> BitMap:
        """The records that name one of these places, by whatever of the above."""
        return union(self.places(code, kind) for code in codes)

    def matching(self, words: str) -> BitMap:
        """The records with all these words, in any inflection: the one question that the database answers."""
        found = self.made.get(("words", words))
        if found is None:
            if len(self.made) > MOST_MADE:
                self.made.clear()
            keys = self.model.objects.published().matching(words).order_by().values_list("pk", flat=True)
            with by_index(keys.db):
                found = self.position.of(keys.iterator(chunk_size=ROWS_AT_ONCE))
            self.made["words", words] = found
        return found

    def held_during(self, records: BitMap, days: Bounds) -> BitMap:
        """Those of these records that may be of one of these days."""
        first, last = (int(f"{day:%Y%m%d}") if day else NO_DAY for day in days)
        return BitMap(
            at
            for at in records
            if (not first or not self.possible_to[at] or self.possible_to[at] >= first)
            and (not last or self.possible_from[at] <= last)  # no day is 0, before every other
        )

    def certainly_in(self, question: Period) -> BitMap:
        """Every reading of the date meets a question from year to year."""
        first, last = years_of(question)
        return union(
            self.terms["certain", years]
            for years in self.values("certain")
            if years.first and years.first >= first and (not last or years.last <= last)
        )

    def possibly_in(self, question: Period) -> BitMap:
        """Some reading of the date meets the question, but not every one."""
        first, last = years_of(question)
        met = union(
            self.terms["possible", years]
            for years in self.values("possible")
            if (not last or years.first <= last) and (not years.last or years.last >= first)
        )
        return met - self.certainly_in(question)

    @property
    def undated(self) -> BitMap:
        return self.of("undated", [True])

    @property
    def by_title(self) -> array[int]:
        """All positions in the order of titles as the reader sees them, which the database alone knows."""
        at = "title", reader_language()
        found: array[int] | None = self.made.get(at)
        if found is None:
            keys = self.model.objects.published().by_title().values_list("pk", flat=True)
            self.made[at] = found = self.position.in_order(keys.iterator(chunk_size=ROWS_AT_ONCE))
        return found

    # In the order of lists.

    def keys_of(self, records: BitMap, start: int, stop: int, oldest_first: bool = False) -> list[int]:
        """The primary keys of the records from `start` to before `stop`."""
        if not oldest_first:
            return [self.keys[at] for at in self.cut(records, start, stop)]
        number = len(records)
        dated = self.number_dated(records)
        found = []
        for begin, end in ((0, dated), (dated, number)):  # those without a first day come last here too
            low, high = max(start, begin), min(stop, end)
            if low < high:
                mirrored = self.cut(records, begin + end - high, begin + end - low)
                found += [self.keys[at] for at in reversed(mirrored)]
        return found

    def number_dated(self, records: BitMap) -> int:
        """How many of these have a first day."""
        in_order = records.rank(self.dated - 1) if self.dated else 0
        return in_order + sum(1 for at in self.later(records) if self.first[at])

    def cut(self, records: BitMap, start: int, stop: int) -> list[int]:
        """The positions of the records from `start` to before `stop`: the later ones are put between the sorted."""
        stop = min(stop, len(records))
        places: dict[int, int] = {}
        for number, at in enumerate(sorted(self.later(records), key=self.sort_key)):
            places[self.number_before(records, self.sort_key(at)) + number] = at
        before = sum(1 for place in places if place < start)
        within = sum(1 for place in places if start <= place < stop)
        rest = iter(records[start - before : stop - before - within])
        return [places[place] if place in places else next(rest) for place in range(start, stop)]

    def later(self, records: BitMap) -> Iterator[int]:
        """Those of the records that are not in the order of lists."""
        found = records.iter_equal_or_larger(self.sorted) if len(self.keys) > self.sorted else iter(())
        return iter(found)

    def number_before(self, records: BitMap, key: SortKey) -> int:
        """How many of the sorted records come before this key."""
        at = bisect_left(range(self.sorted), key, key=self.sort_key)
        return records.rank(at - 1) if at else 0

    def number_shown_before(self, records: BitMap, days: tuple[int, int]) -> int:
        """How many of the records come before one of these days in the order of lists."""
        before_all_of_these_days = (*days, -(2**63))
        later = sum(1 for at in self.later(records) if self.sort_key(at)[:2] < days)
        return self.number_before(records, before_all_of_these_days) + later

    def sort_key(self, at: int) -> SortKey:
        return -self.first[at], -self.last[at], -self.keys[at]

    def years_covered(self, records: BitMap) -> Years:
        """The year in which the first of these records begins, and that in which the last of them ends."""
        begun = [year for year in self.values("begins") if records.intersect(self.terms["begins", year])]
        ended = [year for year in self.values("ends") if records.intersect(self.terms["ends", year])]
        return Years(min(begun, default=0), max(ended, default=0))

    def changed_on(self, records: BitMap) -> str:
        """The day on which one of these records was last changed, as 2026-11-29; "" where there is none."""
        days = sorted(self.values("changed"), reverse=True)
        return next((day for day in days if records.intersect(self.terms["changed", day])), "")


def by_kind(terms: Iterable[Term]) -> dict[str, list[Any]]:
    """{kind: its values}"""
    found: dict[str, list[Any]] = {}
    for kind, value in terms:
        found.setdefault(kind, []).append(value)
    return found


def union(found: Iterable[BitMap]) -> BitMap:
    bitmaps = list(found)
    return BitMap.union(*bitmaps) if bitmaps else BitMap()


def years_of(question: Period) -> Years:
    first, last = question.first_day, question.last_day
    return Years(first.year if first else 0, last.year if last else 0)
