"""Form fields that read what a cell of a sheet may contain, by the column of the sheet itself."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from relations.errors import Problem
from relations.rows.cells import refuse_controls
from relations.rows.columns import Column
from relations.rows.lookups import Lookups


def read_as_cell(column: Column, text: str, lookups: Lookups) -> Any:
    """The value of a typed text. Raises ValidationError with what is wrong."""
    try:
        return column.parse(refuse_controls(text), lookups)
    except Problem as problem:
        raise ValidationError(str(problem), code=problem.code) from problem


class CellField(forms.CharField):
    """A typed text; its cleaned value is that of the column."""

    def __init__(self, column: Column, **kwargs: Any) -> None:
        if "label" not in kwargs:
            kwargs["label"] = column.label
        super().__init__(**{"required": False, **kwargs})
        self.column, self.lookups = column, Lookups()

    def clean(self, value: Any) -> Any:
        return read_as_cell(self.column, super().clean(value), self.lookups)
