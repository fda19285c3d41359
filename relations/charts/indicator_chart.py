"""Builds the Vega-Lite specification of an indicator chart from a panel: chart, legend and frame."""

from dataclasses import dataclass

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from relations.bibliography.csl import register_name
from relations.models import Indicator, Observation
from relations.models.named import reader_language
from relations.values.period_format import span
from relations.values.quantity_format import MULTS, in_order, unit_word

from .axes import power_for
from .bar_chart import Bars
from .data_points import sources_in_words
from .frame import chart_frame, one_line, picture
from .legend import entries_of, legend
from .line_chart import OverTime
from .panels import Panel
from .series_names import series_names
from .theme import Look
from .vega import Spec

PERCENT = "percent"


@dataclass
class Drawing:
    """A Panel of an indicator, as the page at `address` shows it."""

    indicator: Indicator
    panel: Panel
    address: str

    def specification(self, look: Look) -> Spec:
        """Vega-Lite in the reader's language."""
        names = series_names(self.panel.drawn)
        kind: type[OverTime | Bars] = OverTime if self.panel.is_over_time else Bars
        chart = kind(self.panel, look, self.power, names)
        entries = [*chart.key(), *entries_of(self.panel.drawn, look, chart.lying)]
        explained, height = legend(entries, look, chart.height + chart.below, chart.left)
        top = chart.height + chart.below + height + 8
        frame = chart_frame(
            str(self.indicator), self.subtitle(names.shared), self.notes(), look, top, chart.left
        )
        return picture([*chart.layers(), *explained], frame, look, chart.width, chart.height)

    @property
    def power(self) -> int:
        """The power of ten of the axis: 6 for millions."""
        unit = self.panel.unit
        values = [figure.value if figure.upper is None else figure.upper for figure in self.panel.drawn]
        is_counted = self.panel.is_over_time and not (unit and unit.key == PERCENT)
        return power_for(values) if is_counted else 0

    def subtitle(self, shared: str) -> str:
        """Unit, measure, the years covered and what all series share."""
        parts = [self.unit_words(), self.observed.get_measure_display(), self.years(), shared]
        return capfirst("; ".join(str(part) for part in parts if part))

    @property
    def observed(self) -> Observation:
        return self.panel.observations[0]

    def unit_words(self) -> str:
        unit, language = self.panel.unit, reader_language()
        if not unit:
            return ""
        symbol = unit_word(getattr(unit, f"symbol_{language}"), 0, language, self.power)
        return one_line(in_order("", MULTS[language][self.power], symbol, language))

    def years(self) -> str:
        days = [
            day
            for figure in self.panel.drawn
            for day in (figure.observation.first_day, figure.observation.last_day)
            if day
        ]
        return span(min(days), max(days)) if days else ""

    def notes(self) -> list[str]:
        """What is not drawn, the sources, the publisher and the date of the newest figure."""
        return [
            *self.panel.omissions(),
            sources_in_words(self.panel.drawn),
            register_name(),
            self.address,
            self.newest(),
        ]

    def newest(self) -> str:
        dated = [one for one in self.panel.drawn if one.observation.last_day]
        if not dated:
            return ""
        newest = max(dated, key=lambda one: str(one.observation.last_day))
        return _("Newest figure: %(period)s") % {"period": newest.when}
