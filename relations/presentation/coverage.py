"""How well the facts of the register are sourced, in numbers."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.db.models import Count, Q, Sum

from relations.catalog import RECORD_TYPES
from relations.models.querysets import RecordQuerySet


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


def coverage_of(records: RecordQuerySet[Any]) -> CoverageCounts:
    found = records.order_by().aggregate(
        records=Count("pk"),
        context=Count("pk", filter=Q(in_scope=False)),
        facts=Sum("fact_count"),
        sourced=Sum("sourced_count"),
        identified=Sum("identified_count"),
        corroborated=Sum("corroborated_count"),
    )
    return CoverageCounts(**{name: number or 0 for name, number in found.items()})


def coverage_of_register() -> CoverageCounts:
    """Of everything published."""
    found = CoverageCounts()
    for one in RECORD_TYPES:
        found = found.plus(coverage_of(one.model.objects.published()))
    return found
