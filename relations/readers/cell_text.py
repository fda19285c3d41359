"""Converts cell values of spreadsheets and JSON to text."""

from datetime import date, datetime
from decimal import Decimal

DAY_ZERO, FIRST_DAY = date(1899, 12, 30), date(1900, 3, 1)


def as_text(cell: object) -> str:
    """A cell as its author sees it: 16500.0 is 16500, a date is its ISO form."""
    if type(cell) is str:
        return cell
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else f"{Decimal(repr(cell)):f}"
    if isinstance(cell, datetime):
        # Serial numbers up to 60 are days before 29 February 1900, which Excel invented, or not dates at all.
        day = cell.date()
        return day.isoformat() if day >= FIRST_DAY else f"#{(day - DAY_ZERO).days}"
    return cell.isoformat() if isinstance(cell, date) else str(cell)
