"""What may stand in one cell: text, several values separated by “;”, a locator."""

import re

from django.utils.translation import gettext_lazy as _

from relations.problems import Problem

SEPARATOR = ";"
SPLIT = re.compile(r"(?<!\\);")


def split(cell):
    """The values of a cell, «\\;» being a literal semicolon. Empty slots are kept; an empty cell has none."""
    if not cell.strip():
        return []
    return [value.strip().replace("\\;", ";") for value in SPLIT.split(cell)]


def join(values):
    return "; ".join(str(value).replace(";", "\\;") for value in values)


def join_slots(values):
    """Parallel lists: empty slots count, but a list of nothing is an empty cell."""
    values = list(values)
    return join(values) if any(values) else ""


def refuse_controls(text):
    """NUL and its like cannot be stored, shown or exported."""
    if any(ord(letter) < 32 and letter not in "\t\n\r" for letter in text):
        raise Problem("text.control", _("The cell holds control characters. Type the text anew."))
    return text
