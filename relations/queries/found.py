"""Found: the public records of one type that a question finds, in the index; counted and cut without the database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Any

from pyroaring import BitMap

from relations.index.reading import Years
from relations.index.record_index import RecordIndex, SortKey

#: {value of a parameter: number of records}
FacetCounts = Counter[str]


@dataclass(frozen=True)
class Found:
    index: RecordIndex
    records: BitMap

    def __len__(self) -> int:
        return len(self.records)

    def keys(self, part: slice, oldest_first: bool = False) -> list[int]:
        """The primary keys of one part of the list, the newest first unless the oldest are asked for."""
        start, stop, _step = part.indices(len(self))
        return self.index.keys_of(self.records, start, stop, oldest_first)

    def keys_by_title(self, part: slice) -> list[int]:
        """The same in the order of titles as the reader sees them."""
        in_order = (at for at in self.index.by_title if at in self.records)
        start, stop, _step = part.indices(len(self))
        return [self.index.keys[at] for at in islice(in_order, start, stop)]

    def sort_keys(self, part: slice) -> list[SortKey]:
        """Of the records of one part, in the order of lists."""
        start, stop, _step = part.indices(len(self))
        return [self.index.sort_key(at) for at in self.index.cut(self.records, start, stop)]

    def number_before(self, days: tuple[int, int]) -> int:
        """How many of them lists show before a record of these days, given as in a sort key."""
        return self.index.number_shown_before(self.records, days)

    def __and__(self, others: BitMap) -> Found:
        return Found(self.index, self.records & others)

    @property
    def context(self) -> int:
        """How many are only context of the register’s subject."""
        return len(self.records) - self.number(self.index.of("scope", [True]))

    @property
    def undated(self) -> int:
        return self.number(self.index.undated)

    @property
    def told_first(self) -> Found:
        """Those of the register’s subject that have a first day."""
        begun = self.index.of("begins", self.index.values("begins"))
        return self & (self.index.of("scope", [True]) & begun)

    def number(self, others: BitMap) -> int:
        """How many of them are among others."""
        return int(self.records.intersection_cardinality(others))

    def counts(self, kind: str) -> Counter[Any]:
        """{value: how many of them have it}"""
        terms = self.index.terms
        counted = ((value, self.number(terms[kind, value])) for value in self.index.values(kind))
        return Counter({value: number for value, number in counted if number})

    def place_counts(self, kind: str = "place") -> FacetCounts:
        """{code of a place: how many of them name it, something in it or a group it belongs to}"""
        codes = self.index.names.codes.values()
        counted = ((code, self.number(self.index.places(code, kind))) for code in codes)
        return Counter({code: number for code, number in counted if number})

    def by_key(self, kind: str, keys: dict[str, int]) -> FacetCounts:
        """{key: how many of them have the entity with this key}"""
        counts = self.counts(kind)
        return Counter({key: counts[pk] for key, pk in keys.items() if pk in counts})

    @property
    def years_covered(self) -> Years:
        return self.index.years_covered(self.records)


def years_of_all(found: Iterable[Found]) -> Years:
    """The first and the last year of several types, 0 where there is none."""
    years = [one.years_covered for one in found]
    first = min((one.first for one in years if one.first), default=0)
    return Years(first, max((one.last for one in years), default=0))
