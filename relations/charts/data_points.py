"""Data points of charts, made from observations, and the choice among competing figures for a line."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from relations.models import Observation, Source
from relations.models.named import reader_language
from relations.values.period_format import phrase as period_phrase
from relations.values.quantity_format import phrase as quantity_phrase

from .frame import one_line

#: ranks in order of preference
RANKS = ("preferred", "normal", "deprecated")
#: the keys of an area and its counterpart
PlacePair = tuple[int | None, int | None]
UNCERTAIN = ("F", "E")
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

    @property
    def pair(self) -> PlacePair:
        return self.observation.ref_area_id, self.observation.counterpart_area_id

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
    def is_deprecated(self) -> bool:
        return self.observation.rank == "deprecated"

    @cached_property
    def where(self) -> str:
        return one_line(" – ".join(place.name for place in self.observation.sides()))

    @cached_property
    def when(self) -> str:
        """The period in words, «дата не указана» if unknown, so that readers do not assume the date of
        another figure.
        """
        return period_phrase(self.observation.period, reader_language(), short=True)

    @cached_property
    def words(self) -> str:
        one = self.observation
        return one_line(quantity_phrase(one.quantity, one.unit, reader_language(), one.measure))

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
        parts += [one.get_obs_status_display()] if one.obs_status != "A" else []
        parts += [one.get_rank_display()] if one.rank != "normal" else []
        return "; ".join(map(str, [*parts, self.source_words]))

    @property
    def name(self) -> str:
        return " · ".join(part for part in (self.when, self.where) if part)


def short(source: Source) -> str:
    """The title of a source, cut to fit a chart."""
    title = one_line(source.title)
    return title if len(title) <= LONGEST_SOURCE else f"{title[: LONGEST_SOURCE - 1].rstrip()}…"


def figures_of(observations: Iterable[Observation]) -> list[Figure]:
    """Figures in order of time, with the main figure of each competing set marked."""
    figures = [Figure(one) for one in observations]
    figures_by_source = Counter((figure.pair, source.pk) for figure in figures for source in figure.sources)
    rivals: dict[Hashable, list[Figure]] = defaultdict(list)
    for figure in figures:
        rivals[same_fact(figure)].append(figure)
    for group in rivals.values():
        mark_main(group, figures_by_source)
    return sorted(figures, key=in_time)


def same_fact(figure: Figure) -> Hashable:
    """The key that competing figures share; without a first day figures do not compete."""
    one = figure.observation
    return (figure.pair, one.period.text) if one.first_day else one.pk


def mark_main(group: Sequence[Figure], figures_by_source: Counter[tuple[PlacePair, int]]) -> None:
    """Chooses the preferred figure, otherwise a normal one of the source with the most figures on this pair.

    Repeated figures of one source do not compete with each other.
    """

    def order(figure: Figure) -> tuple[int, int, int]:
        one = figure.observation
        known = max((figures_by_source[figure.pair, source.pk] for source in figure.sources), default=0)
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


@dataclass(frozen=True)
class PlaceNames:
    """The places of one chart: in words if all figures share them, and which side differs.

    `differs` is "area", "counterpart", "both" or "".
    """

    shared: str
    differs: str

    def of(self, figure: Figure) -> str:
        """The name of a figure beside the others."""
        one = figure.observation
        match self.differs:
            case "area":
                return one_line(one.ref_area.name) if one.ref_area else ""
            case "counterpart":
                return one_line(one.counterpart_area.name) if one.counterpart_area else ""
            case "both":
                return figure.where
        return ""


def place_names(figures: Sequence[Figure]) -> PlaceNames:
    areas = {figure.observation.ref_area_id for figure in figures}
    counterparts = {figure.observation.counterpart_area_id for figure in figures}
    one = figures[0].observation
    if len(areas) == 1 and len(counterparts) > 1 and None not in counterparts and one.ref_area:
        return PlaceNames(one.ref_area.name, "counterpart")
    if len(counterparts) == 1 and len(areas) > 1 and one.counterpart_area:
        shared = pgettext("statistics", "counterpart: %(place)s") % {"place": one.counterpart_area.name}
        return PlaceNames(shared, "area")
    if len(areas) == len(counterparts) == 1:
        return PlaceNames(figures[0].where, "")
    return PlaceNames("", "both")


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
