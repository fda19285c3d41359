"""The least that must stand in a row for it to be a record at all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from relations.errors import Problem


class Need(NamedTuple):
    """One of `columns` must be filled; one with “=” counts with that cell only. `what` names them in words.

    With `of_sheets` a row is refused by its type, and only a sheet without these columns is refused here.
    """

    columns: tuple[str, ...]
    what: str | Promise
    of_sheets: bool = False

    @property
    def names(self) -> list[str]:
        return [column.partition("=")[0] for column in self.columns]

    def is_met(self, cells: Mapping[str, str]) -> bool:
        return any(is_filled(column, cells) for column in self.columns)

    def problem_below(self, label: str) -> Problem:
        """Of one row; `label` is what a row above it has there."""
        about = {"what": self.what, "names": ", ".join(self.names[:MOST_NAMED])}
        if not label:
            message = _("This is not yet a record: it lacks %(what)s (%(names)s).")
            return Problem("row.incomplete", message, **about)
        message = _(
            "This is not yet a record: it lacks %(what)s (%(names)s). If “%(label)s” above also applies to this row,"
            " use “Fill down” on the page “How the table is read”, or in a recipe."
        )
        return Problem("row.incomplete", message, label=label[:80], **about)

    @property
    def column_problem(self) -> Problem:
        """Of a sheet that has no column for it."""
        message = _("There is no column for %(what)s: %(names)s.")
        return Problem("column.needed", message, what=self.what, names=", ".join(self.names[:MOST_NAMED]))


#: columns named in one sentence
MOST_NAMED = 6


def is_filled(column: str, cells: Mapping[str, str]) -> bool:
    name, sign, wanted = column.partition("=")
    return cells.get(name) == wanted if sign else bool(cells.get(name))
