"""Values of other programs as the text of a cell."""

from datetime import date, datetime
from decimal import Decimal


def as_text(cell):
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
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, date) else str(cell)
