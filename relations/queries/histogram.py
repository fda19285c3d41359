"""Years: how many records of an inquiry lie in each year, for the bars above a list and for its chart.

A bar holds the records whose period touches its years: just those that the list shows for these years without undated
ones. A record that spans several bars stands in each of them, an undated one in none.
"""

from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Count, Max

#: years a bar may hold, and how many bars can still be told apart
STEPS = (1, 2, 5, 10, 20, 50, 100, 500)
MOST_BARS = 60


@dataclass
class Bar:
    """The records between two years, both included: {slug of a type: number}."""

    first: int
    last: int
    counts: dict

    @property
    def total(self):
        return sum(self.counts.values())

    @property
    def label(self):
        return str(self.first) if self.first == self.last else f"{self.first}–{self.last}"

    @property
    def parameters(self):
        """The question about these years alone."""
        return {"year_from": str(self.first), "year_to": str(self.last), "undated": "0"}


class Years:
    def __init__(self, results, first=None, last=None):
        """`results` are {record type: its records}; only the years from `first` to `last` get bars, where
        they are given.

        `changed` is when one of the records was last changed.
        """
        self.spans, self.changed = {}, None
        for one, records in results.items():
            self.spans[one.slug], changed = spans(records)
            self.changed = max(filter(None, (self.changed, *changed)), default=None)
        known = [year for found in self.spans.values() for span in found for year in span if year]
        self.first, self.last = first or min(known, default=None), last or max(known, default=None)
        if known and self.first > self.last:  # everything found is open towards the years asked for
            self.first, self.last = first or last, last or first

    @property
    def total(self):
        return sum(found.total() for found in self.spans.values())

    @property
    def undated(self):
        """How many records have no date at all."""
        return sum(found[None, None] for found in self.spans.values())

    @property
    def spanning(self):
        """How many records stand in more than one bar."""
        return sum(
            number
            for found in self.spans.values()
            for span, number in found.items()
            if len(self.touched(*span)) > 1
        )

    @property
    def dated(self):
        return self.total - self.undated

    @cached_property
    def step(self):
        if not self.dated:
            return 1
        return next((s for s in STEPS if (self.last - self.first) // s < MOST_BARS), STEPS[-1])

    @cached_property
    def starts(self):
        """The first years of all bars."""
        return (
            range(self.first // self.step * self.step, self.last + 1, self.step) if self.dated else range(0)
        )

    def touched(self, first, last):
        """The bars, by number, of a record that lies between these years; None is open or unknown."""
        if not (first or last) or not self.starts:
            return range(0)
        begin, step = self.starts[0], self.step
        from_bar = max(((first or begin) - begin) // step, 0)
        to_bar = min(((last or self.last) - begin) // step, len(self.starts) - 1)
        return range(from_bar, to_bar + 1)

    @cached_property
    def bars(self):
        """[Bar] without a gap, from the first year to the last."""
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
    def highest(self):
        return max((bar.total for bar in self.bars), default=0)


def spans(records):
    """({(first year or None, last year or None): number of records}, when records of each were last changed)."""
    days = records.order_by().values_list("first_day", "last_day")
    rows = list(days.annotate(n=Count("pk"), changed=Max("updated_at")))
    found = Counter()
    for *span, number, _changed in rows:  # SQLite would ask Python for the year of every record
        found[tuple(day and day.year for day in span)] += number
    return found, [row[-1] for row in rows]
