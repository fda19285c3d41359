"""Whether a saved recipe may be used for a table without asking: its headings, and what it takes from titles."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from relations.errors import Problem
from relations.readers.sheet import Sheet
from relations.rows.lookups import Lookups

from .headings import is_nameless, year_in
from .recipe import Recipe
from .shaping import Shaping


class Fit(NamedTuple):
    """A recipe that fits a table; `is_known`: nothing in the titles of the table is new to it."""

    recipe: Recipe
    is_known: bool


def fit_of(recipe: Recipe, sheet: Sheet) -> Fit | None:
    """How a recipe fits a table with its headings; None where nothing but years and blanks says that it does."""
    try:
        titles = titles_of(recipe, sheet)
    except Problem:
        return None
    known = [text in recipe.cells.get(column, {}) for column, text in titles.items()]
    is_named = any(not is_nameless(name) and not year_in(name) for name in recipe.headings)
    return Fit(recipe, all(known)) if is_named or any(known) else None


def titles_of(recipe: Recipe, sheet: Sheet) -> dict[str, str]:
    """{our column: text} of what the recipe takes from cells above the table. Raises Problem where it does not fit."""
    constants = Shaping(sheet, recipe, Lookups()).constants
    return {name: text for name, text in constants.items() if recipe.constants[name].startswith("=")}


def with_titles(recipe: Recipe, sheet: Sheet) -> Recipe:
    """The recipe, which from now on knows the titles of this table."""
    cells = dict(recipe.cells)
    for column, text in titles_of(recipe, sheet).items():
        cells[column] = {text: text, **cells.get(column, {})}
    return replace(recipe, cells=cells)
