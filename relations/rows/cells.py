"""Cell values: allowed text, and several values separated by “;”."""

import re

from django.utils.translation import gettext_lazy as _

from relations.errors import Problem
from relations.text.cell_syntax import FORMULA_ERRORS, NEVER_CALCULATED

#: control characters, marks of writing direction, unpaired surrogates and noncharacters
CONTROL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)


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
