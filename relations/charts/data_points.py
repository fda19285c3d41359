"""Data points of charts, made from observations, and the choice among competing figures for a line."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _

from relations.models import Observation, Source
from relations.models.named import reader_language
from relations.models.series import SeriesKey
from relations.values.period_format import phrase as period_phrase

from .frame import one_line

#: ranks in order of preference
RANKS = ("preferred", "normal", "deprecated")
UNCERTAIN = ("F", "E")
#: the sign before the definition of a figure that counts otherwise than its indicator
OTHER_DEFINITION = "≠"
LONGEST_SOURCE = 60


@dataclass
class Figure:
    """One observation with a number. `is_main` where a line may go through it, `has_rivals` where sources differ."""

    observation: Observation
    is_main: bool = True
    has_rivals: bool = False

    @cached_property
    def value(self) -> float:
        quantity = self.observation.quantity
        return float(quantity.known_base)

    @cached_property
    def upper(self) -> float | None:
        """The end of a range, None where there is one value."""
        end = self.observation.value_to
        return None if end is None else float(end.scaleb(self.observation.unit_mult))

    @property
    def middle(self) -> float:
        return self.value if self.upper is None else (self.value + self.upper) / 2

    @cached_property
    def series(self) -> SeriesKey:
        return self.observation.series

    @cached_property
    def months(self) -> int | None:
        """The length of the period in months; 0 for a day, None if it is open."""
        first, last = self.observation.first_day, self.observation.last_day
        return round((last - first).days / 30.44) if first and last else None

    @property
    def is_dated(self) -> bool:
        """Whether both ends of its period are known."""
        return bool(self.observation.first_day and self.observation.last_day)

    @property
    def is_uncertain(self) -> bool:
        return self.observation.obs_status in UNCERTAIN

    @property
    def is_forecast(self) -> bool:
        return not self.observation.has_happened

    @property
    def is_deprecated(self) -> bool:
        return self.observation.rank == "deprecated"

    @cached_property
    def where(self) -> str:
        return one_line(" – ".join(place.name for place in self.observation.sides()))

    @cached_property
    def about(self) -> str:
        """The event, agreement or organisation that it is about."""
        about = self.observation.public_about
        return one_line(about) if about else ""

    @cached_property
    def definition(self) -> str:
        """Its own definition with the sign of another definition; "" where it is that of the indicator."""
        definition = one_line(self.observation.definition)
        return f"{OTHER_DEFINITION}\u00a0{definition}" if definition else ""

    @cached_property
    def part_of(self) -> str:
        """The figures that include it, in words."""
        wholes = (one.in_words() for one in self.observation.wholes)
        return "; ".join(one_line(_("part of %(figure)s") % {"figure": whole}) for whole in wholes)

    @cached_property
    def when(self) -> str:
        """The period in words, «дата не указана» if unknown, so that readers do not assume the date of
        another figure.
        """
        return period_phrase(self.observation.period, reader_language(), short=True)

    @cached_property
    def words(self) -> str:
        one = self.observation
        return one_line(one.in_words())

    @cached_property
    def sources(self) -> list[Source]:
        """The sources of the record, each once, in the order of its citations."""
        return list({one.source_id: one.source for one in self.observation.citations.all()}.values())

    @property
    def source_words(self) -> str:
        return "; ".join(short(source) for source in self.sources)

    @property
    def says(self) -> str:
        """Everything about it in one sentence, for screen readers."""
        one = self.observation
        parts = [f"{self.name}: {self.words}" if self.name else self.words]
        parts += [self.part_of] if self.part_of else []
        parts += [one.get_obs_status_display()] if one.obs_status != "A" else []
        parts += [one.get_rank_display()] if one.rank != "normal" else []
        return "; ".join(map(str, [*parts, self.source_words]))

    @property
    def name(self) -> str:
        return " · ".join(part for part in (self.when, self.series_words) if part)

    @property
    def series_words(self) -> str:
        return " · ".join(part for part in (self.where, self.about, self.definition) if part)


def short(source: Source) -> str:
    """The title of a source in the reader's language if we have translated it, cut to fit a chart."""
    title = one_line(source.translation or source.title)
    return title if len(title) <= LONGEST_SOURCE else f"{title[: LONGEST_SOURCE - 1].rstrip()}…"


def figures_of(observations: Iterable[Observation]) -> list[Figure]:
    """Figures in order of time, with the main figure of each competing set marked."""
    figures = [Figure(one) for one in observations]
    figures_by_source = Counter((figure.series, source.pk) for figure in figures for source in figure.sources)
    rivals: dict[Hashable, list[Figure]] = defaultdict(list)
    for figure in figures:
        rivals[same_fact(figure)].append(figure)
    for group in rivals.values():
        mark_main(group, figures_by_source)
    return sorted(figures, key=in_time)


def same_fact(figure: Figure) -> Hashable:
    """The key that competing figures share; without a first day or a known definition figures do not compete."""
    one = figure.observation
    return (figure.series, one.period.text) if one.first_day and not one.is_unexplained else one.pk


def mark_main(group: Sequence[Figure], figures_by_source: Counter[tuple[SeriesKey, int]]) -> None:
    """Chooses the preferred figure, otherwise a normal one of the source with the most figures in this series.

    Repeated figures of one source do not compete with each other, nor does a forecast with what has come of it.
    """
    facts = [figure for figure in group if not figure.is_forecast]
    if facts and len(facts) < len(group):
        for figure in group:
            figure.is_main = False
        group = facts

    def order(figure: Figure) -> tuple[int, int, int]:
        one = figure.observation
        known = max((figures_by_source[figure.series, source.pk] for source in figure.sources), default=0)
        return RANKS.index(one.rank), -known, one.pk

    has_rivals = len({frozenset(source.pk for source in figure.sources) for figure in group}) > 1
    first = min(group, key=order)
    for figure in group:
        figure.is_main = (figure is first or not has_rivals) and not figure.is_deprecated
        figure.has_rivals = has_rivals


def in_time(figure: Figure) -> tuple[bool, str, str, str, bool, int]:
    """Dated figures first, the oldest at the top, competing ones next to each other."""
    one = figure.observation
    day = one.first_day or one.last_day
    return (day is None, str(day), str(one.period), figure.where, not figure.is_main, one.pk)


def sources_in_words(figures: Sequence[Figure], most: int = 3) -> str:
    """The short titles of the sources, those of most figures first; after `most` of them how many there are."""
    counted = Counter(source for figure in figures for source in figure.sources)
    titles = list(dict.fromkeys(short(source) for source, _number in counted.most_common()))
    words = "; ".join(titles[:most])
    if more := len(titles) - most if len(titles) > most else 0:
        words = _("%(sources)s and %(n)d more") % {"sources": words, "n": more}
    return (
        _("Sources: %(sources)s") % {"sources": words}
        if len(titles) > 1
        else words and _("Source: %s") % words
    )
