"""Counts of the records that two places share: countries with countries and regions with regions.

Each cell is the length of the list with one place as a parameter and the other as the other side.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple
from urllib.parse import urlencode

from pyroaring import BitMap

from relations.models import Place
from relations.models.places import COUNTRIES, register_first

from .record_query import RecordQuery


@dataclass
class Cell:
    """`address` is that of the list, as a query string; "" where the two are one place."""

    number: int
    address: str


class Line(NamedTuple):
    row: Place
    cells: list[Cell]


class ColumnGroup(NamedTuple):
    """One country in the head of the table; `width` is the number of its columns."""

    country: Place | None
    width: int


class Matrix:
    """`rows` and `columns` are places; `name` is the parameter of a row: "country" or "region"."""

    def __init__(
        self,
        query: RecordQuery,
        name: str,
        rows: list[Place],
        columns: list[Place],
    ) -> None:
        self.query, self.name = query, name
        #: {(code of the row, code of the column): number of records}
        self.numbers: Counter[tuple[str, str]] = Counter()
        #: different records in the table
        self.total = 0
        self.count({place.code for place in rows}, {place.code for place in columns})
        met = {code for pair in self.numbers for code in pair}
        self.rows = [place for place in rows if place.code in met]
        self.columns = [place for place in columns if place.code in met]

    def count(self, rows: set[str], columns: set[str]) -> None:
        """Sets `numbers` and `total`."""
        for found in self.query.found_of_all(self.name, "with").values():
            places = found.index.places
            in_table = BitMap()
            for row in rows:
                of_row = found & places(row)
                for column in columns - {row} if len(of_row) else ():
                    self.numbers[row, column] += of_row.number(places(column))
                in_table |= of_row.records & found.index.any_place(columns - {row})
            self.total += len(in_table)
        self.numbers = +self.numbers

    def lines(self) -> list[Line]:
        """For the template."""
        return [Line(row, [self.cell(row, column) for column in self.columns]) for row in self.rows]

    def cell(self, row: Place, column: Place) -> Cell:
        return Cell(self.numbers[row.code, column.code], self.address(row, column) if row != column else "")

    def address(self, row: Place, column: Place) -> str:
        return f"{self._rest_of_address}{urlencode({self.name: row.code, 'with': column.code})}"

    @cached_property
    def _rest_of_address(self) -> str:
        """The part that the addresses of all cells share, up to their two places."""
        parameters = self.query.parameters.copy()
        for name in ("page", self.name, "with"):
            parameters.pop(name, None)
        return f"?{parameters.urlencode()}&" if parameters else "?"

    def column_groups(self) -> list[ColumnGroup]:
        widths = Counter(place.country for place in self.columns)
        return [ColumnGroup(country, width) for country, width in widths.items()]


def matrices_of(query: RecordQuery) -> tuple[Matrix, Matrix]:
    """The matrix of countries and that of regions."""
    return of_countries(query), of_regions(query)


def of_countries(query: RecordQuery) -> Matrix:
    six = sorted(Place.objects.filter(code__in=COUNTRIES), key=register_first)
    return Matrix(query, "country", six, six)


def of_regions(query: RecordQuery) -> Matrix:
    """Regions of one side with those of the other: of the places chosen, else of Russia with the other five
    countries."""
    places = list(Place.objects.exclude(kind=Place.Kind.GROUP).select_related("parent__parent"))
    rows = chosen_regions(places, query, "region") or chosen_regions(places, query, "country")
    rows = rows or regions_of(places, COUNTRIES[:1])
    own = {place.country.code for place in rows if place.country}
    columns = chosen_regions(places, query, "with")
    columns = columns or regions_of(places, [code for code in COUNTRIES if code not in own])
    return Matrix(query, "region", rows, columns)


def chosen_regions(places: list[Place], query: RecordQuery, name: str) -> list[Place]:
    """The regions and cities chosen in one parameter, and those directly inside the chosen countries."""
    codes = query.value(name) or []
    chosen = [place for place in places if place.code in codes and place.kind != Place.Kind.COUNTRY]
    return in_order(dict.fromkeys([*chosen, *regions_of(places, codes)]))


def regions_of(places: list[Place], codes: Iterable[str]) -> list[Place]:
    """The places directly inside these countries; a city of a region counts with its region."""
    return in_order(
        place
        for place in places
        if place.parent and place.parent.code in codes and place.parent.parent is None
    )


def in_order(places: Iterable[Place]) -> list[Place]:
    """By country, those of the register first, then by name."""
    return sorted(places, key=lambda place: (register_first(place.country or place), place.name.casefold()))
