"""How many records of one type each country has in each year, in any state: what has not been entered shows as 0."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.db.models import Count
from django.db.models.functions import ExtractYear
from django.utils import timezone

from relations.catalog import RecordType
from relations.models import Place, State
from relations.models.places import COUNTRIES

#: the first year in which all six were states; earlier years are rows only where they have records
FIRST_YEAR = 1992


@dataclass
class Cell:
    """The records of one country that begin in one year."""

    code: str
    number: int


@dataclass
class YearRow:
    """One year, or None for the undated, with a cell for each country."""

    year: int | None
    cells: list[Cell]

    @property
    def query(self) -> str:
        """The filter of the lists of the admin that finds these records."""
        return f"year={self.year}" if self.year else "dated=no"


@dataclass
class CountryYears:
    """The newest year first, the undated last."""

    countries: list[Place]
    rows: list[YearRow]


def country_years(record_type: RecordType) -> CountryYears:
    """A record counts in each country that takes part in it, withdrawn ones in none."""
    counts = {code: numbers_of(record_type, code) for code in COUNTRIES}
    places = Place.objects.in_bulk(COUNTRIES, field_name="code")
    found = {year for numbers in counts.values() for year in numbers}
    dated = {year for year in found if year is not None} | set(
        range(FIRST_YEAR, timezone.localdate().year + 1)
    )
    years: list[int | None] = [*sorted(dated, reverse=True), *([None] if None in found else [])]
    rows = [YearRow(year, [Cell(code, counts[code][year]) for code in COUNTRIES]) for year in years]
    return CountryYears([places[code] for code in COUNTRIES if code in places], rows)


def numbers_of(record_type: RecordType, code: str) -> Counter[int | None]:
    """{year in which the date begins: number of records}"""
    records = record_type.model.objects.order_by().exclude(state=State.WITHDRAWN).involving([code])
    years = records.values_list(ExtractYear("first_day")).annotate(n=Count("pk"))
    return Counter(dict(years))
