"""Counts of the records of a query by place.

The number of a place is the length of the linked list: the query with that place added.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _

from relations.geo import outlines, points
from relations.models import Place
from relations.models.places import COUNTRIES

from .record_query import RecordQuery

#: the parameters that a place can be added by; all three filter by whether it takes part
OF_COUNTRY, OF_OTHERS = ("country", "with", "region"), ("region", "with", "country")


@dataclass
class Row:
    """One place: `number` is the length of the list at `address`; `own` counts only the place itself."""

    place: Place
    number: int
    own: int
    address: str


class Group(NamedTuple):
    """The rows of one country; those of groups of places have none."""

    country: Place | None
    heading: str
    rows: list[Row]


class PlacesMap:
    def __init__(self, query: RecordQuery) -> None:
        self.query = query

    @cached_property
    def places(self) -> list[Place]:
        return list(Place.objects.select_related("parent__parent"))

    @cached_property
    def rows(self) -> dict[str, Row]:
        """The places that take part, by code."""
        involved, named = self.query.facets.places_involved(), self.query.facets.places_named()
        return {
            place.code: Row(place, involved[place.code], named[place.pk], self.address(place))
            for place in self.places
            if involved[place.code]
        }

    def address(self, place: Place) -> str:
        """The list with this place added to the query; "" if all three parameters have other places already."""
        parameters = self.query.parameters.copy()
        parameters.pop("page", None)
        names = OF_COUNTRY if place.kind == Place.Kind.COUNTRY else OF_OTHERS
        chosen = {name: self.query.value(name) for name in names}
        if [place.code] not in chosen.values():
            free = next((name for name in names if not chosen[name]), None)
            if free is None:
                return ""
            parameters[free] = place.code
        return f"{reverse(self.query.slug)}?{parameters.urlencode()}"

    @property
    def groups(self) -> list[Group]:
        """The six, other countries, groups of places; the most records first."""
        found = defaultdict(list)
        for row in self.rows.values():
            found[row.place.country].append(row)
        return [
            Group(country, country.name if country else _("Groups of places"), sorted(rows, key=in_table))
            for country, rows in sorted(found.items(), key=by_country)
        ]

    @property
    def unplaced(self) -> int:
        """The number of places that are only in the table."""
        return len(self.rows.keys() - points().keys() - outlines().keys())

    def flat_rows(self) -> Iterator[list[str]]:
        """Rows of text for a file, in the order of the table."""
        for _country, _heading, rows in self.groups:
            for row in rows:
                place = row.place
                yield [place.code, place.name_ru, place.name_en, place.kind, str(row.number)]


def in_table(row: Row) -> tuple[bool, int, int, str]:
    """The country itself, then the most records first; a region before its city."""
    kind = list(Place.Kind.values).index(row.place.kind)
    return row.place.kind != Place.Kind.COUNTRY, -row.number, kind, row.place.name.casefold()


def by_country(item: tuple[Place | None, list[Row]]) -> tuple[int, int, str]:
    country, rows = item
    if not country:
        return 2, 0, ""
    if country.code in COUNTRIES:
        return 0, COUNTRIES.index(country.code), ""
    return 1, -max(row.number for row in rows), country.name.casefold()
