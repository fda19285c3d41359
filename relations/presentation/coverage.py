"""How well the facts of the register are sourced, in numbers."""

from __future__ import annotations

from functools import reduce
from typing import NamedTuple

from django.http import QueryDict

from relations.catalog import RECORD_TYPES
from relations.index.reading import NUMBERS
from relations.queries.found import Found
from relations.queries.record_query import ALL_TYPES, RecordQuery


class CoverageCounts(NamedTuple):
    """Records, how many of them are context, and the facts they state.

    Then how many facts have a source, a findable one, two independent ones.
    """

    records: int = 0
    context: int = 0
    facts: int = 0
    sourced: int = 0
    identified: int = 0
    corroborated: int = 0

    @property
    def in_scope(self) -> int:
        return self.records - self.context

    def plus(self, other: CoverageCounts) -> CoverageCounts:
        return CoverageCounts(*map(sum, zip(self, other, strict=True)))


def coverage_of(found: Found) -> CoverageCounts:
    def stated(name: str) -> int:
        """The sum of a number that each record has."""
        return sum(number * records for number, records in found.counts(name).items())

    return CoverageCounts(len(found), found.context, *map(stated, NUMBERS))


def coverage_of_register() -> CoverageCounts:
    """Of everything published."""
    query = RecordQuery(ALL_TYPES, QueryDict())
    return reduce(CoverageCounts.plus, (coverage_of(query.every(one)) for one in RECORD_TYPES))
