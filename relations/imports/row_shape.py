"""Checks that every filled cell of a row has a heading, so that nothing is lost silently."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from relations.errors import Problem
from relations.rows.related_columns import RelatedColumn
from relations.rows.sheet_row import SheetRow

from .findings import Findings
from .header import Header, quoted

#: characters of the example of a quoted list
LONGEST_EXAMPLE = 60


class RowShape:
    """The check for the rows of one sheet."""

    def __init__(self, header: Header, findings: Findings) -> None:
        self.header, self.findings = header, findings
        self.width, self.delimiter = len(header.names), header.sheet.delimiter
        self.unnamed = [at for at, name in enumerate(header.names) if not name]

    def check(self, row: SheetRow) -> None:
        number = len(row.cells)
        if number > self.width or self.unnamed:
            strays = [at for at in (*self.unnamed, *range(self.width, number)) if row.cell(at)]
            if strays:
                self.findings.error_at(row, strays[0], self.without_heading(row, strays))
        if self.delimiter and row.width < self.width:
            self.findings.warning(row, "", self.short(row))

    def without_heading(self, row: SheetRow, strays: list[int]) -> Problem:
        found = quoted(row.cell(at) for at in strays)
        if not self.delimiter.strip() or len(row.cells) <= self.width:
            message = _(
                "There is no heading above %(found)s, so this would be lost. Give the column a heading, or empty the"
                " cell."
            )
            return Problem("cell.no_heading", message, found=found)
        message = _(
            "This row has %(cells)d cells, but there are %(headings)d headings; %(found)s would be lost. Either a"
            " heading is missing, or a text with “%(delimiter)s” in it must be in quotation marks: %(example)s."
        )
        return Problem(
            "cell.no_heading",
            message,
            cells=len(row.cells),
            headings=self.width,
            found=found,
            delimiter=self.delimiter,
            example=self.example(row),
        )

    def example(self, row: SheetRow) -> str:
        """What the author may have meant: a list, or else the first two cells as one."""
        lists = [
            column.name for column in self.header.resource.columns() if isinstance(column, RelatedColumn)
        ]
        at = next((at for at, name in enumerate(self.header.names) if name in lists), 0)
        together = f"{row.cell(at)}{self.delimiter} {row.cell(at + 1)}"
        return f'"{together[:LONGEST_EXAMPLE]}"'

    def short(self, row: SheetRow) -> Problem:
        message = _(
            "This row has %(cells)d cells, but there are %(headings)d headings. The missing cells were read as empty."
        )
        return Problem("row.short", message, cells=row.width, headings=self.width)
