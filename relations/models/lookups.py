"""Lookups by what no column can hold: a year that no date has, a number that is too large. They match nothing.

Django passes them on, and Python or SQLite raises an error: an address of the admin may ask for them.
"""

from datetime import MAXYEAR, MINYEAR
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import IntegerField
from django.db.models.functions import ExtractYear
from django.db.models.lookups import In, YearExact, YearGt, YearGte, YearLt, YearLte
from django.db.models.sql.compiler import SQLCompiler

#: what both databases take for a whole number
LEAST, MOST = -(2**63), 2**63 - 1


def register_year(lookup: type[Any], matches_later: bool, matches_earlier: bool) -> None:
    """A lookup of the year; whether dates match when the year is later, or earlier, than all that there are."""

    def as_sql(self: Any, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> Any:
        if isinstance(self.rhs, int):
            if (self.rhs > MAXYEAR and not matches_later) or (self.rhs < MINYEAR and not matches_earlier):
                raise EmptyResultSet
            self.rhs = min(max(self.rhs, MINYEAR), MAXYEAR)
        return lookup.as_sql(self, compiler, connection)

    ExtractYear.register_lookup(type(lookup.__name__, (lookup,), {"as_sql": as_sql}))


for _lookup, _later, _earlier in (
    (YearExact, False, False),
    (YearGt, False, True),
    (YearGte, False, True),
    (YearLt, True, False),
    (YearLte, True, False),
):
    register_year(_lookup, _later, _earlier)


@IntegerField.register_lookup
class IntegerIn(In):
    """As Django has it for a single number."""

    def get_prep_lookup(self) -> Any:
        found = super().get_prep_lookup()
        if not self.rhs_is_direct_value():
            return found
        return [one for one in found if not isinstance(one, int) or LEAST <= one <= MOST]
