"""Collects findings for the report, each at the cell where the author of the sheet sees it."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from relations.errors import Problem
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

    def error_at(self, row: SheetRow, index: int, problem: Problem) -> None:
        """At a cell that no column has."""
        self.report.add(self.at(row.number, index, self.header.name_at(index), row.cell(index), problem))

    def warning(self, row: SheetRow | None, column: str, problem: Problem) -> None:
        self.report.add(self.finding(row, column, problem), warning=True)

    def finding(self, row: SheetRow | None, column: str, problem: Problem) -> Finding:
        index = self.header.index(column)
        number = row.number if row else self.header.sheet.header_row
        return self.at(number, index, column, row.cell(index) if row else "", problem)

    def remark(self, number: int | None, index: int | None, problem: Problem) -> None:
        """A warning of the reader of the file, which knows cells by their position only."""
        self.report.add(self.at(number, index, self.header.name_at(index), "", problem), warning=True)

    def at(self, number: int | None, index: int | None, column: str, value: str, problem: Problem) -> Finding:
        sheet = self.header.sheet
        letter = sheet.letter(index) if index is not None else ""
        return Finding(sheet.name, number, letter, column, value, problem)

    def refuse_sheet(self, problems: Iterable[Problem]) -> None:
        """Errors for which no row can be read."""
        for problem in problems:
            self.report.file_refused = True
            self.error(None, "", problem)

    def changed_since_preview(self) -> None:
        message = _("The file or the register has changed since the preview. Upload the file again.")
        self.error(None, "", Problem("preview.stale", message))
