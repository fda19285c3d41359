"""What synthetic records refer to: places, people, organisations and units of the register's own content."""

from collections import defaultdict
from functools import cached_property
from random import Random

from relations.models import Indicator, Organization, Person, Place, Topic, Unit

from .numbers import PREFIX
from .words import INDICATORS, PARTIES, TOPICS

#: groups that are a party beside states
GROUPS = ("cis", "central-asia")


class Content:
    """Loaded once; in the order of keys, so that the same content gives the same records."""

    @cached_property
    def places(self) -> dict[str, Place]:
        found = Place.objects.select_related("parent__parent").order_by("code")
        return {one.code: one for one in found}

    @cached_property
    def regions(self) -> dict[str, list[Place]]:
        """{code of a country of the register: its regions}"""
        return self.by_country(Place.Kind.REGION)

    @cached_property
    def cities(self) -> dict[str, list[Place]]:
        return self.by_country(Place.Kind.CITY)

    def by_country(self, kind: str) -> dict[str, list[Place]]:
        found = defaultdict(list)
        for place in self.places.values():
            if place.kind == kind and place.country and place.country.code in PARTIES:
                found[place.country.code].append(place)
        return dict(found)

    @cached_property
    def groups(self) -> list[Place]:
        return [self.places[code] for code in GROUPS if code in self.places]

    @cached_property
    def people(self) -> dict[str, list[Person]]:
        """{code of a country: its people}; those alone whose years in office are not known to end."""
        found = defaultdict(list)
        for person in Person.objects.select_related("place__parent__parent").order_by("key"):
            if person.place and person.place.country and not person.in_office:
                found[person.place.country.code].append(person)
        return dict(found)

    @cached_property
    def organizations(self) -> dict[str, list[Organization]]:
        found = defaultdict(list)
        for one in Organization.objects.select_related("place__parent__parent").order_by("key"):
            if one.place and one.place.country:
                found[one.place.country.code].append(one)
        return dict(found)

    @cached_property
    def pairs(self) -> list[tuple[str, str]]:
        """(area, counterpart) of figures: the states of the region and their regions, then those of Russia."""
        states = [(code, "RU") for code in PARTIES if code != "RU"]
        regions = [(one.code, "RU") for code, _russia in states for one in self.regions.get(code, ())]
        russian = [(one.code, code) for one in self.regions.get("RU", ()) for code in PARTIES if code != "RU"]
        return [*states, *regions, *russian]

    def name(self, code: str) -> tuple[str, str]:
        place = self.places[code]
        return place.name_ru, place.name_en

    def some_city(self, random: Random, country: str) -> Place:
        """A city, or the country itself where none is known."""
        return random.choice(self.cities.get(country) or [self.places[country]])

    def missing(self) -> list[str]:
        """The keys of reference data that synthetic records need and the register lacks."""
        wanted = [
            (PARTIES, Place.objects.values_list("code", flat=True)),
            (TOPICS, Topic.objects.values_list("key", flat=True)),
            ([unit for _ru, _en, unit in INDICATORS], Unit.objects.values_list("key", flat=True)),
        ]
        return [key for keys, known in wanted for key in sorted(set(keys) - set(known))]


def synthetic_indicators() -> set[str]:
    return set(Indicator.objects.filter(key__startswith=PREFIX).values_list("key", flat=True))
