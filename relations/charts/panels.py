"""Groups the figures of an indicator into panels by unit and measure, and limits each to what a chart has room for."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from relations.models import Observation, Unit
from relations.models.series import SeriesKey

from .data_points import Figure, figures_of

#: three years make a line; six lines can be distinguished
YEARS_OF_A_LINE, MOST_LINES = 3, 6
MOST_POINTS, MOST_BARS = 200, 40


#: what the figures of one line share: their series and the length of their periods in months
LineKey = tuple[SeriesKey, int | None]


@dataclass
class Panel:
    """The figures of one unit and measure: amounts are never drawn with shares, and nothing is summed.

    `total` is how many there are, also of those that were not fetched.
    """

    observations: list[Observation]
    total: int

    @cached_property
    def figures(self) -> list[Figure]:
        return figures_of(self.observations)

    @cached_property
    def unit(self) -> Unit | None:
        return self.observations[0].unit

    @property
    def measure(self) -> str:
        return self.observations[0].measure

    @cached_property
    def by_line(self) -> dict[LineKey, list[Figure]]:
        """The dated figures of each series, with months and years separate."""
        found: dict[LineKey, list[Figure]] = defaultdict(list)
        for figure in self.figures:
            if figure.is_dated:
                found[line_of(figure)].append(figure)
        return found

    @cached_property
    def is_over_time(self) -> bool:
        return any(makes_a_line(figures) for figures in self.by_line.values())

    @cached_property
    def lines(self) -> list[list[Figure]]:
        """The lines drawn, each a list of figures, that with the largest latest value first."""
        largest = sorted(self.by_line.values(), key=latest_value, reverse=True)[:MOST_LINES]
        return [figures[-MOST_POINTS:] for figures in largest]

    @cached_property
    def drawn(self) -> list[Figure]:
        """The figures in the chart, in order of time; bars of one series are next to each other."""
        if self.is_over_time:
            kept = {id(figure) for line in self.lines for figure in line}
            return [figure for figure in self.figures if id(figure) in kept]
        kept = {id(figure) for figure in sorted(self.figures, key=newest_first)[:MOST_BARS]}
        series: dict[SeriesKey, list[Figure]] = defaultdict(list)
        for figure in self.figures:
            if id(figure) in kept:
                series[figure.series].append(figure)
        return [figure for figures in series.values() for figure in figures]

    def omissions(self) -> list[str]:
        """Sentences on what is not in the picture."""
        if not self.is_over_time:
            rest = self.total - len(self.drawn)
            return [_("Only the latest %(n)d figures are shown.") % {"n": MOST_BARS}] if rest else []
        found = (self.no_old_ones(), self.no_lines(), self.no_points(), self.no_dates())
        return [sentence for sentence in found if sentence]

    def no_old_ones(self) -> str:
        rest = self.total - len(self.observations)
        return "" if not rest else _("Based on the latest %(n)d figures.") % {"n": len(self.observations)}

    def no_lines(self) -> str:
        rest = len(self.by_line) - len(self.lines)
        words = ngettext(
            "The six series with the largest latest values are shown; %(n)d more is only in the table.",
            "The six series with the largest latest values are shown; %(n)d more are only in the table.",
            rest,
        )
        return words % {"n": rest} if rest else ""

    def no_points(self) -> str:
        is_cut = any(len(self.by_line[line_of(line[0])]) > len(line) for line in self.lines)
        return (
            _("Only the latest %(n)d figures of each series are shown.") % {"n": MOST_POINTS}
            if is_cut
            else ""
        )

    def no_dates(self) -> str:
        rest = sum(not figure.is_dated for figure in self.figures)
        words = ngettext(
            "%(n)d figure without a full date is only in the table.",
            "%(n)d figures without a full date are only in the table.",
            rest,
        )
        return words % {"n": rest} if rest else ""


def line_of(figure: Figure) -> LineKey:
    return figure.series, figure.months


def makes_a_line(figures: Sequence[Figure]) -> bool:
    days = (figure.observation.first_day for figure in figures)
    return len({day.year for day in days if day}) >= YEARS_OF_A_LINE


def latest_value(figures: Sequence[Figure]) -> tuple[bool, float]:
    """Sort key: a line without a main figure comes last."""
    followed = [figure for figure in figures if figure.is_main]
    return (bool(followed), (followed or figures)[-1].middle)


def newest_first(figure: Figure) -> tuple[bool, int, int]:
    one = figure.observation
    day = one.first_day or one.last_day
    return (day is None, -(day.toordinal() if day else 0), one.pk)
