"""Counts of the records of a query by year, for the bars above a list and for its chart.

A bar counts the records whose date certainly lies in its years, exactly those that the list shows for these years. A
span of time counts in each bar that it certainly touches; an undated record counts in none, nor does one whose date is
too uncertain for one bar.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from relations.catalog import RecordType
from relations.values.readings import EARLIEST, LATEST

from .found import Found

#: possible numbers of years per bar, and how many bars can be distinguished
STEPS = (1, 2, 5, 10, 20, 50, 100, 500)
MOST_BARS = 60


class Span(NamedTuple):
    """The years that a bar must reach to count a record: it begins in `first` or before and ends in `last` or later.

    None: no bar counts it, since its date is open, uncertain or unknown.
    """

    first: int | None
    last: int | None


NOT_CERTAIN = Span(None, None)


class SpanCounts(NamedTuple):
    """How many records have each span, how many have no date, how many are context, and the day of the last change."""

    numbers: Counter[Span]
    undated: int
    context: int
    changed: str


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
        return {"year_from": str(self.first), "year_to": str(self.last)}

    def counts_span(self, span: Span) -> bool:
        return bool(span.first and span.last and self.first <= span.first and self.last >= span.last)


class Years:
    """The bars of what is found; `changed` is the day on which one of the records was last changed."""

    def __init__(
        self,
        found: Mapping[RecordType, Found],
        first: int | None = None,
        last: int | None = None,
        has_bars: bool = True,
    ) -> None:
        """Only the years from `first` to `last` get bars, where they are given."""
        self.spans: dict[str, Counter[Span]] = {}
        #: how many records of each type have no date
        self.undated_by_type: dict[str, int] = {}
        #: how many records are context
        self.context = 0
        self.changed = ""
        for one, records in found.items():
            self.spans[one.slug], self.undated_by_type[one.slug], context, changed = spans(records)
            self.context += context
            self.changed = max(self.changed, changed)
        known = [year for spans in self.spans.values() for span in spans for year in span if year]
        self.first, self.last = first or min(known, default=None), last or max(known, default=None)
        if not has_bars:
            self.first = self.last = None
        if self.first and self.last and known and self.first > self.last:
            # everything found lies outside the selected years
            self.first, self.last = first or last, last or first

    @property
    def total(self) -> int:
        return sum(found.total() for found in self.spans.values())

    @property
    def undated(self) -> int:
        """How many records have no date, not even both its bounds."""
        return sum(self.undated_by_type.values())

    @property
    def spanning(self) -> int:
        """How many records count in more than one bar."""
        return sum(
            number
            for found in self.spans.values()
            for span, number in found.items()
            if self.bars_of(span) > 1
        )

    @property
    def uncertain(self) -> int:
        """How many records have a date that is too uncertain for any bar."""
        return sum(self.uncertain_by_type.values())

    @cached_property
    def uncertain_by_type(self) -> dict[str, int]:
        return {
            slug: sum(number for span, number in found.items() if not self.bars_of(span))
            - self.undated_by_type[slug]
            for slug, found in self.spans.items()
        }

    def bars_of(self, span: Span) -> int:
        """In how many bars a record with this span counts."""
        return sum(bar.counts_span(span) for bar in self.bars)

    @cached_property
    def step(self) -> int:
        """The number of years per bar."""
        if self.first is None or self.last is None:
            return 1
        span = self.last - self.first
        return next((step for step in STEPS if span // step < MOST_BARS), STEPS[-1])

    @cached_property
    def bars(self) -> list[Bar]:
        """Without a gap, from the first year to the last."""
        if self.first is None or self.last is None or not self.total:
            return []
        found = [
            Bar(max(year, self.first), min(year + self.step - 1, self.last), Counter())
            for year in range(self.first // self.step * self.step, self.last + 1, self.step)
        ]
        for slug, spans in self.spans.items():
            for span, number in spans.items():
                for bar in found:
                    if bar.counts_span(span):
                        bar.counts[slug] += number
        return found

    @property
    def highest(self) -> int:
        return max((bar.total for bar in self.bars), default=0)


def spans(found: Found) -> SpanCounts:
    numbers: Counter[Span] = Counter()
    undated = 0
    for years, number in found.counts("certain").items():
        is_open = not years.first or years.first == EARLIEST.year or years.last == LATEST.year
        numbers[NOT_CERTAIN if is_open else Span(years.first, years.last)] += number
        undated += (found & found.index.of("certain", [years])).undated if is_open else 0
    return SpanCounts(numbers, undated, found.context, found.index.changed_on(found.records))
