"""Keeps recipes by name, and adds answers to those of an import."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from relations.mapping.recipe import Recipe
from relations.mapping.sample import headings_sha256
from relations.models import ImportBatch, ImportRecipe

from . import batches


def keep_recipe(recipe: Recipe, user: Any = None) -> ImportRecipe:
    """Saves a recipe under its name; one of that name is replaced."""
    about = {
        "type": recipe.type,
        "producer": recipe.producer,
        "content": recipe.as_json(),
        "headings_sha256": headings_sha256(recipe.headings),
        "user": user,
    }
    kept, _is_new = ImportRecipe.objects.update_or_create(name=recipe.name, defaults=about)
    return kept


def adopt(batch: ImportBatch, recipe: Recipe, user: Any) -> None:
    """Keeps new answers of an import, and the saved recipe of that name with them. Raises Problem."""
    batches.answer(batch, recipe)
    if recipe.name:
        keep_recipe(recipe, user)


def with_cell(batch: ImportBatch, column: str, cell: str, instead: str | None) -> Recipe:
    """The answers of an import, with one cell of a column read as something else; None passes its rows over."""
    recipe = batches.recipe_of(batch) or batches.guessed(batch).certain
    cells = {**recipe.cells, column: {**recipe.cells.get(column, {}), cell: instead}}
    return replace(recipe, cells=cells)
