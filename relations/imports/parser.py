"""The parser: turns the cells of a row into values, and every problem in a cell into a finding."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from relations.errors import Problem
from relations.models.row_cache import FlatRow
from relations.rows.cells import read_text, unseen_removed
from relations.rows.citation_columns import CitationColumns
from relations.rows.citation_slots import Slot
from relations.rows.columns import Column, Reference, Text
from relations.rows.lookups import Lookups
from relations.rows.related_columns import Participants
from relations.rows.sheet_row import SheetRow
from relations.rows.suggestions import mixed_words

from .findings import Findings
from .header import Header

#: cached cells per column: enough for repeated values, small for a sheet without any
MOST_REMEMBERED = 20_000


@dataclass(slots=True)
class ParsedRow:
    """`values` by column, and the `cells` as they will be kept; both lack what could not be read.

    `slots` are its citations, None where the sheet has none.
    """

    row: SheetRow
    values: dict[Column, Any]
    cells: FlatRow
    slots: tuple[Slot, ...] | None = None


class ParsedCell(NamedTuple):
    """`stored` is the cell in its stored form; None if `errors` give the reason."""

    value: Any
    stored: str | None
    errors: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()


class ParsedSlots(NamedTuple):
    slots: tuple[Slot, ...] | None
    cells: FlatRow


def read_cell(column: Column, cell: str, lookups: Lookups) -> ParsedCell:
    """One cell of a column, wherever it was typed: in a sheet, a form or a grid."""
    try:
        text = read_text(cell)
        value = column.parse(text, lookups)
    except Problem as problem:
        return ParsedCell(None, None, errors=(problem,))
    stored, warnings = column.render(value), [*unseen_removed(cell), *column.remarks(value)]
    if text and column.reads_differently(text, stored):
        warnings.append(Problem("converted", _("Read as “%(stored)s”."), stored=column.describe(value)))
    if isinstance(column, (Text, Participants, Reference)) and (words := mixed_words(text)):
        message = _("Latin letters are mixed with Cyrillic ones: %(words)s.")
        warnings.append(Problem("text.mixed", message, words=", ".join(words[:5])))
    return ParsedCell(value, stored, warnings=tuple(warnings))


class Parser:
    """Rows of a sheet in, parsed rows out."""

    def __init__(self, header: Header, lookups: Lookups, findings: Findings) -> None:
        self.header, self.lookups, self.findings = header, lookups, findings
        self.resource = header.resource
        self.parsed_cells: dict[Column, dict[str, ParsedCell]] = {
            column: {} for column in self.resource.columns()
        }
        self.parsed_slots: dict[tuple[str, ...], ParsedSlots] = {}

    def parse(self, rows: Sequence[SheetRow]) -> list[ParsedRow]:
        return [self.parse_row(row) for row in rows]

    @cached_property
    def columns(self) -> dict[Column, int]:
        """The columns that the sheet has, with their positions; those of citations are parsed together."""
        return dict(columns_of(self.header))

    def parse_row(self, row: SheetRow) -> ParsedRow:
        parsed, width = ParsedRow(row, {}, {}), len(row.cells)
        for column, at in self.columns.items():
            value, stored, errors, warnings = self.parse_cell(column, row.cells[at] if at < width else "")
            for problem in errors:
                self.findings.error(row, column.name, problem)
            for problem in warnings:
                self.findings.warning(row, column.name, problem)
            if stored is not None:
                parsed.values[column], parsed.cells[column.name] = value, stored
        if self.resource.citations:
            parsed.slots, cells = self.parse_citations(row, self.resource.citations)
            parsed.cells.update(cells)
        return parsed

    def parse_cell(self, column: Column, cell: str) -> ParsedCell:
        """Equal cells of a column are parsed once."""
        if isinstance(column, Text):  # titles and summaries do not repeat
            return read_cell(column, cell, self.lookups)
        remembered = self.parsed_cells[column]
        if cell not in remembered:
            if len(remembered) >= MOST_REMEMBERED:
                remembered.clear()
            remembered[cell] = read_cell(column, cell, self.lookups)
        return remembered[cell]

    def parse_citations(self, row: SheetRow, columns: CitationColumns) -> ParsedSlots:
        """The citations of a row; equal ones are parsed once, unless something is wrong with them."""
        own = {name: row.cell(at) for name, at in self.header.citation_indexes.items()}
        key = tuple(own.values())
        if key in self.parsed_slots:
            return self.parsed_slots[key]
        problems: list[tuple[str, Problem]] = []
        slots = None

        def complain(name: str, problem: Problem) -> None:
            problems.append((name, problem))

        try:
            slots = columns.parse(own, self.resource.citable_names(), self.lookups, complain)
        except Problem as problem:
            complain("source", problem)
        for name, found in problems:
            self.findings.error(row, name, found)
        parsed = ParsedSlots(slots, columns.cells(slots))
        if not problems:
            if len(self.parsed_slots) >= MOST_REMEMBERED:
                self.parsed_slots.clear()
            self.parsed_slots[key] = parsed
        return parsed


def columns_of(header: Header) -> Iterator[tuple[Column, int]]:
    """The columns of the sheet but for those of citations, with their positions."""
    parts = header.resource.citations.parts if header.resource.citations else ()
    for column in header.resource.columns():
        index = header.index(column.name)
        if index is not None and column not in parts:
            yield column, index
