"""Guesses how a foreign table is read: by its headings, its cells and the titles above them.

What follows from the table alone is certain, and used wherever a table is read; the rest is proposed and asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import islice
from typing import NamedTuple

from relations.readers.sheet import DEEPEST_HEADING, Sheet, column_letters
from relations.rows.citation_parts import NEW_SOURCE
from relations.rows.lookups import Lookups
from relations.rows.resource import ERRORS, SheetResource
from relations.rows.sheet_row import SheetRow
from relations.text.normalize import fold

from .contents import (
    MOSTLY,
    indicator_named,
    is_figure,
    is_year,
    kind_of,
    may_be_unit,
    place_named,
    share,
    unit_named,
)  # fmt: skip
from .headings import LEVEL, MANY_ACROSS, heading_names, heading_of, is_nameless, year_in
from .recipe import Across, Recipe
from .row_kinds import RowKinds
from .synonyms import columns_meant

#: rows below the headings that are looked at
SAMPLE = 200
#: the share of figures below a heading that is a year
OFTEN = 0.5
#: what a row of the numbers of columns has at least
FEWEST_NUMBERED = 3


class Guess(NamedTuple):
    """`recipe` is everything that may be meant, `certain` what follows from the table alone; `is_foreign`: that is
    another reading than by the headings as they stand. `asks` names what is meant but not certain.
    """

    recipe: Recipe
    certain: Recipe
    is_foreign: bool
    asks: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        return bool(self.asks)


def certain_recipe(resource: type[SheetResource], sheet: Sheet, lookups: Lookups) -> Recipe | None:
    """What follows from the table alone; None where it is read as it is."""
    if speaks_ours(resource, sheet):
        return None
    guessed = guess(resource, sheet, lookups)
    return guessed.certain if guessed.is_foreign else None


def speaks_ours(resource: type[SheetResource], sheet: Sheet) -> bool:
    """Whether every filled heading of the first row is one of ours, and no row of units follows."""
    known, filled = resource.known_headings(), [cell for cell in sheet.header if cell]
    if not filled or not all(fold(cell) in known or cell == ERRORS for cell in filled):
        return False
    if any(known.get(fold(cell)) == "value" and heading_of(cell).unit for cell in filled):
        return False  # “value, %” folds to “value”
    at = next((at for at, cell in enumerate(sheet.header) if known.get(fold(cell)) == "value"), None)
    first = next(iter(sheet.rows), None) if at is not None else None
    return first is None or not may_be_unit(first.cell(at))


def guess(resource: type[SheetResource], sheet: Sheet, lookups: Lookups) -> Guess:
    return Guesser(resource, sheet, lookups).guess()


class Title(NamedTuple):
    """A cell above the headings, and the part of it that may be meant."""

    address: str
    cell: str
    part: str


class Guesser:
    """One table, looked at from the top; `resource` is the type its rows are for."""

    def __init__(self, resource: type[SheetResource], sheet: Sheet, lookups: Lookups) -> None:
        self.resource, self.sheet, self.lookups = resource, sheet, lookups
        self.known = resource.known_headings()
        self.names_of_type = {*resource.names(), *(NEW_SOURCE if resource.citations else ())}
        self.top = list(islice(sheet.all_rows, DEEPEST_HEADING + SAMPLE))
        self.is_measured = "value" in self.names_of_type

    # Where the headings are.

    @cached_property
    def start(self) -> int:
        """The position of the first heading row: the one with the most headings that mean something."""
        scores = [self.score(row.cells) for row in self.top[:DEEPEST_HEADING]]
        best = max(scores, default=0)
        if best:
            return scores.index(best)
        filled = (
            at for at, row in enumerate(self.top[:DEEPEST_HEADING]) if len(list(filter(None, row.cells))) > 1
        )
        return next(filled, 0)

    def score(self, cells: Sequence[str]) -> int:
        filled = [cell for cell in cells if cell]
        if len(filled) < 2:
            return int(bool(filled) and fold(filled[0]) in self.known)
        known = sum(self.known_as(cell) is not None for cell in filled)
        synonyms = sum(self.meant_by(cell) is not None and self.known_as(cell) is None for cell in filled)
        across = 0
        if self.is_measured:
            years = len({year_in(cell) for cell in filled} - {""})
            across = (
                max(years, self.places_in(filled)) if max(years, self.places_in(filled)) >= MANY_ACROSS else 0
            )
            across = across or (years if years > 1 and not any(map(is_figure_only, filled)) else 0)
        return 2 * known + synonyms + across

    def places_in(self, cells: Sequence[str]) -> int:
        """How many different places are named, up to as many as make a wide table."""
        named = {fold(cell) for cell in cells if place_named(cell, self.lookups)}
        return min(len(named), 10)

    @cached_property
    def levels(self) -> int:
        """1, or 2 where the next row says what the columns below each year are."""
        if self.start + 1 >= len(self.top):
            return 1
        first, second = self.top[self.start], self.top[self.start + 1]
        below = [second.cell(at) for at in range(len(second.cells)) if at and second.cell(at)]
        years = {year_in(cell) for cell in first.cells if cell} - {""}  # merged cells repeat theirs
        is_split = len(below) > len(years) > 1 and len(set(map(fold, below))) < len(below)
        return 2 if is_split and not any(map(is_figure, below)) else 1

    @cached_property
    def heading_rows(self) -> list[SheetRow]:
        return self.top[self.start : self.start + self.levels]

    @cached_property
    def names(self) -> list[str]:
        return heading_names(self.heading_rows)

    @cached_property
    def below(self) -> list[SheetRow]:
        """The rows of the sample, without those of units and numbers that belong to the headings, totals and notes."""
        kinds = RowKinds(self.names, {}, self.lookups)
        rows = self.top[self.start + self.levels + len(self.added_rows) :]
        return [row for row in rows if not kinds.kind(row)]

    @cached_property
    def added_rows(self) -> list[SheetRow]:
        """Rows below the headings that say more of them: of units, of the numbers of the columns."""
        found = []
        for row in self.top[self.start + self.levels : self.start + self.levels + 2]:
            if not (self.is_of_numbers(row) or self.is_of_units(row)):
                break
            found.append(row)
        return found

    def is_of_numbers(self, row: SheetRow) -> bool:
        """1, 2, 3, …: the numbers of the columns."""
        filled = [cell for cell in row.cells if cell]
        counted = [str(number) for number in range(1, len(filled) + 1)]
        return len(filled) >= FEWEST_NUMBERED and filled == counted

    def is_of_units(self, row: SheetRow) -> bool:
        """A unit below the heading of the figures, and no figure in the row."""
        at = self.position("value")
        unit = row.cell(at) if at is not None else ""
        filled = [cell for cell in row.cells if cell]
        return (
            bool(unit)
            and unit_named(unit, self.lookups)
            and not any(is_figure(cell) or is_year(cell) for cell in filled)
        )

    def position(self, column: str) -> int | None:
        """The column of theirs that certainly is this one of ours."""
        return next((at for at, name in enumerate(self.names) if self.known_as(name) == column), None)

    def cells_below(self, at: int) -> list[str]:
        return [row.cell(at) for row in self.below[:SAMPLE]]

    # What each heading means.

    def known_as(self, name: str) -> str | None:
        """The column of ours that a heading names, with or without a unit and marks of footnotes."""
        return self.known.get(fold(name)) or self.known.get(fold(heading_of(name).name) or name)

    def meant_by(self, name: str) -> str | None:
        """The column that a heading may mean."""
        return next((column for column in columns_meant(name) if column in self.names_of_type), None)

    @cached_property
    def exact(self) -> dict[str, str]:
        """{heading: our column} of those that are named."""
        found: dict[str, str] = {}
        for name in self.names:
            column = self.known_as(name)
            if column and column not in found.values() and not self.is_title_of_source(name, column):
                found[name] = column
        return found

    def is_title_of_source(self, name: str, column: str) -> bool:
        """Whether “source” heads titles and not keys."""
        if column != "source" or not self.resource.citations:
            return False
        cells = {cell for cell in self.cells_below(self.names.index(name)) if cell}
        return bool(cells) and not any(cell in self.lookups.sources for cell in cells)

    @cached_property
    def meant(self) -> dict[str, str]:
        """{heading: our column} of all others that may be meant, by their words or by their cells."""
        free = [name for name in self.names if name not in self.exact]
        found: dict[str, str] = {}
        for name in free:
            column = "source_title" if self.known_as(name) == "source" else self.meant_by(name)
            if column == "value" and self.across_names:
                continue
            if column and not self.is_taken(column, found):
                found[name] = column
        for name in free:
            column = "" if name in found or name in self.across_names else self.by_cells(name, found)
            if column:
                found[name] = column
        return found

    def is_taken(self, column: str, found: Mapping[str, str]) -> bool:
        return column in self.exact.values() or column in found.values()

    def by_cells(self, name: str, found: Mapping[str, str]) -> str:
        """The column that the cells look like."""
        kind = kind_of(self.cells_below(self.names.index(name)), self.lookups)
        wanted = {
            "place": ("area", "counterpart", "parties", "participants", "to_places"),
            "year": ("period", "date_signed", "date"),
            "figure": ("value",) if not self.across_names else (),
        }.get(kind, ())
        if kind == "place" and "area" in self.titles:
            wanted = ("counterpart",)
        return next(
            (one for one in wanted if one in self.names_of_type and not self.is_taken(one, found)), ""
        )

    # Headings that are values.

    @cached_property
    def across_names(self) -> list[str]:
        """The headings that are values: years, or places."""
        if not self.is_measured or "value" in self.exact.values() and not self.years_beside_value:
            return []
        free = [name for name in self.names if name not in self.exact]
        years = [name for name in free if year_in(name) and self.is_of_figures(name, OFTEN)]
        if len(years) > 1 and "period" not in self.exact.values():
            return years
        places = [
            name
            for name in free
            if place_named(name.split(LEVEL)[0], self.lookups) and self.is_of_figures(name)
        ]
        return places if len(places) >= MANY_ACROSS or len(places) > 1 and self.corner else []

    @cached_property
    def years_beside_value(self) -> bool:
        """“value 2021”, “value 2022”: the value of each year."""
        return sum(bool(year_in(name)) for name in self.names) > 1

    def is_of_figures(self, name: str, at_least: float = MOSTLY) -> bool:
        cells = self.cells_below(self.names.index(name))
        return not any(cells) or share(cells, is_figure) >= at_least

    @cached_property
    def corner(self) -> bool:
        """“Exporter \\ Importer” above the first column: places down and across."""
        return (
            bool(self.names) and any(sign in self.names[0] for sign in ("\\", "/", "|")) and self.levels == 1
        )

    @cached_property
    def across(self) -> Across | None:
        names = self.across_names
        if not names:
            return None
        if not year_in(names[0]):
            return self.places_across
        if LEVEL not in names[0]:
            return Across(("period",))
        inner = [name.split(LEVEL)[-1] for name in names]
        return Across(("period", self.column_of(inner)))

    @property
    def places_across(self) -> Across | None:
        """The other side; None where it is not known that the area is in another column."""
        areas = {*self.exact.values(), *self.first_column.values(), *self.meant.values(), *self.titles}
        return Across(("counterpart" if "area" in areas else "area",), headings=tuple(self.across_names))

    @property
    def certain_across(self) -> Across | None:
        """What is across and follows from the table alone."""
        if not self.across_names or year_in(self.across_names[0]):
            return self.across
        return self.across if "area" in (*self.exact.values(), *self.first_column.values()) else None

    def column_of(self, texts: Sequence[str]) -> str:
        """What the lower level of headings says."""
        if share(texts, lambda text: place_named(text, self.lookups)) >= MOSTLY:
            return "counterpart" if "counterpart" not in self.exact.values() else "area"
        return "unit" if share(texts, lambda text: unit_named(text, self.lookups)) >= MOSTLY else "indicator"

    @cached_property
    def first_column(self) -> dict[str, str]:
        """{heading: area} where the first column has the other side of a matrix."""
        if not self.names or self.names[0] in self.exact:
            return {}
        if not self.corner and (not is_nameless(self.names[0]) or "area" in self.titled):
            return {}
        is_places = kind_of(self.cells_below(0), self.lookups) == "place"
        return {self.names[0]: "area"} if is_places and "area" not in self.exact.values() else {}

    # What applies to all rows.

    @cached_property
    def units(self) -> dict[str, str]:
        """{"unit": …} of the heading of the figures or the row below it."""
        if not self.is_measured:
            return {}
        at = self.position("value")
        headings = [self.names[at]] if at is not None else self.across_names[:1]
        below = [row.cell(at) for row in self.added_rows if at is not None]
        texts = [*(heading_of(name).unit for name in headings), *below]
        found = next((text for text in texts if text and unit_named(text, self.lookups)), "")
        return {"unit": found} if found else {}

    @property
    def has_units(self) -> bool:
        """Whether the table has a column for them."""
        return "unit" in self.exact.values()

    @cached_property
    def titles(self) -> dict[str, str]:
        """{our column: “=B4”} of what the rows above the headings say: a place, a unit, an indicator."""
        return {column: f"={one.address}" for column, one in self.titled.items()}

    @cached_property
    def titled(self) -> dict[str, Title]:
        """{our column: the title that says it}."""
        if not self.is_measured:
            return {}
        found: dict[str, Title] = {}
        for title in self.texts_above():
            for column, is_so in (
                ("area", place_named),
                ("unit", unit_named),
                ("indicator", indicator_named),
            ):
                if (
                    column not in found
                    and column not in self.exact.values()
                    and is_so(title.part, self.lookups)
                ):
                    found[column] = title
        return found

    def texts_above(self) -> Iterator[Title]:
        """Each title, and its parts at commas."""
        for row in self.top[: self.start]:
            for at, cell in enumerate(row.cells):
                parts = [part.strip() for part in cell.split(",")] if cell else []
                for part in dict.fromkeys([cell, *parts]) if cell else ():
                    yield Title(f"{column_letters(at)}{row.number}", cell, part)

    @property
    def title_cells(self) -> dict[str, dict[str, str | None]]:
        """{our column: {title: the part of it that is meant}}."""
        return {column: {one.cell: one.part} for column, one in self.titled.items() if one.cell != one.part}

    @cached_property
    def filled_down(self) -> list[str]:
        """Columns of labels that are written once, with blanks below."""
        labels = {"indicator", "area", "counterpart", "unit", "period", "series"}
        mapped = [name for name, column in (self.exact | self.meant).items() if column in labels]
        return [name for name in mapped if has_gaps(self.cells_below(self.names.index(name)))]

    # The recipe.

    def guess(self) -> Guess:
        certain = Recipe(
            self.resource.slug,
            sheet=self.sheet.name,
            heading_rows=tuple(row.number for row in self.heading_rows),
            headings=tuple(self.names),
            first_row=self.added_rows[-1].number + 1 if self.added_rows else 0,
            columns=self.exact | self.first_column,
            constants={} if self.has_units else self.units,
            stated=self.units if self.has_units else {},
            across=self.certain_across,
        )
        across = set(self.across_names)
        meant = {
            name: column
            for name, column in self.meant.items()
            if name not in across and name not in self.first_column
        }
        constants = self.titles | dict(certain.constants)
        taken = {*certain.columns.values(), *meant.values(), *(self.across.parts if self.across else ())}
        constants = {name: text for name, text in constants.items() if name not in taken}
        recipe = replace(
            certain,
            across=self.across,
            columns={**certain.columns, **meant},
            constants=constants,
            fill_down=tuple(self.filled_down),
            cells={name: cells for name, cells in self.title_cells.items() if name in constants},
        )
        asks = [*meant, *(name for name in self.filled_down if name not in meant)]
        asks += sorted(set(constants) - set(certain.constants))
        return Guess(recipe, certain, self.is_foreign(certain), tuple(asks))

    def is_foreign(self, certain: Recipe) -> bool:
        """Whether the headings as they are would not do."""
        if (
            certain.across
            or certain.constants
            or certain.stated
            or certain.first_row
            or len(certain.heading_rows) > 1
        ):
            return True
        return any(self.known.get(fold(name)) != column for name, column in certain.columns.items())


def is_figure_only(cell: str) -> bool:
    return is_figure(cell) and not is_year(cell)


def has_gaps(cells: Sequence[str]) -> bool:
    """Whether labels are followed by blanks, from the first row on."""
    return bool(cells) and bool(cells[0]) and not all(cells)
