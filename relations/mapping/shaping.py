"""Shapes a foreign table by a recipe: their rows and columns become ours; each cell keeps the place it comes from."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import islice, takewhile
from typing import NamedTuple

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from relations.errors import Problem
from relations.readers.sheet import DEEPEST_HEADING, Reiterable, Sheet, column_index, column_letters
from relations.readers.workbook import Remark
from relations.rows.lookups import Lookups
from relations.rows.resource import SheetResource
from relations.rows.sheet_row import SheetRow
from relations.text.normalize import fold

from .contents import same_unit
from .headings import LEVEL, heading_names, is_nameless, year_in
from .left_out import LeftOut
from .recipe import YEARS, Recipe
from .row_kinds import RowKinds

#: a date such as 05/06/1993, whose order the recipe says
SLASHED = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
#: “=B4”: the text of a cell above the table
CELL = re.compile(r"=([A-Z]{1,3})([1-9][0-9]{0,5})")
#: headings named in one sentence
MOST_NAMED = 8
#: characters of the name of a sheet, and of a text with names and numbers filled in
LONGEST_NAME, LONGEST_FILLED = 100, 1000


class Target(NamedTuple):
    """One of our columns: where its cells come from, and the text that stands for it where they come from nowhere."""

    name: str
    source: int | None
    text: str = ""


class Unfolded(NamedTuple):
    """One heading that is unfolded: the column below it, and what its parts fill."""

    source: int
    parts: tuple[str, ...]


def shaped(sheet: Sheet, recipe: Recipe, resource: type[SheetResource], lookups: Lookups) -> Sheet:
    """The sheet as the recipe reads it. Raises Problem where the recipe fits neither the table nor the type."""
    if recipe.type != resource.slug:
        message = _("The recipe is for another type: %(type)s.")
        raise Problem("recipe.other_type", message, type=recipe.type[:80])
    refuse_unknown_columns(recipe, resource)
    return Shaping(sheet, recipe, lookups).sheet()


class Shaping:
    """One table and one recipe; `names` are the headings of the table, one for each of its columns."""

    def __init__(self, sheet: Sheet, recipe: Recipe, lookups: Lookups) -> None:
        self.given, self.recipe, self.lookups = sheet, recipe, lookups
        self.heading_rows = located(sheet, recipe)
        self.names = heading_names(self.heading_rows)
        self.at = {fold(name) or name: at for at, name in enumerate(self.names)}
        self.left_out = LeftOut(self.heading_rows[-1].number)
        refuse_contradictions(recipe)

    def index(self, heading: str) -> int | None:
        return self.at.get(fold(heading) or heading)

    def indexes(self, headings: Iterable[str]) -> list[int]:
        return [at for heading in headings if (at := self.index(heading)) is not None]

    @cached_property
    def unfolded(self) -> list[Unfolded]:
        """The headings that are values, in the order of the table."""
        across = self.recipe.across
        if not across:
            return []
        if across.headings == (YEARS,):
            taken = {*self.indexes(self.recipe.columns), *self.indexes(self.recipe.ignored)}
            found = [at for at, name in enumerate(self.names) if at not in taken and year_in(name)]
        else:
            found = self.indexes(across.headings)
        return [Unfolded(at, self.parts_of(self.names[at], len(across.parts))) for at in found]

    def parts_of(self, name: str, number: int) -> tuple[str, ...]:
        """The parts of a heading; a year is read without the words beside it."""
        parts = name.split(LEVEL) if number > 1 else [name]
        parts = [*parts[: number - 1], LEVEL.join(parts[number - 1 :])]
        parts += [""] * (number - len(parts))
        dates = [column == "period" for column in self.recipe.across.parts] if self.recipe.across else []
        return tuple(
            year_in(part) or part if is_date else part for part, is_date in zip(parts, dates, strict=True)
        )

    @cached_property
    def targets(self) -> list[Target]:
        """Our columns in the order of theirs; what nobody has decided about keeps its own heading."""
        across = {one.source for one in self.unfolded}
        columns = {self.index(heading): column for heading, column in self.recipe.columns.items()}
        ignored = set(self.indexes(self.recipe.ignored))
        found = [
            Target(columns.get(at, "" if is_nameless(name) else name), at)
            for at, name in enumerate(self.names)
            if at not in across and at not in ignored
        ]
        return [*found, *(Target(name, None, text) for name, text in self.constants.items())]

    @cached_property
    def constants(self) -> dict[str, str]:
        """{our column: text for all rows}; “=B4” is the text of that cell."""
        return {name: self.constant(text) for name, text in self.recipe.constants.items()}

    def constant(self, text: str) -> str:
        match = CELL.fullmatch(text)
        if not match:
            return text
        number, at = int(match[2]), column_index(match[1])
        row = next(
            (row for row in islice(self.given.all_rows, DEEPEST_HEADING) if row.number == number), None
        )
        if not row or not row.cell(at):
            message = _("The recipe takes a text from cell %(cell)s, which is empty here.")
            raise Problem("recipe.no_cell", message, cell=text[1:])
        return row.cell(at)

    def sheet(self) -> Sheet:
        across = self.recipe.across
        header = [target.name for target in self.targets]
        sources = [target.source for target in self.targets]
        if across:
            header += [*across.parts, across.value]
            sources += [None] * (len(across.parts) + 1)
        remarks = [*self.given.remarks, *self.remarks()]
        return replace(
            self.given,
            header_row=self.heading_rows[-1].number,
            header=header,
            rows=Reiterable(self.rows),
            remarks=remarks,
            remarks_at_end=self.remarks_at_end,
            delimiter="" if across else self.given.delimiter,
            sources=tuple(sources),
            headings=tuple("" if at is None else self.heading_rows[-1].cell(at) for at in sources),
        )

    def remarks(self) -> Iterator[Remark]:
        """What the shaping does that an eye would not see."""
        last = self.heading_rows[-1].number
        if self.unfolded:
            names = ", ".join(self.names[one.source] for one in self.unfolded[:MOST_NAMED])
            message = _("Unfolded: the columns %(names)s became rows of their own (%(number)d columns).")
            params = {"names": names, "number": len(self.unfolded)}
            yield Remark(last, None, Problem("table.unfolded", message, **params))
        for name, text in self.constants.items():
            message = _("“%(text)s” was used as %(name)s for all rows.")
            yield Remark(last, None, Problem("table.constant", message, name=name, text=text[:80]))
        for row in takewhile(lambda row: row.number < self.recipe.first_row, self.given.all_rows):
            if row.number > last:
                message = _("Row %(row)d belongs to the headings and was skipped.")
                yield Remark(row.number, None, Problem("row.of_headings", message, row=row.number))

    def remarks_at_end(self) -> Iterator[Remark]:
        """What was left out when the rows were read last."""
        wanted = [
            (at, texts)
            for heading, texts in self.recipe.only.items()
            if (at := self.index(heading)) is not None
        ]
        return self.left_out.remarks(wanted, self.recipe.last_row)

    # Rows, one step after the other.

    def rows(self) -> Iterator[SheetRow]:
        self.left_out = LeftOut(self.heading_rows[-1].number)
        ours = self.unfold if self.recipe.across else self.mapped
        steps: tuple[Callable[[Iterator[SheetRow]], Iterator[SheetRow]], ...] = (
            self.below, self.filled_down, self.chosen, ours, self.read_otherwise, self.as_stated,
        )  # fmt: skip
        found = iter(self.given.all_rows)
        for step in steps:
            found = step(found)
        return found

    def below(self, rows: Iterator[SheetRow]) -> Iterator[SheetRow]:
        """Those of the table itself."""
        first = max(self.recipe.first_row, self.heading_rows[-1].number + 1)
        last = self.recipe.last_row
        passed = {fold(text) or text for text in self.recipe.pass_over}
        for row in rows:
            if row.number < first:
                continue
            if last and row.number > last:
                self.left_out.below += 1
                continue
            start = next(filter(None, row.cells), "")
            if passed and (fold(start) or start) in passed:
                self.left_out.add_named(start)
                continue
            kind = self.kinds.kind(row)
            yield row._replace(kind=kind) if kind else row

    @cached_property
    def kinds(self) -> RowKinds:
        return RowKinds(self.names, {}, self.lookups)

    def filled_down(self, rows: Iterator[SheetRow]) -> Iterator[SheetRow]:
        """Labels written once, with blanks below."""
        places = self.indexes(self.recipe.fill_down)
        if not places:
            return rows
        return self.repeating(rows, places)

    def repeating(self, rows: Iterator[SheetRow], places: Sequence[int]) -> Iterator[SheetRow]:
        held: dict[int, str] = {}
        for row in rows:
            if row.kind:
                yield row
                continue
            cells = row.cells + [""] * (max(places) + 1 - len(row.cells))
            for number, at in enumerate(places):
                if cells[at]:
                    held[at] = cells[at]
                    for inner in places[number + 1 :]:  # a new label ends those inside the former one
                        held.pop(inner, None)
                else:
                    cells[at] = held.get(at, "")
            yield row._replace(cells=cells)

    def chosen(self, rows: Iterator[SheetRow]) -> Iterator[SheetRow]:
        """The rows with the cells that were asked for."""
        return (row for row in rows if row.kind or self.is_chosen(row)) if self.wanted else rows

    @cached_property
    def wanted(self) -> list[tuple[int, set[str], str]]:
        """[(position of a column, the cells that were asked for, what divides its values)]"""
        return [
            (at, {fold(text) or text for text in texts}, self.separator_at(at))
            for heading, texts in self.recipe.only.items()
            if (at := self.index(heading)) is not None
        ]

    def is_chosen(self, row: SheetRow) -> bool:
        for at, texts, by in self.wanted:
            met = among(row.cell(at), texts, by)
            if not met:
                self.left_out.add_other(at, row.cell(at))
                return False
            self.left_out.met[at] |= met
        return True

    def separator_at(self, at: int) -> str:
        column = next((target.name for target in self.targets if target.source == at), "")
        return self.recipe.separators.get(column, "")

    def mapped(self, rows: Iterator[SheetRow]) -> Iterator[SheetRow]:
        """One row for one row; cells beyond the headings stay, so that they are named and not lost."""
        width = len(self.names)
        for row in rows:
            if row.kind:
                yield row
                continue
            cells = [self.text_of(one, row) for one in self.targets]
            if len(row.cells) <= width:
                yield row._replace(cells=cells)
                continue
            beyond = range(width, len(row.cells))
            sources = (*(one.source for one in self.targets), *beyond)
            yield row._replace(cells=[*cells, *row.cells[width:]], sources=sources)

    def text_of(self, target: Target, row: SheetRow) -> str:
        if target.source is not None:
            return row.cell(target.source)
        if "{" not in target.text:
            return target.text
        filled = target.text.replace("{sheet}", self.given.name[:LONGEST_NAME])
        return filled.replace("{row}", str(row.number))[:LONGEST_FILLED]

    def unfold(self, rows: Iterator[SheetRow]) -> Iterator[SheetRow]:
        """A row for each filled cell below an unfolded heading, with a number of its own."""
        number, own = 0, self.targets
        sources = tuple(one.source for one in own)
        places = [
            (one, (*sources, *(one.source for _part in one.parts), one.source)) for one in self.unfolded
        ]
        for row in rows:
            if row.kind:
                number += 1
                yield row._replace(number=number, origin=row.number)
                continue
            cells = [self.text_of(one, row) for one in own]
            beyond = tuple(range(len(self.names), len(row.cells)))  # named at the first row of its own
            filled = [one for one in places if row.cell(one[0].source)]
            for one, row_sources in filled or places[: len(beyond)]:
                number += 1
                if number > settings.MOST_ROWS:
                    message = _(
                        "Unfolded, the table has more than %(most)d rows. Choose fewer rows or columns."
                    )
                    raise Problem("table.too_long", message, most=settings.MOST_ROWS)
                filled_in = self.with_column(cells, one.source)
                found = [*filled_in, *one.parts, row.cell(one.source), *(row.cell(at) for at in beyond)]
                sources_of = (*row_sources, *beyond)
                yield SheetRow(number, found, 0, row.number, sources_of, is_bare=row.is_bare)
                beyond = ()

    def with_column(self, cells: Sequence[str], at: int) -> list[str]:
        """The same with the letter of the unfolded column where a text for all rows asks for it."""
        letters = column_letters(at)
        return [
            cell.replace("{column}", letters) if target.source is None else cell
            for target, cell in zip(self.targets, cells, strict=True)
        ]

    def read_otherwise(self, rows: Iterator[SheetRow]) -> Iterator[SheetRow]:
        """Cells that are read as something else, and rows that are passed over because of one."""
        across = self.recipe.across
        header = [one.name for one in self.targets] + ([*across.parts, across.value] if across else [])
        changes = [Change(at, self.recipe, name) for at, name in enumerate(header) if name]
        changes = [change for change in changes if change.is_any]
        if not changes:
            return rows
        return self.changed(rows, changes)

    def as_stated(self, rows: Iterator[SheetRow]) -> Iterator[SheetRow]:
        """Empty cells are what the headings state; others mean the same. Raises Problem where they do not."""
        header = [one.name for one in self.targets]
        places = [(header.index(name), text) for name, text in self.recipe.stated.items() if name in header]
        if not places:
            return rows
        return (self.agreeing(row, places) for row in rows)

    def agreeing(self, row: SheetRow, places: Sequence[tuple[int, str]]) -> SheetRow:
        if row.kind:
            return row
        cells = list(row.cells)
        for at, text in places:
            if cells[at] and not same_unit(cells[at], text, self.lookups):
                message = _("Row %(row)d has “%(cell)s”, but the heading of the table says “%(text)s”.")
                params = {"row": row.shown_number, "cell": cells[at][:80], "text": text[:80]}
                raise Problem("table.contradicts", message, **params)
            cells[at] = cells[at] or text
        return row._replace(cells=cells)

    def changed(self, rows: Iterator[SheetRow], changes: Sequence[Change]) -> Iterator[SheetRow]:
        for row in rows:
            cells: list[str] | None = list(row.cells)
            for change in () if row.kind else changes:
                if cells is not None and change.at < len(cells):
                    read = change.of(cells[change.at])
                    if read is None:
                        self.left_out.add_named(cells[change.at])
                        cells = None
                    else:
                        cells[change.at] = read
            if cells is not None:
                yield row._replace(cells=cells)


class Change:
    """What is made of the cells of one column: values at other separators, dates in their order, other texts."""

    def __init__(self, at: int, recipe: Recipe, column: str) -> None:
        self.at, self.order = at, recipe.dates.get(column, "")
        self.separator = recipe.separators.get(column, "")
        cells = recipe.cells.get(column, {})
        self.exact = dict(cells)
        self.folded = {folded: text for cell, text in cells.items() if (folded := fold(cell))}

    @property
    def is_any(self) -> bool:
        return bool(self.exact or self.separator or self.order)

    def of(self, cell: str) -> str | None:
        """The cell as it is read; None where its row is passed over."""
        if not cell:
            return cell
        if self.is_known(cell):
            return self.known(cell)
        if self.order and (match := SLASHED.fullmatch(cell)):
            return in_order(match, self.order)
        separator = self.separator or ";"
        parts = [part.strip() for part in cell.split(separator)]
        if len(parts) < 2:
            return cell
        read = [self.known(part) if self.is_known(part) else part for part in parts if part]
        return None if None in read else "; ".join(filter(None, read))

    def is_known(self, cell: str) -> bool:
        return cell in self.exact or bool(self.folded) and fold(cell) in self.folded

    def known(self, cell: str) -> str | None:
        return self.exact[cell] if cell in self.exact else self.folded[fold(cell)]


def in_order(match: re.Match[str], order: str) -> str:
    """05/06/1993 as a date with one meaning."""
    first, second, year = match.groups()
    day, month = (second, first) if order == "mdy" else (first, second)
    return f"{year}-{int(month):02d}-{int(day):02d}"


def among(cell: str, texts: set[str], separator: str) -> set[str]:
    """Those of the texts that the cell, or one of its values, is."""
    parts = cell.split(separator) if separator else [cell]
    return {fold(part) or part.strip() for part in parts} & texts


# Where the headings are.


def located(sheet: Sheet, recipe: Recipe) -> list[SheetRow]:
    """The heading rows of a table: those of the recipe, or others near the top with the same headings."""
    top = list(islice(sheet.all_rows, DEEPEST_HEADING))
    by_number = {row.number: at for at, row in enumerate(top)}
    starts = [by_number[one] for one in recipe.heading_rows[:1] if one in by_number]
    number = max(len(recipe.heading_rows), 1)
    wanted = wanted_headings(recipe)
    for start in dict.fromkeys([*starts, *range(len(top))]):
        rows = top[start : start + number]
        if len(rows) == number and wanted <= {fold(name) or name for name in heading_names(rows)}:
            return rows
    raise no_fit(recipe, top, starts)


def wanted_headings(recipe: Recipe) -> set[str]:
    """Those without which the recipe cannot be followed."""
    across = recipe.across.headings if recipe.across and recipe.across.headings != (YEARS,) else ()
    headings = (*recipe.columns, *recipe.fill_down, *recipe.only, *across)
    return {fold(name) or name for name in headings}


def no_fit(recipe: Recipe, top: Sequence[SheetRow], starts: Sequence[int]) -> Problem:
    """What the table lacks at the row that comes nearest."""
    number, wanted = max(len(recipe.heading_rows), 1), wanted_headings(recipe)
    found = [
        wanted - {fold(name) or name for name in heading_names(top[at : at + number])}
        for at in starts or range(len(top))
    ]
    lacking = min(found, key=len, default=wanted)
    headings = (
        *recipe.columns,
        *recipe.only,
        *recipe.fill_down,
        *(recipe.across.headings if recipe.across else ()),
    )
    names = [name for name in dict.fromkeys(headings) if (fold(name) or name) in lacking]
    message = _("The recipe does not fit this table: there is no heading %(names)s.")
    quoted = ", ".join(f"«{name}»" for name in names[:MOST_NAMED])
    return Problem("recipe.no_fit", message, names=quoted)


def refuse_contradictions(recipe: Recipe) -> None:
    """Two columns for one of ours, or a column and one value for all rows."""
    across = [*recipe.across.parts, recipe.across.value] if recipe.across else []
    filled = [*recipe.columns.values(), *recipe.constants, *across]
    twice = sorted({name for name in filled if filled.count(name) > 1})
    if twice:
        message = _("Two things fill the column “%(name)s”: give it one column, or one value for all rows.")
        raise Problem("recipe.twice", message, name=twice[0])
    both = [name for name in recipe.ignored if name in recipe.columns]
    if both:
        message = _("The column “%(name)s” is both read and ignored.")
        raise Problem("recipe.both", message, name=both[0])


def refuse_unknown_columns(recipe: Recipe, resource: type[SheetResource]) -> None:
    """Columns of ours that the type does not have."""
    across = [*recipe.across.parts, recipe.across.value] if recipe.across else []
    changed = [*recipe.cells, *recipe.separators, *recipe.dates]
    used = [*recipe.columns.values(), *recipe.constants, *recipe.stated, *across, *changed]
    names = set(resource.known_headings().values())
    unknown = [name for name in dict.fromkeys(used) if name not in names]
    if unknown:
        message = _("The recipe names columns that this type does not have: %(names)s.")
        raise Problem("recipe.columns", message, names=", ".join(unknown)[:200])
