"""A sheet looked at by itself: what of it is read and what is wrong in it. Nothing is compared with the register and
nothing is stored.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from relations.errors import Problem
from relations.mapping.recipe import Recipe
from relations.readers.sheet import Reiterable, Sheet
from relations.rows.public_lookups import PublicLookups
from relations.rows.resource import SheetResource
from relations.rows.sheet_row import SheetRow

from .differ import Differ
from .header import Header
from .options import ImportOptions
from .reading import SheetReading, as_ours
from .report import Report

#: characters of a cell, as spreadsheet programs have them at most
LONGEST_CELL = 32_767


def check_sheet(
    resource: type[SheetResource], sheet: Sheet, recipe: Recipe | None, lookups: PublicLookups, most: int
) -> Report:
    """The Report of at most so many rows, in which no record counts as known but those that readers see."""
    report = Report(resource.slug, sha256=sheet.sha256, dry_run=True)
    try:
        header = Header(resource, at_most(as_ours(resource, sheet, recipe, lookups), most), lookups)
        report.header_row = header.sheet.header_row
        SheetCheck(header, report, lookups).run()
    except Problem as problem:
        report.refuse(problem)
    report.sort()
    return report


def at_most(sheet: Sheet, most: int) -> Sheet:
    """This sheet, which raises a Problem when a row beyond so many, or with a cell that is too long, is asked for."""
    rows = sheet.rows
    refuse_long_cells(sheet.header_row, sheet.header)

    def counted() -> Iterator[SheetRow]:
        for number, row in enumerate(rows, 1):
            if number > most:
                message = _(
                    "Only sheets of at most %(most)d rows are checked here. Check a part of the table."
                )
                raise Problem("sheet.too_long_to_check", message, most=most)
            refuse_long_cells(row.shown_number, row.cells)
            yield row

    return replace(sheet, rows=Reiterable(counted))


def refuse_long_cells(number: int, cells: Sequence[str]) -> None:
    if any(len(cell) > LONGEST_CELL for cell in cells):
        message = _("A cell in row %(row)d has more than %(most)d characters.")
        raise Problem("cell.too_long_to_check", message, row=number, most=LONGEST_CELL)


class SheetCheck:
    """The steps of a check: those of every sheet, then what a new record needs."""

    def __init__(self, header: Header, report: Report, lookups: PublicLookups) -> None:
        self.header, self.report, self.lookups = header, report, lookups
        self.reading = SheetReading(header, report)
        self.differ = Differ(header, lookups, self.reading.findings, set(), ImportOptions(dry_run=True))

    def run(self) -> None:
        self.reading.read_header()
        if self.reading.findings.has_errors:
            return
        known = self.known()
        for rows in self.reading.chunks():
            self.check(rows, known)
        self.reading.warn_without_rows()

    def known(self) -> set[str]:
        """The keys of the sheet that belong to public records, of which a row may give a part."""
        at = self.header.index("key")
        keys = {row.cell(at) for row in self.header.sheet.rows} - {""} if at is not None else set()
        return self.lookups.published(self.header.resource, keys)

    def check(self, rows: Sequence[SheetRow], known: set[str]) -> None:
        parsed = self.reading.parser.parse(rows)
        at = self.header.index("key")
        self.differ.as_new([one for one in parsed if one.row.cell(at) not in known])
        self.report.rows += len(rows)
