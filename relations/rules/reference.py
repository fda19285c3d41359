"""Reference data that rows name, each table loaded at its first use."""

from __future__ import annotations

from functools import cached_property

from relations.models import ForumSeries, Indicator, Organization, Person, Place, Unit

from .gazetteer import Gazetteer


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
    def gazetteer(self) -> Gazetteer:
        return Gazetteer(self.places.values())

    def countries_in(self, text: str) -> set[str]:
        """The codes of the countries that a text names, directly or by a region or city."""
        found = (self.places[code].country for code in self.gazetteer.codes_in(text))
        return {country.code for country in found if country}

    @cached_property
    def members(self) -> dict[str, frozenset[str]]:
        """{code of a group: codes of its members}"""
        found: dict[str, set[str]] = {}
        pairs = Place.members.through._default_manager.values_list("group__code", "member__code")
        for group, member in pairs:
            found.setdefault(group, set()).add(member)
        return {group: frozenset(codes) for group, codes in found.items()}
