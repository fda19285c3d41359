"""The first steps of every sheet, which need no stored record: recipe, header, kinds of rows, their shape, parser."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from django.utils.translation import gettext_lazy as _

from relations.errors import Problem
from relations.mapping.guessing import certain_recipe
from relations.mapping.recipe import Recipe
from relations.mapping.row_kinds import RowKinds, passed_over
from relations.mapping.shaping import shaped
from relations.readers.sheet import Sheet
from relations.rows.lookups import Lookups
from relations.rows.related_columns import Links
from relations.rows.resource import EXAMPLE_KEY, SheetResource
from relations.rows.sheet_row import SheetRow

from .findings import Findings
from .header import Header
from .parser import Parser, columns_of
from .report import Report
from .row_shape import RowShape
from .waves import in_waves

#: rows that the steps take at once, so that memory does not grow with the sheet
CHUNK = 1000


def as_ours(resource: type[SheetResource], sheet: Sheet, recipe: Recipe | None, lookups: Lookups) -> Sheet:
    """A foreign table as its recipe reads it; without one, as far as the table itself says how."""
    recipe = recipe or certain_recipe(resource, sheet, lookups)
    return shaped(sheet, recipe, resource, lookups) if recipe else sheet


class SheetReading:
    """These steps for one sheet. `is_alone`: it has one row, which was typed into a form and is meant as a record."""

    def __init__(self, header: Header, report: Report, is_alone: bool = False) -> None:
        self.header, self.report, self.is_alone = header, report, is_alone
        self.findings = Findings(report, header)
        self.kinds = RowKinds(header.sheet.header, header.known, header.lookups)
        self.shape = RowShape(header, self.findings)
        self.parser = Parser(header, header.lookups, self.findings)

    def read_header(self) -> None:
        """Reports what is wrong with the sheet as a whole and with single headings."""
        self.findings.refuse_sheet(self.header.refusals())
        if self.findings.has_errors:
            return
        for number, index, remark in self.header.sheet.remarks:
            self.findings.remark(number, index, remark)
        for heading, problem, is_warning in self.header.problems():
            report = self.findings.warning if is_warning else self.findings.error
            report(None, heading, problem)

    def chunks(self) -> Iterator[list[SheetRow]]:
        """The rows that are records, at most CHUNK at a time; none where the headings are refused."""
        if self.findings.has_errors:
            return
        self.expect_own_keys()
        for part in self.parts():
            rows = iter(part)
            while chunk := list(islice(rows, CHUNK)):
                kept = self.without_example(chunk)
                if not self.is_alone:
                    kept = [row for row in kept if not self.is_passed_over(row)]
                for row in kept:
                    self.shape.check(row)
                yield kept
        for number, index, remark in self.header.sheet.remarks_at_end():
            self.findings.remark(number, index, remark)

    def parts(self) -> Iterator[Iterable[SheetRow]]:
        """The whole sheet; where its rows may name each other, those that are named before the others."""
        rows = self.header.sheet.rows
        if self.header.given.isdisjoint(self.header.resource.own_references):
            yield rows
        else:
            yield from in_waves(self.header, list(rows))

    def is_passed_over(self, row: SheetRow) -> bool:
        """Whether a row is no record but a total, a note or the like, which is reported. One with a key is kept."""
        is_shaped = bool(self.header.sheet.sources)
        kind = row.kind if is_shaped or row.cell(self.header.index("key")) else self.kinds.kind(row)
        if kind:
            self.findings.warning(row, "", passed_over(row, kind))
        return bool(kind)

    def without_example(self, rows: Iterable[SheetRow]) -> list[SheetRow]:
        """Those that are not the example row of the template."""
        at, kept = self.header.index("key"), []
        for row in rows:
            if at is not None and row.cell(at) == EXAMPLE_KEY:
                message = _("The example row of the template was skipped.")
                self.findings.warning(row, "key", Problem("row.example", message))
            else:
                kept.append(row)
        return kept

    def expect_own_keys(self) -> None:
        """Lets a row point at the record of a row further below: the keys of the sheet count as known at once."""
        header, resource = self.header, self.header.resource
        at = header.index("key")
        links = (column for column, _at in columns_of(header) if isinstance(column, Links))
        if at is None or not any(resource.slug in column.ends for column in links):
            return
        own = [key for row in header.sheet.rows if (key := row.cell(at))]
        if own:
            keys = header.lookups.keys(resource.slug)
            for key in own:
                keys.setdefault(key, None)

    def warn_without_rows(self) -> None:
        if not self.report.rows and not self.findings.has_errors:
            message = _("The sheet has headings but no rows below them.")
            self.findings.warning(None, "", Problem("sheet.no_rows", message))
