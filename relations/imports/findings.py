"""Collects findings for the report, each at the cell where the author of the sheet sees it."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from relations.errors import Problem
from relations.readers.sheet import column_letters
from relations.rows.sheet_row import SheetRow

from .header import Header
from .report import Finding, Report


class Findings:
    """Findings of one import. A row of None means the sheet as a whole."""

    def __init__(self, report: Report, header: Header) -> None:
        self.report, self.header = report, header

    @property
    def has_errors(self) -> bool:
        return bool(self.report.errors)

    def error(self, row: SheetRow | None, column: str, problem: Problem) -> None:
        self.report.add(self.finding(row, column, problem))
        self.report.bad_rows.add(row.number if row else None)

    def error_at(self, row: SheetRow, index: int, problem: Problem) -> None:
        """At a cell that no column has."""
        self.report.add(self.at(row, index, self.header.name_at(index), problem))
        self.report.bad_rows.add(row.number)

    def warning(self, row: SheetRow | None, column: str, problem: Problem) -> None:
        self.report.add(self.finding(row, column, problem), warning=True)

    def finding(self, row: SheetRow | None, column: str, problem: Problem) -> Finding:
        return self.at(row, self.header.index(column), column, problem)

    def at(self, row: SheetRow | None, index: int | None, column: str, problem: Problem) -> Finding:
        sheet, value = self.header.sheet, row.cell(index) if row else ""
        number = row.shown_number if row else sheet.header_row
        return Finding(sheet.name, number, sheet.letter(index, row), column, value, problem)

    def remark(self, number: int | None, source: int | None, problem: Problem) -> None:
        """A warning of the reader of the file, which knows cells by their position in the author's table only."""
        name = self.header.name_of_source(source)
        letter = "" if source is None else column_letters(source)
        self.report.add(Finding(self.header.sheet.name, number, letter, name, "", problem), warning=True)

    def refuse_sheet(self, problems: Iterable[Problem]) -> None:
        """Errors for which no row can be read."""
        for problem in problems:
            self.report.file_refused = True
            self.error(None, "", problem)

    def changed_since_preview(self) -> None:
        self.error(None, "", stale())


def stale() -> Problem:
    message = _("The file or the register has changed since the preview. Upload the file again.")
    return Problem("preview.stale", message)
