"""Timeline of all record types: a union of the sort keys, then one query per type, whatever the length."""

from datetime import date
from typing import Any, NamedTuple

from django.db.models import CharField, F, QuerySet, Value
from django.db.models.functions import Coalesce

from relations.catalog import BY_SLUG, RecordType
from relations.models.records import Record

from .record_query import Results

#: undated records come at the end, as in every list
BEFORE_ALL = date(1, 1, 1)


class Entry(NamedTuple):
    record_type: RecordType
    record: Record


class Timeline:
    """A sliceable, countable sequence of entries, for Django's Paginator."""

    def __init__(self, results: Results, length: int | None = None) -> None:
        """`length` is the number of all these records, where it is known."""
        self.records = {one.slug: records for one, records in results.items()}
        self.length = length

    def entries(self) -> QuerySet[Any, tuple[date, date, str, int]]:
        """(first day, last day, slug of the type, primary key) of all records."""
        first, *rest = (
            records.order_by()
            .annotate(
                day=Coalesce("first_day", Value(BEFORE_ALL)),
                end=Coalesce("last_day", Value(BEFORE_ALL)),
                slug=Value(slug, CharField()),
            )
            .values_list("day", "end", "slug", "pk")
            for slug, records in self.records.items()
        )
        return first.union(*rest, all=True).order_by("-day", "-end", "slug", "-pk")

    def count(self) -> int:
        if self.length is None:
            self.length = sum(records.count() for records in self.records.values())
        return self.length

    def __len__(self) -> int:
        return self.count()

    def __getitem__(self, wanted: slice) -> list[Entry]:
        entries = list(self.entries()[wanted])
        found: dict[tuple[str, int], Record] = {}
        for slug, record_type in BY_SLUG.items():
            if keys := [pk for _day, _end, of, pk in entries if of == slug]:
                records = record_type.model.objects.filter(pk__in=keys).for_list().order_by(F("pk"))
                found.update(((slug, record.pk), record) for record in records)
        return [
            Entry(BY_SLUG[slug], found[slug, pk]) for _day, _end, slug, pk in entries if (slug, pk) in found
        ]
