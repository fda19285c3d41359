"""Findings of an import as lines that people read: which cells, which column, what is wrong."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext, ngettext

from relations.models.named import reader_language
from relations.rows.resource import SheetResource

#: a line as the template shows it
Line = dict[str, Any]
#: a cell as spreadsheets name it, such as K6
CELL = re.compile("[A-Z]+[0-9]+")
#: cells named of one cause
MOST_PLACES = 30


def line_of(resource: type[SheetResource], finding: dict[str, Any]) -> Line:
    """A grouped finding with the label of its column, its cells, and the sentence in the reader's language."""
    language = reader_language()
    return {
        **finding,
        "column_name": finding.get("header", ""),
        "header": label_of(resource, finding.get("header", "")),
        "where": where(finding["cells"], finding["count"]),
        "sentence": finding.get("message", {}).get(language, ""),
        "examples": [(value, said[language]) for value, said in finding.get("examples", ())],
    }


def label_of(resource: type[SheetResource], name: str) -> str:
    try:
        return str(resource.column(name).label)
    except StopIteration:
        return name


def where(cells: Sequence[str], number: int) -> str:
    """“2 cells: K6, K7”; a row, a column or the whole sheet where a finding is about no single cell."""
    named = ", ".join(map(place_named, cells[:MOST_PLACES]))
    named += "…" if number > MOST_PLACES else ""
    if all(CELL.fullmatch(cell) for cell in cells):
        return ngettext("%(n)d cell: %(cells)s", "%(n)d cells: %(cells)s", number) % {
            "n": number,
            "cells": named,
        }
    return named


def place_named(cell: str) -> str:
    if CELL.fullmatch(cell):
        return cell
    if not cell:
        return gettext("the whole sheet")
    return (
        gettext("row %(n)s") % {"n": cell} if cell.isdigit() else gettext("column %(name)s") % {"name": cell}
    )
