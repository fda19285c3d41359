"""Dates of every kind, as sheets have them."""

from random import Random
from typing import NamedTuple

FIRST_YEAR, LAST_YEAR = 1992, 2023
#: how many of a hundred dates are of each kind
SHARES = {"day": 62, "month": 12, "year": 10, "interval": 6, "about": 4, "since": 2, "until": 2, "none": 2}
KINDS, WEIGHTS = tuple(SHARES), tuple(SHARES.values())


class Date(NamedTuple):
    """A date as a cell, and the year it is of whatever the cell says of it."""

    cell: str
    year: int

    @property
    def is_day(self) -> bool:
        return len(self.cell) == len("2003-05-17")


def some_date(random: Random) -> Date:
    year, month = random.randint(FIRST_YEAR, LAST_YEAR), f"{random.randint(1, 12):02}"
    day = random.randint(1, 28)
    cells = {
        "day": f"{year}-{month}-{day:02}",
        "month": f"{year}-{month}",
        "year": f"{year}",
        "interval": f"{year}-{month}-{day // 2 + 1:02}/{year}-{month}-{day // 2 + 4:02}",
        "about": f"{year}~",
        "since": f"{year}-{month}/..",
        "until": f"../{year}",
        "none": "",
    }
    return Date(cells[random.choices(KINDS, WEIGHTS)[0]], year)


def some_day(random: Random) -> Date:
    """A day alone, of which a sheet of agreements is full."""
    year = random.randint(FIRST_YEAR, LAST_YEAR)
    return Date(f"{year}-{random.randint(1, 12):02}-{random.randint(1, 28):02}", year)
