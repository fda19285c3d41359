"""Reference data that rows name, each table loaded at its first use."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property

from relations.models import ForumSeries, Indicator, Membership, Organization, Person, Place, Unit
from relations.values.readings import Bounds

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
    def memberships(self) -> dict[str, list[Membership]]:
        """{code of a group: its memberships}"""
        found: defaultdict[str, list[Membership]] = defaultdict(list)
        for one in Membership.objects.select_related("group", "member").order_by():
            found[one.group.code].append(one)
        return dict(found)

    def members(self, group: str, days: Bounds) -> frozenset[str]:
        """The codes of the members of a group on one of these days."""
        return frozenset(one.member.code for one in self.memberships.get(group, ()) if one.holds(days))
