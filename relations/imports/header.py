"""The header of a sheet: matches headings to columns by name or label, and reports what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import chain, islice
from typing import Any, NamedTuple

from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from relations.errors import Problem
from relations.mapping.headings import MANY_ACROSS, years_across
from relations.mapping.synonyms import columns_meant
from relations.readers.sheet import DEEPEST_HEADING, Sheet
from relations.registry import resources
from relations.rows.citation_parts import NEW_SOURCE
from relations.rows.columns import Column, PeriodColumn
from relations.rows.lookups import Lookups
from relations.rows.minimum import Need
from relations.rows.resource import ERRORS, SheetResource
from relations.rows.suggestions import mixed_words, near, unmixed
from relations.text.normalize import fold

#: words that mark a heading as some kind of date
DATE_WORDS = frozenset("дата год года date year of".split())
#: how many cells of a header are quoted
MOST_QUOTED = 6
#: columns that one heading may mean
MOST_MEANT = 3
#: up to this many unknown headings get a suggestion; a sheet with more is a different table
MOST_GUESSED = 40


class HeadingProblem(NamedTuple):
    """What is wrong with one heading."""

    heading: str
    problem: Problem
    is_warning: bool


class Header:
    """Canonical column names in the order of the sheet; an unknown heading stays as it is.

    Its `sheet` begins at the heading row that was found.
    """

    def __init__(self, resource: type[SheetResource], sheet: Sheet, lookups: Lookups | None = None) -> None:
        self.resource, self.lookups = resource, lookups or Lookups()
        self.known = resource.known_headings()
        self.sheet = sheet if sheet.sources else sheet.located(self.known)
        self.names = [self.known.get(fold(text)) or text for text in self.sheet.header]
        self.sheet = self.sheet.linked([at for at, name in enumerate(self.names) if name.endswith("url")])
        self.given = frozenset(self.names)
        self.indexes = {name: at for at, name in reversed(list(enumerate(self.names))) if name}

    def index(self, name: str) -> int | None:
        """The position of a column in the sheet."""
        return self.indexes.get(name)

    def name_of_source(self, source: int | None) -> str:
        """The column that comes from this one of the author's table."""
        if source is None or not self.sheet.sources:
            return self.name_at(source)
        return self.name_at(self.sheet.sources.index(source)) if source in self.sheet.sources else ""

    def name_at(self, index: int | None) -> str:
        return self.names[index] if index is not None and index < len(self.names) else ""

    @cached_property
    def citation_indexes(self) -> dict[str, int]:
        """{name: index} of the columns about sources."""
        parts = self.resource.citations.parts if self.resource.citations else ()
        names = (*(part.name for part in parts), *NEW_SOURCE)
        return {name: self.indexes[name] for name in names if name in self.indexes}

    @property
    def unknown(self) -> list[str]:
        known = set(self.known.values())
        return [name for name in dict.fromkeys(self.names) if name not in known and name not in ("", ERRORS)]

    @property
    def telling(self) -> str:
        """The names of the type's most important columns."""
        return ", ".join(self.resource.telling_columns)

    # The sheet as a whole.

    def refusals(self) -> Iterator[Problem]:
        """Problems of the sheet as a whole: no headings, those of another type, or one column for each year."""
        has_known = bool(set(self.known.values()) & self.given)
        if other := self.other_type():
            message = _("This sheet is for another record type: %(other)s. Import it there.")
            yield Problem("header.other_type", message, other=other.model._meta.verbose_name_plural)
        elif wide := self.wide(has_known):
            yield wide
        elif not has_known:
            yield self.missing()

    def missing(self) -> Problem:
        """The Problem of a sheet without any known heading: where headings were expected, and what was found."""
        found, row = quoted(filter(None, self.sheet.header)), self.sheet.header_row
        params = {"most": DEEPEST_HEADING, "row": row, "found": found, "names": self.telling}
        if others := self.other_sheets():
            message = _(
                "No known column heading was found in the first %(most)d filled rows. Row %(row)d"
                " contains: %(found)s. One of these rows must contain headings such as %(names)s. The"
                " workbook has other sheets: %(others)s."
            )
            return Problem("header.missing", message, others=others, **params)
        message = _(
            "No known column heading was found in the first %(most)d filled rows. Row %(row)d"
            " contains: %(found)s. One of these rows must contain headings such as %(names)s."
        )
        return Problem("header.missing", message, **params)

    def other_sheets(self) -> str:
        remarks = (remark for _row, _column, remark in self.sheet.remarks)
        return next((str(one.params.get("others", "")) for one in remarks if one.code == "sheet.others"), "")

    def other_type(self) -> type[SheetResource] | None:
        """Another type that knows every heading of this sheet, as this one does not; None where there is none."""
        headings = {fold(text) for text in self.sheet.header} - {"", fold(ERRORS)}
        others = (one for one in resources() if self.unknown and one is not self.resource)
        return next((one for one in others if headings and headings <= set(one.known_headings())), None)

    def wide(self, has_known: bool) -> Problem | None:
        """The Problem of a sheet with one column per year or country, otherwise None."""
        if "value" not in self.resource.names() or "value" in self.given:
            return None
        rows: Iterable[list[str]] = [self.sheet.header]
        if not has_known:  # titles may be above
            rows = chain(rows, (row.cells for row in islice(self.sheet.rows, DEEPEST_HEADING)))
        for cells in rows:
            if years := years_across(cells):
                message = _(
                    "Years are used as column headings: %(found)s. Use one row per year, with the columns"
                    " %(names)s."
                )
                return Problem("header.wide", message, found=quoted(years), names=self.telling)
        if places := self.places_across():
            message = _(
                "Places are used as column headings: %(found)s. Use one row per place, with the"
                " columns %(names)s."
            )
            return Problem("header.wide", message, found=quoted(places), names=self.telling)
        return None

    def places_across(self) -> list[str]:
        """The headings that name different places, where there are many of them."""
        if len(self.unknown) < MANY_ACROSS:
            return []
        named: dict[Any, str] = {}
        for text in self.unknown:
            for place in self.lookups.places.called(text):
                named.setdefault(place, text)
        return list(named.values()) if len(named) >= MANY_ACROSS else []

    # Required columns of new records.

    @cached_property
    def lacking(self) -> list[Problem]:
        """Problems of missing required columns, reported once and not for every row."""
        message = _("New records need the column “%(name)s”, which this sheet does not have.")
        found = [Problem("column.required", message, name=name) for name in self.required_but_missing()]
        titles = {column.name for column in self.resource.title_columns()}
        if titles and self.resource.needs_title and not titles & self.given:
            message = _(
                "New records need a title, but this sheet has neither a title_ru nor a title_en column."
            )
            found.append(Problem("title.required", message))
        needs = () if "key" in self.given else self.resource.minimum
        needed = (need for need in needs if self.given.isdisjoint(need.names))
        found += [need.column_problem for need in needed if self.gives_no_source(need)]
        return found

    def gives_no_source(self, need: Need) -> bool:
        """Whether the sheet lacks even the columns that describe a source, where a source would do."""
        return "source" not in need.names or self.given.isdisjoint(NEW_SOURCE)

    @cached_property
    def columns(self) -> list[Column]:
        """The columns that the sheet has."""
        return [column for column in self.resource.columns() if column.name in self.given]

    def required_but_missing(self) -> list[str]:
        given = {*self.given, "key"}  # a row without a key gets one
        missing = (column for column in self.resource.columns() if column.name not in given)
        fields = ((column.name, column.field) for column in missing if column.field)
        return [name for name, field in fields if not field.blank and not field.has_default()]

    # Single headings.

    def problems(self) -> Iterator[HeadingProblem]:
        """What is wrong with single headings."""
        for number, name in enumerate(self.unknown):
            meant = self.meant(name) if number < MOST_GUESSED else []
            yield HeadingProblem(name, self.ignored(name, meant), is_warning=True)
        for name in self.indexes:
            if self.names.count(name) > 1 and name in self.known.values():
                letters = [self.sheet.letter(at) for at, other in enumerate(self.names) if other == name]
                message = _("The column “%(name)s” appears more than once: %(letters)s.")
                problem = Problem("column.twice", message, name=name, letters=", ".join(letters))
                yield HeadingProblem(name, problem, is_warning=False)

    def ignored(self, name: str, meant: list[str]) -> Problem:
        """The Problem of an unknown heading, with the columns that may be meant."""
        if not meant:
            message = _("Unknown column “%(name)s” was ignored.")
            return Problem("column.ignored", message, name=name[:80])
        choices = lazy(self.with_labels, str)(meant)
        if mixed_words(name):
            message = _(
                "Column “%(name)s” was ignored: its heading mixes letters of two alphabets. Did you"
                " mean %(choices)s?"
            )
            return Problem("column.ignored", message, name=name[:80], choices=choices)
        message = _("Unknown column “%(name)s” was ignored. Did you mean %(choices)s?")
        return Problem("column.ignored", message, name=name[:80], choices=choices)

    def with_labels(self, names: Iterable[str]) -> str:
        """Columns with their labels in the reader's language."""
        labels = {column.name: str(column.label) for column in self.resource.columns()}
        return ", ".join(f"{name} ({labels[name]})" if name in labels else name for name in names)

    def meant(self, heading: str) -> list[str]:
        """Names of up to three missing columns that an unknown heading may mean, best first."""
        text = fold(unmixed(heading))
        if synonyms := self.free(column for column in columns_meant(heading) if column in self.of_type):
            return synonyms[:MOST_MEANT]
        if exact := self.known.get(text):
            return [] if exact in self.given else [exact]
        words = [word for word in text.split() if word not in DATE_WORDS]
        if len(words) == len(text.split()):
            return self.free(self.known[label] for label in near(text, self.known))
        dates = {label: name for label, name in self.known.items() if name in self.dates}
        if not words:  # «Дата» alone is the date of the type
            return self.free(name for name in self.resource.telling_columns if name in self.dates)
        return self.free(dates[label] for label in near(" ".join(words), dates))

    @cached_property
    def of_type(self) -> set[str]:
        return set(self.known.values())

    @cached_property
    def dates(self) -> set[str]:
        return {column.name for column in self.resource.columns() if isinstance(column, PeriodColumn)}

    def free(self, names: Iterable[str]) -> list[str]:
        return [name for name in dict.fromkeys(names) if name not in self.given]


def quoted(texts: Iterable[str]) -> str:
    """The first few texts, each in quotation marks, and a sign that there are more."""
    texts = list(texts)
    more = ["…"] if texts[MOST_QUOTED:] else []
    return ", ".join([*(f"“{text[:40]}”" for text in texts[:MOST_QUOTED]), *more])
