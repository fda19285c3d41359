"""Answers: a recipe as a form posts it, and the choices that the form offers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import islice
from typing import Any, NamedTuple

from django.http import QueryDict

from relations.errors import Problem
from relations.models.places import COUNTRIES
from relations.readers.sheet import Sheet, column_letters
from relations.rows.lookups import Lookups
from relations.rows.resource import SheetResource
from relations.rows.sheet_row import SheetRow
from relations.text.normalize import fold
from relations.text.similarity import most_similar

from .headings import heading_names, is_nameless, year_in
from .recipe import YEARS, Across, Recipe, storable
from .sample import MOST_DIFFERENT, cells_of, sampled_sheet
from .shaping import shaped

#: columns listed one by one; of wider tables the others are named in the list of columns that are unfolded
MOST_LISTED = 60
#: rows of the beginning of a table as its author sees it, rows as they are read, and cells shown of a column
TOP_ROWS, READ_ROWS, MOST_SHOWN = 12, 8, 3
#: values for all rows that the form has room for beyond those given
SPARE = 3
#: how similar a name must be to one of the six states to be kept for a question
SEEMS_TO_BE = 0.7
IGNORED = "-"
HEADING_ROWS = re.compile(r"\s*(\d{1,6})(?:\s*[-–,;]\s*(\d{1,6}))?\s*")


class TheirColumn(NamedTuple):
    """One column of theirs as the form shows it."""

    at: int
    letter: str
    name: str
    heading: str
    cells: list[str]
    ours: str
    is_filled_down: bool
    only: str
    separator: str
    order: str
    has_six: bool

    @property
    def has_more(self) -> bool:
        """Whether anything under “more” is filled in."""
        return bool(self.is_filled_down or self.only or self.separator or self.order)


class Answers:
    """The form of one table: its `recipe` and the choices beside it. `table` is the sample of the file."""

    def __init__(
        self,
        resource: type[SheetResource],
        table: dict[str, Any],
        recipe: Recipe,
        lookups: Lookups | None = None,
    ) -> None:
        self.resource, self.table, self.recipe = resource, table, recipe
        self.lookups = lookups or Lookups()

    @cached_property
    def sheet(self) -> Sheet:
        return sampled_sheet(self.table)

    @cached_property
    def top(self) -> list[SheetRow]:
        return list(self.sheet.all_rows)

    # What the form shows.

    @property
    def top_rows(self) -> list[tuple[int, bool, list[str]]]:
        """[(number, whether it is a heading, its cells)] of the first rows."""
        rows = islice(self.top, TOP_ROWS)
        return [
            (row.number, row.number in self.recipe.heading_rows, row.cells[: MOST_SHOWN * 4]) for row in rows
        ]

    @property
    def sheets(self) -> list[str]:
        """The sheets of the workbook; none where there is one."""
        return list(self.table.get("sheets", ()))

    @cached_property
    def heading_rows(self) -> list[SheetRow]:
        wanted = set(self.recipe.heading_rows)
        return [row for row in self.top if row.number in wanted] or self.top[:1]

    @cached_property
    def names(self) -> list[str]:
        return heading_names(self.heading_rows)

    @property
    def heading_text(self) -> str:
        """“6” or “6-7”."""
        rows = [str(row.number) for row in self.heading_rows]
        return "-".join(dict.fromkeys((rows[0], rows[-1])))

    @cached_property
    def unfolded(self) -> list[str]:
        """The headings that are values."""
        across = self.recipe.across
        if not across:
            return []
        if across.headings != (YEARS,):
            return list(across.headings)
        return [name for name in self.names if year_in(name) and name not in self.recipe.columns]

    @property
    def takes_new_years(self) -> bool:
        return not self.recipe.across or self.recipe.across.headings == (YEARS,)

    @property
    def can_unfold(self) -> bool:
        return "value" in self.resource.names()

    @property
    def part_choices(self) -> list[tuple[str, str]]:
        """The columns that headings may fill."""
        wanted = ("period", "area", "counterpart", "indicator", "unit", "measure", "about")
        return [(name, label) for name, label in self.our_columns if name in wanted]

    @property
    def parts(self) -> tuple[str, str]:
        found = self.recipe.across.parts if self.recipe.across else ()
        return (*found, "", "")[:2]  # type: ignore[return-value]  # two of three

    @cached_property
    def our_columns(self) -> list[tuple[str, str]]:
        """[(name, “label (name)”)] of the columns that a table may fill."""
        labels = {column.name: str(column.label) for column in self.resource.columns()}
        names = dict.fromkeys(self.resource.known_headings().values())
        return [(name, f"{labels[name]} ({name})" if name in labels else name) for name in names]

    @cached_property
    def their_columns(self) -> list[TheirColumn]:
        """Those that are read one by one, or are not decided upon."""
        across = set(self.unfolded)
        named = [(at, name) for at, name in enumerate(self.names) if name not in across]
        listed = [one for one in named if len(named) <= MOST_LISTED or one[1] in self.recipe.columns]
        return [self.their_column(at, name) for at, name in listed]

    def their_column(self, at: int, name: str) -> TheirColumn:
        recipe = self.recipe
        ours = IGNORED if name in recipe.ignored else recipe.columns.get(name, "")
        cells = [cell for cell, _number in cells_of(self.table, at, MOST_DIFFERENT)]
        last = self.heading_rows[-1].number
        above = {row.cell(at) for row in self.top if row.number <= last}
        below = [cell for cell in cells if cell not in above]
        return TheirColumn(
            at, column_letters(at), name, "" if is_nameless(name) else name, below[:MOST_SHOWN], ours,
            name in recipe.fill_down, "\n".join(recipe.only.get(name, ())), recipe.separators.get(ours, ""),
            recipe.dates.get(ours, ""), bool(self.of_the_six(below)),
        )  # fmt: skip

    @property
    def others(self) -> list[str]:
        """The headings that may be unfolded."""
        return [name for name in self.names if name not in self.recipe.columns and not is_nameless(name)]

    @property
    def constants(self) -> list[tuple[str, str]]:
        return [*self.recipe.constants.items(), *[("", "")] * SPARE]

    def of_the_six(self, cells: Sequence[str]) -> list[str]:
        """The cells that name Russia or one of the five states, or seem to: what is kept too much is asked about."""
        return [cell for cell in cells if self.is_of_the_six(cell)]

    def is_of_the_six(self, cell: str) -> bool:
        places = self.lookups.places
        if called := places.called(cell):
            return any(one.code in COUNTRIES for one in called)
        text = f" {fold(cell)} "
        if any(f" {name} " in text for name in self.names_of_the_six):
            return True
        return bool(most_similar(fold(cell), self.names_of_the_six, 1, SEEMS_TO_BE))

    @cached_property
    def names_of_the_six(self) -> list[str]:
        names = self.lookups.places.by_name.items()
        return [name for name, places in names if name and any(one.code in COUNTRIES for one in places)]

    # How the first rows are read.

    @cached_property
    def read(self) -> tuple[list[str], list[list[str]], Problem | None]:
        """(our columns, the first rows as they are read, what prevents that)."""
        try:
            found = shaped(self.sheet, self.recipe, self.resource, self.lookups)
            rows = [row.cells for row in islice((row for row in found.rows if not row.kind), READ_ROWS)]
        except Problem as problem:
            return [], [], problem
        kept = [at for at, name in enumerate(found.header) if name]
        names = [found.header[at] for at in kept]
        return names, [[cells[at] if at < len(cells) else "" for at in kept] for cells in rows], None

    # What was posted.

    def posted(self, post: QueryDict) -> Answers:
        """The form with other answers; what cannot be meant is refused when the table is read."""
        heading_rows = self.rows_named(post.get("headings", ""))
        names = heading_names([row for row in self.top if row.number in heading_rows] or self.top[:1])
        columns: dict[str, str] = {}
        separators: dict[str, str] = {}
        dates: dict[str, str] = {}
        only: dict[str, tuple[str, ...]] = {}
        ignored: list[str] = []
        fill_down: list[str] = []
        shown = {int(at) for at in post.getlist("at") if str(at).isdecimal()}
        for at, name in enumerate(names):
            ours = post.get(f"c{at}", "" if at in shown else self.answer_before(name))
            if ours == IGNORED:
                ignored.append(name)
            elif ours:
                columns[name] = ours
                separators[ours] = post.get(f"by{at}", "")[:10]
                dates[ours] = post.get(f"order{at}", "")
            if post.get(f"fill{at}"):
                fill_down.append(name)
            if wanted := self.only_posted(post, at):
                only[name] = wanted
        recipe = replace(
            self.recipe, heading_rows=heading_rows, headings=tuple(names), columns=columns, ignored=tuple(ignored),
            fill_down=tuple(fill_down), only=only, separators=filled(separators), dates=filled(dates),
            first_row=number_of(post.get("first_row", "")), last_row=number_of(post.get("last_row", "")),
            pass_over=lines_of(post.get("pass_over", "")), constants=constants_of(post),
            across=self.across_posted(post, names, columns), name=post.get("name", "").strip()[:200],
            producer=post.get("producer", "").strip()[:200],
        )  # fmt: skip
        return Answers(self.resource, self.table, self.and_ignored(recipe, post), self.lookups)

    def answer_before(self, name: str) -> str:
        """Of a column that the form has not listed."""
        return IGNORED if name in self.recipe.ignored else self.recipe.columns.get(name, "")

    def rows_named(self, text: str) -> tuple[int, ...]:
        match = HEADING_ROWS.fullmatch(text)
        if not match:
            return self.recipe.heading_rows
        first, last = int(match[1]), int(match[2] or match[1])
        return tuple(row.number for row in self.top if first <= row.number <= last)[:3]

    def only_posted(self, post: QueryDict, at: int) -> tuple[str, ...]:
        cells = [cell for cell, _number in cells_of(self.table, at, MOST_DIFFERENT)]
        if separator := post.get(f"by{at}", "")[:10]:
            cells = [part.strip() for cell in cells for part in cell.split(separator)]
        six = self.of_the_six(list(dict.fromkeys(cells))) if post.get(f"six{at}") else []
        return tuple(dict.fromkeys([*lines_of(post.get(f"only{at}", "")), *six]))

    def across_posted(
        self, post: QueryDict, names: Sequence[str], columns: Mapping[str, str]
    ) -> Across | None:
        parts = tuple(filter(None, (post.get("part1", ""), post.get("part2", ""))))
        chosen = [name for name in names if name in set(post.getlist("across")) and name not in columns]
        if post.get("six_across"):
            chosen = self.of_the_six(chosen)
        if not parts or not chosen:
            return None
        years = [name for name in names if year_in(name) and name not in columns]
        is_years = "period" in parts and post.get("new_years") and chosen == years
        return Across(parts, headings=(YEARS,) if is_years else tuple(chosen))

    def and_ignored(self, recipe: Recipe, post: QueryDict) -> Recipe:
        """With all columns ignored about which nothing was said, if that was asked for."""
        if not post.get("ignore_others"):
            return recipe
        across = set(Answers(self.resource, self.table, recipe, self.lookups).unfolded)
        others = [name for name in recipe.headings if name not in recipe.columns and name not in across]
        return replace(recipe, ignored=tuple(dict.fromkeys([*recipe.ignored, *others])))

    @property
    def undecided(self) -> list[str]:
        """The headings about which nothing was said."""
        decided = {*self.recipe.columns, *self.recipe.ignored, *self.unfolded}
        return [name for name in self.names if name not in decided and not is_nameless(name)]


def storable_fields(post: QueryDict) -> QueryDict:
    """What was posted, without what no database keeps."""
    found = QueryDict(mutable=True)
    for name, values in post.lists():
        found.setlist(name, storable(values))
    return found


def number_of(text: str) -> int:
    return int(text) if str(text).strip().isdecimal() and len(text.strip()) <= 7 else 0


def lines_of(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(line.strip() for line in str(text).splitlines() if line.strip()))


def constants_of(post: QueryDict) -> dict[str, str]:
    pairs = zip(post.getlist("constant"), post.getlist("constant_text"), strict=False)
    return {name: text.strip() for name, text in pairs if name and text.strip()}


def filled(answers: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in answers.items() if text}
