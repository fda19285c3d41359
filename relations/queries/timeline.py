"""Timeline of all record types: their lists merged in the index, then one query per type, whatever the length."""

from bisect import bisect_right
from collections.abc import Callable, Mapping
from heapq import merge
from itertools import islice
from typing import NamedTuple

from relations.catalog import BY_SLUG, RecordType
from relations.models.records import Record

from .found import Found
from .listed import listed

#: as the index writes days, 19920530
LAST_DAY = 9999_12_31


class Entry(NamedTuple):
    record_type: RecordType
    record: Record


class Timeline:
    """A sliceable, countable sequence of entries, for Django's Paginator."""

    def __init__(self, found: Mapping[RecordType, Found]) -> None:
        self.found = {one.slug: found[one] for one in sorted(found, key=lambda one: one.slug)}

    def count(self) -> int:
        return sum(map(len, self.found.values()))

    def __len__(self) -> int:
        return self.count()

    def __getitem__(self, wanted: slice) -> list[Entry]:
        entries = self.entries(wanted)
        records: dict[tuple[str, int], Record] = {}
        for slug, found in self.found.items():
            if keys := [pk for of, pk in entries if of == slug]:
                shown = listed(found.index, keys)
                records.update(((slug, record.pk), record) for record in shown)
        return [Entry(BY_SLUG[slug], records[slug, pk]) for slug, pk in entries if (slug, pk) in records]

    def entries(self, wanted: slice) -> list[tuple[str, int]]:
        """(slug of the type, primary key) of one part: by day, last day, type and primary key."""
        start, stop, _step = wanted.indices(self.count())
        begins = self.beginnings(start)
        number = stop - start
        sequences = (
            [(*key[:2], slug, key[2]) for key in one.sort_keys(slice(begins[slug], begins[slug] + number))]
            for slug, one in self.found.items()
        )
        return [(slug, -pk) for _first, _last, slug, pk in islice(merge(*sequences), number)]

    def beginnings(self, start: int) -> dict[str, int]:
        """{slug: number of its records among the first `start` of all}"""
        if not start:
            return dict.fromkeys(self.found, 0)
        first = self.latest(lambda day: self.number_before((-day, -LAST_DAY)), start)
        last = self.latest(lambda day: self.number_before((-first, -day)), start)
        begins = {slug: one.number_before((-first, -last)) for slug, one in self.found.items()}
        rest = start - sum(begins.values())
        for slug, one in self.found.items():  # of the same days, type after type
            same = one.number_before((-first, 1 - last)) - begins[slug]
            begins[slug] += min(rest, same)
            rest -= min(rest, same)
        return begins

    def number_before(self, days: tuple[int, int]) -> int:
        return sum(one.number_before(days) for one in self.found.values())

    @staticmethod
    def latest(number_before: Callable[[int], int], start: int) -> int:
        """The latest day before which (in the order of lists) there are at most `start` records."""
        return (
            LAST_DAY
            - bisect_right(range(LAST_DAY + 1), start, key=lambda at: number_before(LAST_DAY - at))
            + 1
        )
