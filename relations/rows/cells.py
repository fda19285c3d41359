"""Cell values: allowed text, and several values separated by “;”."""

import re

from django.utils.translation import gettext_lazy as _

from relations.errors import Problem
from relations.text.cell_syntax import FORMULA_ERRORS, NEVER_CALCULATED
from relations.text.characters import meant, without_marks

#: control characters, unpaired surrogates and noncharacters
CONTROL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
    + "".join(f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0x10000, 0x110000, 0x10000))
    + "]"
)


def read_text(cell: str) -> str:
    """The text of a cell as it was meant. Every cell is read by this, wherever it was typed."""
    return refuse_controls(meant(cell))


def unseen_removed(cell: str) -> list[Problem]:
    """The warning for a cell with marks that cannot be seen, and that its text is kept without."""
    if without_marks(cell) == cell:
        return []
    return [Problem("text.invisible", _("Invisible characters were removed."))]


def refuse_controls(text: str) -> str:
    """Refuses control characters, which cannot be stored or exported, and errors of formulas."""
    if CONTROL.search(text):
        raise Problem("text.control", _("The cell contains control characters. Retype the text."))
    if text == NEVER_CALCULATED:
        message = _(
            "The formula in this cell has not been calculated yet. Open the file in Excel or LibreOffice and save it."
        )
        raise Problem("cell.uncalculated", message)
    if text[:1] == "#" and text in FORMULA_ERRORS:
        raise Problem("cell.error", _("The formula in this cell returns an error: %(text)s."), text=text)
    return text
