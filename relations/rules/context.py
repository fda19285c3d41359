"""Context: what rules compare a row with, fetched for a chunk of rows in a constant number of statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from django.utils import timezone

from relations.models.mirrors import mirror_of
from relations.models.row_cache import unpacked
from relations.registry import resource_named
from relations.values.period import Period

from .reference import Reference
from .view import View

#: the most rows that one chunk is compared with
MOST_COMPARED, MOST_IN_SERIES = 20_000, 200
#: columns that name an event
LINK_COLUMNS = ("signed_at", "attended", "amends", "supersedes", "implements", "protocol_to", "cites")


@dataclass
class Context:
    """`series` and `pairs` are the figures of each series, and of each indicator by area and counterpart; `events` are
    the linked records, `namesakes` records of the same title, `wholes` those of which a figure is a part.
    """

    reference: Reference = field(default_factory=Reference)
    today: date = field(default_factory=timezone.localdate)
    events: dict[str, View] = field(default_factory=dict)
    series: dict[tuple[str, ...], list[View]] = field(default_factory=dict)
    pairs: dict[str, dict[tuple[str, str], list[View]]] = field(default_factory=dict)
    namesakes: dict[str, dict[str, View]] = field(default_factory=dict)
    editions: dict[str, dict[str, View]] = field(default_factory=dict)
    wholes: dict[str, View] = field(default_factory=dict)

    @cached_property
    def this_year(self) -> int:
        return self.today.year

    def load(self, views: Sequence[View]) -> None:
        """Fetches what these rows, all of one type, are compared with."""
        if not views:
            return
        slug = views[0].slug
        self.reference.load_sources({cited.source for view in views for cited in view.citations})
        if slug == "statistics":
            mirrors = {mirror_of(view["indicator"]) for view in views}
            self.load_figures(self.grouped(slug, views, "indicator", "indicator__key__in", mirrors))
            keys = {key for view in views for key in view.linked("part_of")}
            rows = resource_named(slug).model.objects.filter(key__in=keys).values_list("row", flat=True)
            self.wholes = {one.key: one for one in (self.view(slug, row) for row in rows if keys)}
        else:
            self.load_events({key for view in views for name in LINK_COLUMNS for key in view.linked(name)})
            self.events |= {view.key: view for view in views}
            self.editions = self.grouped(slug, views, "series", "series__key__in") if slug == "forums" else {}
            self.namesakes = self.grouped(slug, views, "title_ru", "title_ru__in")

    def load_figures(self, by_indicator: Mapping[str, Mapping[str, View]]) -> None:
        """Sorts the figures by series and by pair; of many equal ones a few are enough to compare with."""
        self.series, self.pairs = defaultdict(list), defaultdict(dict)
        for indicator, figures in by_indicator.items():
            for view in figures.values() if indicator else ():
                pair = self.pairs[indicator].setdefault((view["area"], view["counterpart"]), [])
                for found in (self.series[series_key(view)], pair):
                    if len(found) < MOST_IN_SERIES:
                        found.append(view)

    def load_events(self, keys: Collection[str]) -> None:
        views = (self.view(slug, row) for slug, row in self.reference.events(keys)) if keys else ()
        self.events = {view.key: view for view in views}

    def grouped(
        self, slug: str, views: Sequence[View], column: str, lookup: str, also: Collection[str] = ()
    ) -> dict[str, dict[str, View]]:
        """{cell of the column: {key: row}} of the stored rows and of these, which are newer; `also` are more cells."""
        wanted = {cell for cell in (*(view[column] for view in views), *also) if cell}
        stored = resource_named(slug).model.objects.filter(**{lookup: wanted}).order_by()
        rows = stored.values_list("row", flat=True)[:MOST_COMPARED] if wanted else ()
        found: dict[str, dict[str, View]] = defaultdict(dict)
        own = {view.key for view in views}
        for view in (self.view(slug, row) for row in rows):
            if view.key not in own:
                found[view[column]][view.key] = view
        for view in views:
            found[view[column]][view.key] = view
        return found

    def view(self, slug: str, row: str) -> View:
        return View(slug, unpacked(row), self.reference)

    def others(self, groups: dict[str, dict[str, View]], view: View, column: str) -> Iterable[View]:
        """The rows with the same cell in a column, without the row itself."""
        same = groups.get(view[column], {}) if view[column] else {}
        return (one for key, one in same.items() if key != view.key)

    def dates_of(self, key: str) -> Period:
        """The date of a linked event."""
        return self.events[key].date if key in self.events else Period()


def series_key(view: View) -> tuple[str, ...]:
    """What the figures of one series have in common."""
    names = ("indicator", "area", "counterpart", "about", "unit", "measure", "definition_ru", "definition_en")
    return tuple(view[name] for name in names)
