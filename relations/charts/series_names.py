"""The names of series: what all figures of a chart share, and how one differs from the others."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import pgettext

from relations.models import Observation
from relations.models.named import reader_language
from relations.values.quantity_format import unit_word

from .data_points import Figure
from .frame import one_line


@dataclass(frozen=True)
class SeriesNames:
    """The series of one chart: in words what all figures share, and what differs.

    `places` is which side differs: "area", "counterpart", "both" or "".
    """

    shared: str
    places: str
    about: bool = False
    definition: bool = False

    def of(self, figure: Figure) -> str:
        """The name of the series of a figure beside the others."""
        about = figure.about if self.about else ""
        definition = figure.definition if self.definition else ""
        return joined([self.place(figure), about, definition])

    def place(self, figure: Figure) -> str:
        one = figure.observation
        match self.places:
            case "area":
                return one_line(one.ref_area.name) if one.ref_area else ""
            case "counterpart":
                return one_line(one.counterpart_area.name) if one.counterpart_area else ""
            case "both":
                return figure.where
        return ""


def series_names(figures: Sequence[Figure]) -> SeriesNames:
    shared, differs = places(figures)
    abouts = {figure.series.about for figure in figures}
    definitions = {figure.series.definition for figure in figures}
    first = figures[0]
    return SeriesNames(
        joined(
            [
                shared,
                first.about if len(abouts) == 1 else "",
                first.definition if len(definitions) == 1 else "",
            ]
        ),
        differs,
        len(abouts) > 1,
        len(definitions) > 1,
    )


def places(figures: Sequence[Figure]) -> tuple[str, str]:
    """(the places that all figures share, in words; the side that differs)"""
    areas = {figure.series.area for figure in figures}
    counterparts = {figure.series.counterpart for figure in figures}
    one = figures[0].observation
    if len(areas) == 1 and len(counterparts) > 1 and None not in counterparts and one.ref_area:
        return one.ref_area.name, "counterpart"
    if len(counterparts) == 1 and len(areas) > 1 and one.counterpart_area:
        return pgettext("statistics", "counterpart: %(place)s") % {"place": one.counterpart_area.name}, "area"
    if len(areas) == len(counterparts) == 1:
        return figures[0].where, ""
    return "", "both"


def full_name(observation: Observation) -> str:
    """The whole name of the series of a figure, within its indicator: places, subject, unit, measure, definition."""
    figure, language = Figure(observation), reader_language()
    unit = unit_word(getattr(observation.unit, f"symbol_{language}"), 0, language) if observation.unit else ""
    is_plain = observation.measure == "level" or observation.is_statement
    measure = "" if is_plain else str(observation.get_measure_display())
    return joined([figure.where, figure.about, unit, measure, figure.definition])


def joined(parts: Sequence[str]) -> str:
    return "; ".join(part for part in parts if part)
