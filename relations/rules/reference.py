"""What rows name: reference data, each table loaded at its first use, and sources, each loaded once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from functools import cached_property
from typing import Any, NamedTuple

from django.apps import apps
from django.db.models import Value
from django.db.models.functions import Coalesce

from relations.models import (
    Citation,
    ForumSeries,
    Indicator,
    Membership,
    Organization,
    Person,
    Place,
    Source,
    Unit,
)
from relations.models.foreign_keys import EVENT_KEYS, RECORD_KEYS
from relations.registry import resource_of
from relations.values.readings import Bounds

from .gazetteer import Gazetteer

#: the sources that are kept, and the most places cited in those of one chunk
MOST_SOURCES, MOST_CITED = 5_000, 20_000


class CitedElsewhere(NamedTuple):
    """One locator of a source, and the key of the record that cites it."""

    key: str
    label: str
    locator: str


class Reference:
    """Entities by the names that cells have for them."""

    @cached_property
    def places(self) -> dict[str, Place]:
        found = Place.objects.select_related("parent__parent")
        return {place.code: place for place in found}

    @cached_property
    def organizations(self) -> dict[str, Organization]:
        found = Organization.objects.select_related("place__parent__parent")
        return {one.key: one for one in found}

    @cached_property
    def people(self) -> dict[str, Person]:
        found = Person.objects.select_related("place__parent__parent")
        return {one.key: one for one in found}

    @cached_property
    def indicators(self) -> dict[str, Indicator]:
        return {one.key: one for one in Indicator.objects.select_related("unit")}

    @cached_property
    def units(self) -> dict[str, Unit]:
        return {one.key: one for one in Unit.objects.all()}

    @cached_property
    def series(self) -> dict[str, ForumSeries]:
        return {one.key: one for one in ForumSeries.objects.all()}

    @cached_property
    def sources(self) -> dict[str, Source]:
        """Those that load_sources() has fetched."""
        return {}

    @cached_property
    def cited(self) -> defaultdict[str, list[CitedElsewhere]]:
        """{key of a source: the places in it that records cite}"""
        return defaultdict(list)

    def load_sources(self, keys: Collection[str]) -> None:
        """Fetches those of these sources that are not known yet, and the places in them that records cite."""
        if len(self.sources) > MOST_SOURCES:
            self.sources.clear()
            self.cited.clear()
        wanted = set(keys) - self.sources.keys()
        if not wanted:
            return
        new = self.find_sources(wanted)
        self.sources.update((one.key, one) for one in new)
        owner = Coalesce(*(f"{key}__key" for key in RECORD_KEYS))
        found = Citation.objects.filter(source__in=new).exclude(locator="").order_by()
        rows = found.values_list("source__key", owner, "locator_label", "locator")
        for source, *where in rows[:MOST_CITED]:
            self.cited[source].append(CitedElsewhere(*where))

    def find_sources(self, keys: Collection[str]) -> list[Source]:
        return list(Source.objects.filter(key__in=keys).defer("search_text", "row"))

    def events(self, keys: Collection[str]) -> list[tuple[str, str]]:
        """[(type, stored row)] of the events with these keys, in one statement."""
        models: list[Any] = [apps.get_model("relations", name) for name in EVENT_KEYS]
        found = [
            model.objects.filter(key__in=keys).order_by().values_list(Value(rank), "row")
            for rank, model in enumerate(models)
        ]
        rows = sorted(found[0].union(*found[1:], all=True))
        return [(resource_of(models[rank]).slug, row) for rank, row in rows]

    @cached_property
    def gazetteer(self) -> Gazetteer:
        return Gazetteer(self.places.values())

    def countries_in(self, text: str) -> set[str]:
        """The codes of the countries that a text names, directly or by a region or city."""
        found = (self.places[code].country for code in self.gazetteer.codes_in(text))
        return {country.code for country in found if country}

    @cached_property
    def memberships(self) -> dict[str, list[Membership]]:
        """{code of a group: its memberships}"""
        found: defaultdict[str, list[Membership]] = defaultdict(list)
        for one in Membership.objects.select_related("group", "member").order_by():
            found[one.group.code].append(one)
        return dict(found)

    def members(self, group: str, days: Bounds) -> frozenset[str]:
        """The codes of the members of a group on one of these days."""
        return frozenset(one.member.code for one in self.memberships.get(group, ()) if one.holds(days))
