"""The matrix: how many records of an inquiry two places share, countries with countries and regions with regions.

Each cell is the length of the list in which the one place is asked for and the other is its other side.
"""

from collections import Counter
from dataclasses import dataclass

from relations.models import Place
from relations.models.places import COUNTRIES, register_first

from .facets import Covers, place_sets


@dataclass
class Cell:
    number: int
    address: str  # of the list, as a query; "" where the two are one place


class Matrix:
    """`rows` and `columns` are places; `name` is the parameter that asks for a row: "country" or "region"."""

    def __init__(self, inquiry, name, rows, columns, covers):
        self.inquiry, self.name = inquiry, name
        self.covers = covers
        self.numbers, self.total = Counter(), 0
        self.count({place.code for place in rows}, {place.code for place in columns})
        met = {code for pair in self.numbers for code in pair}
        self.rows = [place for place in rows if place.code in met]
        self.columns = [place for place in columns if place.code in met]

    def count(self, rows, columns):
        """Sets the numbers of the cells, and `total`: how many different records stand in the table."""
        for records in self.inquiry.without(self.name, "with").values():
            for places, number in place_sets(records).items():
                codes = self.covers.codes(places)
                cells = [(row, column) for row in codes & rows for column in codes & columns - {row}]
                self.numbers.update(dict.fromkeys(cells, number))
                self.total += number if cells else 0

    def lines(self):
        """[(row place, [Cell])] for the template."""
        return [(row, [self.cell(row, column) for column in self.columns]) for row in self.rows]

    def cell(self, row, column):
        return Cell(self.numbers[row.code, column.code], self.address(row, column) if row != column else "")

    def address(self, row, column):
        data = self.inquiry.data.copy()
        data.pop("page", None)
        data.setlist(self.name, [row.code])
        data.setlist("with", [column.code])
        return "?" + data.urlencode()

    def column_groups(self):
        """[(country, number of its columns)] for the head of the table."""
        return list(Counter(place.country for place in self.columns).items())


def of_inquiry(inquiry):
    """The matrix of countries and that of regions."""
    covers = Covers()
    return [of_countries(inquiry, covers), of_regions(inquiry, covers)]


def of_countries(inquiry, covers):
    six = sorted(Place.objects.filter(code__in=COUNTRIES), key=register_first)
    return Matrix(inquiry, "country", six, six, covers)


def of_regions(inquiry, covers):
    """Regions of one side with those of the other: of the places asked for, else of Russia with the other
    five countries."""
    places = list(Place.objects.exclude(kind=Place.Kind.GROUP).select_related("parent__parent"))
    rows = asked_regions(places, inquiry.filterset, "region") or asked_regions(
        places, inquiry.filterset, "country"
    )
    rows = rows or regions_of(places, COUNTRIES[:1])
    own = {place.country.code for place in rows}
    columns = asked_regions(places, inquiry.filterset, "with")
    columns = columns or regions_of(places, [code for code in COUNTRIES if code not in own])
    return Matrix(inquiry, "region", rows, columns, covers)


def asked_regions(places, filterset, name):
    """The regions and cities chosen in one parameter, and those that lie right in the countries chosen."""
    codes = (filterset.asked(name) or []) if filterset.is_answerable else []
    chosen = [place for place in places if place.code in codes and place.kind != Place.Kind.COUNTRY]
    return in_order(dict.fromkeys([*chosen, *regions_of(places, codes)]))


def regions_of(places, codes):
    """What lies right in these countries; a city of a region counts with its region."""
    return in_order(
        place
        for place in places
        if place.parent and place.parent.code in codes and place.parent.parent is None
    )


def in_order(places):
    """By country, those of the register first, then by name."""
    return sorted(places, key=lambda place: (register_first(place.country), place.name.casefold()))
