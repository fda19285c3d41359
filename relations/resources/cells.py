"""What may stand in one cell: text, and several values separated by “;”."""

import re

from django.utils.translation import gettext_lazy as _

from relations.problems import Problem

from .unseen import NEVER_CALCULATED

ESCAPED = re.compile(r"\\([\\;])")
#: controls, marks that turn the direction of writing around, halves of letters, and what is no letter at all
CONTROL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
#: as Excel writes them, in English and in Russian
FORMULA_ERRORS = frozenset(
    "#NULL! #DIV/0! #VALUE! #REF! #NAME? #NUM! #N/A #ПУСТО! #ДЕЛ/0! #ЗНАЧ! #ССЫЛКА! #ИМЯ? #ЧИСЛО! #Н/Д".split()
)
VALUE = re.compile(r"(?:[^;\\]|\\.?)*", re.DOTALL)


def split(cell):
    """The values of a cell; «\\;» is a semicolon of the text, «\\\\» a backslash. Empty slots are kept; an empty cell has none."""
    if not cell.strip():
        return []
    values, at = [], 0
    while at <= len(cell):
        match = VALUE.match(cell, at)
        values.append(ESCAPED.sub(r"\1", match[0].strip()))
        at = match.end() + 1
    return values


def join(values):
    return "; ".join(str(value).replace("\\", "\\\\").replace(";", "\\;") for value in values)


def join_slots(values):
    """Parallel lists: empty slots count, but a list of nothing is an empty cell."""
    values = list(values)
    return join(values) if any(values) else ""


def refuse_controls(text):
    """NUL and its like cannot be stored, shown or exported; the error of a formula is nobody's text."""
    if CONTROL.search(text):
        raise Problem("text.control", _("The cell holds control characters. Type the text anew."))
    if text == NEVER_CALCULATED:
        message = _(
            "The formula in this cell has not been calculated yet. Open the file in Excel or LibreOffice and save it."
        )
        raise Problem("cell.uncalculated", message)
    if text[:1] == "#" and text in FORMULA_ERRORS:
        raise Problem("cell.error", _("A formula in this cell ended in an error: %(text)s."), text=text)
    return text
