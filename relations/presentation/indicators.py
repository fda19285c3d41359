"""Indicators for their pages: the newest figure of each, its number of series, and figures grouped by series."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
from django.utils.translation import gettext as _

from relations.charts.series_names import full_name
from relations.models import Indicator, LinkKind, Observation, RecordLink
from relations.models.observation_querysets import ObservationQuerySet
from relations.models.series import SERIES_FIELDS

from .footnotes import Figure, Footnotes
from .parts import Part, mirrors_of, parts_and_wholes


@dataclass
class IndicatorSummary:
    """One indicator in the list: how many figures and series it has, and the newest figure."""

    indicator: Indicator
    figures: int
    series: int
    newest: Observation | None

    @property
    def newest_series(self) -> str:
        return full_name(self.newest) if self.newest else ""


class TopicGroup(NamedTuple):
    """The indicators whose first topic this is; an empty name for those without one."""

    name: str
    indicators: list[IndicatorSummary]


class FigureRow(NamedTuple):
    """A figure in the table of its indicator, with its parts, its whole and its mirror."""

    figure: Figure
    parts: list[Part]


class SeriesRows(NamedTuple):
    """The figures of one series, under its name."""

    name: str
    rows: list[FigureRow]


def newest_of(figures: ObservationQuerySet) -> ObservationQuerySet:
    """The newest first, without deprecated ones: numbers before statements in words, wholes before their parts."""
    wholes = RecordLink.objects.filter(kind=LinkKind.PART_OF, from_observation=OuterRef("pk"))
    return (
        figures.exclude(rank="deprecated")
        .alias(is_without_number=Q(obs_value__isnull=True), is_part=Exists(wholes))
        .order_by("is_without_number", F("last_day").desc(nulls_last=True), "is_part", "-pk")
    )


def series_numbers(figures: ObservationQuerySet) -> Counter[int | None]:
    """How many series each indicator has; statements in words make none."""
    found = figures.exclude(qualifier=Observation.Qualifier.DIRECTION_ONLY).order_by()
    return Counter(row[0] for row in found.values_list(*SERIES_FIELDS).distinct())


def summaries() -> list[IndicatorSummary]:
    """Every indicator with published figures, by name."""
    published = Observation.objects.published()
    figures = dict(published.order_by().values_list("indicator").annotate(Count("pk")))
    first = newest_of(published.filter(indicator=OuterRef("pk"))).values("pk")[:1]
    newest = dict(Indicator.objects.annotate(newest=Subquery(first)).values_list("pk", "newest"))
    known, series = (
        published.for_list().in_bulk(list(filter(None, newest.values()))),
        series_numbers(published),
    )
    found = [
        IndicatorSummary(one, figures[one.pk], series[one.pk], known.get(newest[one.pk]))
        for one in Indicator.objects.filter(pk__in=figures).prefetch_related("topics")
    ]
    return sorted(found, key=lambda one: one.indicator.name)


def by_topic(found: Iterable[IndicatorSummary]) -> list[TopicGroup]:
    """Each indicator once, under the first of its topics; those without one at the end."""
    groups: dict[str, list[IndicatorSummary]] = {}
    for one in found:
        name = min((topic.name for topic in one.indicator.topics.all()), default="")
        groups.setdefault(name, []).append(one)
    names = sorted(groups, key=lambda name: (not name, name))
    return [TopicGroup(name or _("other topics"), groups[name]) for name in names]


def in_series(observations: Sequence[Observation]) -> Iterator[SeriesRows]:
    """Figures in the order of in_series_order(), grouped by series; they are of one indicator."""
    mirrors = mirrors_of(observations)
    for _key, group in groupby(observations, key=lambda one: one.series):
        figures = list(group)
        rows = [
            FigureRow(Figure(one, Footnotes(one)), [*parts_and_wholes(one), *mirrors.get(one.pk, ())])
            for one in figures
        ]
        yield SeriesRows(full_name(figures[0]), rows)
