"""Reads from the database what the index holds of the public records of a type: a statement a table, no record."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import CharField, QuerySet
from django.db.models.functions import Cast
from pyroaring import BitMap

from relations.catalog import BY_MODEL
from relations.filters.parameters import AreaFilter, ColumnFilter, IndicatorsFilter
from relations.models import Citation, Record
from relations.models.foreign_keys import key_to

#: something that records have in common: a kind of value, and the value
Term = tuple[str, Any]
#: a day as 19920530, so that days compare as numbers; 0 where there is none
Day = int

#: rows that the database sends at once
ROWS_AT_ONCE = 5_000
DAYS = ("first_day", "last_day", "possible_from", "possible_to", "certain_from", "certain_to")
NUMBERS = ("fact_count", "sourced_count", "identified_count", "corroborated_count")
#: what the kinds of sourcing say of these numbers, as COVERAGE says it to the database
SOURCED: dict[str, Callable[[int, int, int | None, int], bool]] = {
    "all": lambda facts, sourced, identified, corroborated: sourced == facts,
    "some": lambda facts, sourced, identified, corroborated: sourced < facts,
    "identified": lambda facts, sourced, identified, corroborated: identified == facts,
    "corroborated": lambda facts, sourced, identified, corroborated: corroborated > 0,
}


class Years(NamedTuple):
    """The years of two days; 0 where there is none."""

    first: int
    last: int


class Positions:
    """The position of each record by its primary key, in an array: a dictionary of a million takes 100 MiB."""

    def __init__(self, keys: array[int], start: int = 0) -> None:
        self.at = array("i")
        self.add(keys, start)

    def add(self, keys: array[int], start: int) -> None:
        missing = max(keys, default=0) + 1 - len(self.at)
        if missing > 0:
            self.at.extend(array("i", [-1]) * missing)
        for at, key in enumerate(keys, start):
            self.at[key] = at

    def and_later(self, keys: array[int], start: int) -> Positions:
        """A copy with more records."""
        new = Positions.__new__(Positions)
        new.at = self.at[:]
        new.add(keys, start)
        return new

    def of(self, keys: Iterable[int]) -> BitMap:
        """Of those of these records that it knows."""
        return BitMap(self.known(keys))

    def in_order(self, keys: Iterable[int]) -> array[int]:
        """The same in the order of the keys."""
        return array("i", self.known(keys))

    def known(self, keys: Iterable[int]) -> Iterator[int]:
        known, size = self.at, len(self.at)
        return (known[key] for key in keys if key < size and known[key] >= 0)


class Reading:
    """What was read: keys and days of the records in the order of lists, and their positions by term.

    The first record has the position `start`.
    """

    def __init__(self, start: int) -> None:
        self.start = start
        self.keys = array("q")
        self.first, self.last, self.possible_from, self.possible_to = (array("i") for _ in range(4))
        self.terms: defaultdict[Term, BitMap] = defaultdict(BitMap)
        #: positions by term that are not in `terms` yet; together they took 70 MiB for a million records
        self.unpacked: defaultdict[Term, array[int]] = defaultdict(lambda: array("I"))

    def add(self, key: int, days: Iterable[Day], terms: Iterable[Term]) -> None:
        position = self.start + len(self.keys)
        self.keys.append(key)
        for column, day in zip(
            (self.first, self.last, self.possible_from, self.possible_to), days, strict=True
        ):
            column.append(day)
        for term in terms:
            self.unpacked[term].append(position)
        if len(self.keys) % ROWS_AT_ONCE == 0:
            self.pack()

    def pack(self) -> None:
        for term, positions in self.unpacked.items():
            self.terms[term] |= BitMap(positions)
        self.unpacked.clear()

    @cached_property
    def positions(self) -> Positions:
        """Of the records, once all have been read."""
        return Positions(self.keys, self.start)

    def add_related(self, kind: str, rows: Iterable[tuple[int, Any]]) -> None:
        """`rows` are (key of a record, value), each once; drafts may be among them."""
        at, size = self.positions.at, len(self.positions.at)
        for number, (key, value) in enumerate(rows, 1):
            if key < size and at[key] >= 0:
                self.unpacked[kind, value].append(at[key])
            if number % ROWS_AT_ONCE == 0:
                self.pack()
        self.pack()


def read(model: type[Record], keys: Collection[int] | None = None, start: int = 0) -> Reading:
    """The public records of a type, or those of them with these keys."""
    found, records = Reading(start), model.objects.published()
    if keys is not None:
        records = records.filter(pk__in=keys)
    columns = columns_of(model)
    # Text is quicker than the dates that Django would make of it.
    texts = {f"{name}_text": Cast(name, CharField()) for name in (*DAYS, "updated_at")}
    rows = records.annotate(**texts).values_list("pk", "in_scope", *texts, *NUMBERS, *columns)
    days: dict[str | None, Day] = {None: 0}
    for key, in_scope, *rest in rows.iterator(chunk_size=ROWS_AT_ONCE):
        for text in rest[: len(DAYS)]:
            if text not in days:
                days[text] = int(text.replace("-", ""))
        first, last, *others = (days[text] for text in rest[: len(DAYS)])
        changed, numbers, values = rest[6], rest[7:11], rest[11:]
        terms = [("scope", in_scope), ("changed", changed[:10])]
        terms += [
            (name, value) for name, value in zip(columns, values, strict=True) if value not in ("", None)
        ]
        terms += terms_of_days(first, last, *others)
        terms += [("sourced", kind) for kind, holds in SOURCED.items() if holds(*numbers)]
        terms += [(name, number) for name, number in zip(NUMBERS, numbers, strict=True) if number]
        found.add(key, (first, last, *others[:2]), terms)
    found.pack()
    read_related(model, found, None if keys is None else records)
    return found


def terms_of_days(
    first: Day, last: Day, possible_from: Day, possible_to: Day, certain_from: Day, certain_to: Day
) -> Iterator[Term]:
    yield "possible", Years(possible_from // 10_000, possible_to // 10_000)
    yield "certain", Years(certain_from // 10_000, certain_to // 10_000)
    if first:
        yield "begins", first // 10_000
    if last:
        yield "ends", last // 10_000
    if not first and not last:
        yield "undated", True


def columns_of(model: type[Record]) -> list[str]:
    """The columns of the record's own table that its filters look at."""
    filters = BY_MODEL[model].filterset.base_filters.values()
    found = [one.field_name for one in filters if isinstance(one, ColumnFilter)]
    found += [f"{one.field_name}_id" for one in filters if isinstance(one, AreaFilter)]
    found += ["indicator_id" for one in filters if isinstance(one, IndicatorsFilter)]
    return found


def read_related(model: type[Record], found: Reading, records: QuerySet[Any] | None) -> None:
    """Adds what is stored in other tables; `records` limits it to some."""
    owner = f"{key_to(model)}_id"

    def add(kind: str, rows: QuerySet[Any], column: str, owner: str = owner) -> None:
        if records is not None:
            rows = rows.filter(**{f"{owner}__in": records.values("pk")})
        pairs = rows.filter(**{f"{owner}__isnull": False, f"{column}__isnull": False}).order_by()
        pairs = pairs.values_list(owner, column).distinct()
        found.add_related(kind, pairs.iterator(chunk_size=ROWS_AT_ONCE))

    add("topic", model.topics.through._default_manager.all(), "topic_id")
    for column in ("source_id", "quoted_in_id"):
        add("source", Citation.objects.all(), column)
    for rows, record, place in model.places_named():
        add("place", rows, place, record)
