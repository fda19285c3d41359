"""Counts of the records of a query by year, for the bars above a list and for its chart.

A bar counts the records whose period overlaps its years, exactly those that the list shows for these years without
undated ones. A record that spans several bars counts in each, an undated one in none.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

from django.db.models import Count, Max

from relations.filters.parameters import Records

from .record_query import Results

#: possible numbers of years per bar, and how many bars can be distinguished
STEPS = (1, 2, 5, 10, 20, 50, 100, 500)
MOST_BARS = 60


class Span(NamedTuple):
    """First and last year of a period, None where it is open or unknown."""

    first: int | None
    last: int | None


UNDATED = Span(None, None)


class SpanCounts(NamedTuple):
    """How many records have each span, and when any of them was last changed."""

    numbers: Counter[Span]
    changed: list[datetime]


@dataclass
class Bar:
    """The records between two years, both included; `counts` are by the slug of a type."""

    first: int
    last: int
    counts: Counter[str]

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def label(self) -> str:
        return str(self.first) if self.first == self.last else f"{self.first}–{self.last}"

    @property
    def parameters(self) -> dict[str, str]:
        """Of the query about these years alone."""
        return {"year_from": str(self.first), "year_to": str(self.last), "undated": "0"}


class Years:
    """The bars of some results; `changed` is when one of the records was last changed."""

    def __init__(self, results: Results, first: int | None = None, last: int | None = None) -> None:
        """Only the years from `first` to `last` get bars, where they are given."""
        self.spans: dict[str, Counter[Span]] = {}
        self.changed: datetime | None = None
        for one, records in results.items():
            self.spans[one.slug], changed = spans(records)
            self.changed = max(filter(None, (self.changed, *changed)), default=None)
        known = [year for found in self.spans.values() for span in found for year in span if year]
        self.first, self.last = first or min(known, default=None), last or max(known, default=None)
        if self.first and self.last and known and self.first > self.last:
            # everything found is open towards the selected years
            self.first, self.last = first or last, last or first

    @property
    def total(self) -> int:
        return sum(found.total() for found in self.spans.values())

    @property
    def undated(self) -> int:
        """How many records have no date at all."""
        return sum(found[UNDATED] for found in self.spans.values())

    @property
    def spanning(self) -> int:
        """How many records count in more than one bar."""
        return sum(
            number
            for found in self.spans.values()
            for span, number in found.items()
            if len(self.touched(*span)) > 1
        )

    @property
    def dated(self) -> int:
        return self.total - self.undated

    @cached_property
    def step(self) -> int:
        """The number of years per bar."""
        if self.first is None or self.last is None or not self.dated:
            return 1
        span = self.last - self.first
        return next((step for step in STEPS if span // step < MOST_BARS), STEPS[-1])

    @cached_property
    def starts(self) -> range:
        """The first years of all bars."""
        if self.first is None or self.last is None or not self.dated:
            return range(0)
        return range(self.first // self.step * self.step, self.last + 1, self.step)

    def touched(self, first: int | None, last: int | None) -> range:
        """The numbers of the bars of a record between these years; None is open or unknown."""
        if not (first or last) or not self.starts or self.last is None:
            return range(0)
        begin, step = self.starts[0], self.step
        from_bar = max(((first or begin) - begin) // step, 0)
        to_bar = min(((last or self.last) - begin) // step, len(self.starts) - 1)
        return range(from_bar, to_bar + 1)

    @cached_property
    def bars(self) -> list[Bar]:
        """Without a gap, from the first year to the last."""
        if self.first is None or self.last is None:
            return []
        found = [
            Bar(max(year, self.first), min(year + self.step - 1, self.last), Counter())
            for year in self.starts
        ]
        for slug, spans in self.spans.items():
            for span, number in spans.items():
                for i in self.touched(*span):
                    found[i].counts[slug] += number
        return found

    @property
    def highest(self) -> int:
        return max((bar.total for bar in self.bars), default=0)


def spans(records: Records) -> SpanCounts:
    days = records.order_by().values_list("first_day", "last_day")
    rows = list(days.annotate(n=Count("pk"), changed=Max("updated_at")))
    found: Counter[Span] = Counter()
    for first, last, number, _changed in rows:  # SQLite would call Python for the year of every record
        found[Span(first and first.year, last and last.year)] += number
    return SpanCounts(found, [row[-1] for row in rows])
