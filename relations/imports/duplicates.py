"""When two records are near duplicates: the same date and sides and nearly the same title, or the same title and sides
and dates a few years apart; and the warnings of an import about them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from functools import reduce
from itertools import chain, product
from operator import or_
from typing import Any, NamedTuple

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from relations.errors import Problem
from relations.models import State
from relations.models.row_cache import RECORDS_AT_ONCE, FlatRow, unpacked
from relations.rows.resource import SheetResource
from relations.rows.row_change import RowChange, Twin
from relations.search.lemmas import have_same_words
from relations.text.cell_syntax import split
from relations.text.normalize import fold
from relations.text.similarity import similarity
from relations.text.title_marks import title_mark

from .findings import Findings

#: share of the letters that two titles have in common, in order
ALIKE = 0.87
FIGURES = re.compile(r"\d+")
#: the most rows compared per date, since thousands of equal dates show nothing
MOST_NEIGHBOURS = 200
LONGEST_TITLE = 120

#: how far apart the dates of one event under one title may be, since one of them is wrong
FARTHEST = timedelta(days=3 * 366)

Days = tuple[date | None, date | None]
#: what is read of a record that is compared, in the order of Neighbour
COMPARED = ("key", "title_ru", "title_en", "row", "alternative_titles", "first_day", "last_day")


class Neighbour(NamedTuple):
    """The compared data; `sides` are the cells of the sides, or the stored row that contains them."""

    key: str
    title_ru: str
    title_en: str
    sides: tuple[str, ...] | str
    #: other wordings of the title, one per line
    alternative_titles: str = ""
    first_day: date | None = None
    last_day: date | None = None
    #: the number of the row further up, as its author sees it
    row: int | None = None

    @property
    def days(self) -> Days:
        return self.first_day, self.last_day

    @property
    def marks(self) -> set[str]:
        """The marks of its titles, which are the same in every spelling."""
        return {title_mark(self.title_ru), title_mark(self.title_en)} - {""}

    @property
    def titles(self) -> list[str]:
        return [one for one in (self.title_ru, self.title_en, *self.alternative_titles.splitlines()) if one]


class Known:
    """Records and rows to compare with, by their days and by their titles."""

    def __init__(self) -> None:
        self.by_day: defaultdict[Days, list[Neighbour]] = defaultdict(list)
        self.by_mark: defaultdict[str, list[Neighbour]] = defaultdict(list)

    def add(self, one: Neighbour) -> None:
        for known in (self.by_day[one.days], *(self.by_mark[mark] for mark in one.marks)):
            if len(known) < MOST_NEIGHBOURS:
                known.append(one)

    def like(self, one: Neighbour) -> Iterator[Neighbour]:
        """What may be the same: first of the same days, then of the same title."""
        yield from self.by_day.get(one.days, ())
        for mark in sorted(one.marks):
            yield from self.by_mark.get(mark, ())


class DuplicateWarnings:
    """Warns of new rows that resemble a record or an earlier row.

    With `remembers` the rows above are remembered, since they are not in the database.
    """

    def __init__(self, resource: type[SheetResource], findings: Findings, is_alone: bool = False) -> None:
        """`is_alone`: the row was typed into a form, which itself shows what has the same name."""
        self.resource, self.findings, self.is_alone = resource, findings, is_alone
        self.above = Known()

    def check(self, changes: Sequence[RowChange], remembers: bool) -> None:
        if self.resource.is_reference and not self.is_alone:
            self.warn_of_names(changes)
        if not self.resource.side_columns:
            return
        new = [change for change in changes if change.is_new]
        above = self.above if remembers else Known()
        for change, other in near_duplicates(self.resource, new, above):
            title = (other.title_ru or other.title_en)[:LONGEST_TITLE]
            change.twin = Twin(other.key, title, other.days == days_of(change), other.row)
            message = SAME_DATE if change.twin.is_same_day else SAME_TITLE
            problem = Problem("duplicate.near", message, title=title, key=other.key)
            self.findings.warning(change.row, "", problem)

    def warn_of_names(self, changes: Sequence[RowChange]) -> None:
        """Of new places, people and the like that are called as another one is."""
        for change in changes:
            if not change.is_new:
                continue
            table = getattr(change.lookups, self.resource.slug)
            names = dict.fromkeys((fold(change.record.name_ru), fold(change.record.name_en)))
            called = (one for name in names for one in table.by_name.get(name, ()))
            if other := next((one for one in called if one.key != change.key), None):
                problem = Problem(
                    "duplicate.name", SAME_NAME, title=other.name[:LONGEST_TITLE], key=other.key
                )
                self.findings.warning(change.row, "", problem)


SAME_NAME = _("The register has “%(title)s” (%(key)s), which has the same name.")
SAME_DATE = _("This looks like “%(title)s” (%(key)s), which has the same date.")
SAME_TITLE = _(
    "This looks like “%(title)s” (%(key)s), which has the same title and participants, but another date."
)


def near_duplicates(
    resource: type[SheetResource], changes: Sequence[RowChange], above: Known
) -> Iterator[tuple[RowChange, Neighbour]]:
    """Pairs of new rows and what they resemble. Undated rows are not compared, since no date is not a common
    date.

    `above` are the rows further up; it grows.
    """
    dated = [change for change in changes if any(days_of(change))]
    stored = Known()
    for neighbour in records_like(resource, dated):
        stored.add(neighbour)
    for change in dated:
        record = change.record
        own = Neighbour(
            change.key, record.title_ru, record.title_en, sides_of(resource, change.after),
            record.alternative_titles, record.first_day, record.last_day, change.row.shown_number,
        )  # fmt: skip
        candidates = chain(above.like(own), stored.like(own))
        if found := next((other for other in candidates if are_near(resource, own, other)), None):
            yield change, found
        above.add(own)


def days_of(change: RowChange) -> Days:
    return change.record.first_day, change.record.last_day


def records_like(resource: type[SheetResource], changes: Sequence[RowChange]) -> Iterator[Neighbour]:
    """The records with the first days of these rows, or with their titles and dates not far from theirs."""
    records = sorted(
        (change.record for change in changes if change.record.first_day), key=lambda one: one.first_day
    )
    for start in range(0, len(records), RECORDS_AT_ONCE):
        part = records[start : start + RECORDS_AT_ONCE]
        days = {one.first_day for one in part}
        alike = Q(state__in=State.values, first_day__in=days) | has_a_title_of(part)
        for found in resource.model.objects.filter(alike).order_by("pk").values_list(*COMPARED):
            yield Neighbour(*found)


def has_a_title_of(records: Iterable[Any]) -> Q:
    """The condition of a record to have one of these titles, and a date not far from theirs."""
    dated = [one for one in records if one.first_day]
    if not dated:
        return Q(pk__in=())
    days = [one.first_day for one in dated]
    about = Q(first_day__range=(earlier(min(days)), later(max(days))))
    marks = {
        name: {getattr(one, name) for one in dated} - {""} for name in ("title_mark_ru", "title_mark_en")
    }
    alike = [Q(**{f"{name}__in": found}) & about for name, found in marks.items() if found]
    return reduce(or_, alike, Q(pk__in=()))


def earlier(day: date) -> date:
    return day - FARTHEST if day - date.min > FARTHEST else date.min


def later(day: date) -> date:
    return day + FARTHEST if date.max - day > FARTHEST else date.max


def sides_of(resource: type[SheetResource], row: FlatRow) -> tuple[str, ...]:
    return tuple(row.get(name, "") for name in resource.side_columns)


def are_near(resource: type[SheetResource], own: Neighbour, other: Neighbour) -> bool:
    """Whether two records of one date have nearly the same title and the same sides, or one has none.

    Of two dates a few years apart the title and the sides are the same, and known.

    Where their titles cannot be compared, because one has none or theirs are in different languages, both need sides.
    """
    if own.days != other.days:
        return is_repeated(own, other) and have_same_sides(resource, own, other, needs_sides=True)
    if have_like_titles(own, other):
        return have_same_sides(resource, own, other)
    return not have_comparable_titles(own, other) and have_same_sides(resource, own, other, needs_sides=True)


def is_repeated(own: Neighbour, other: Neighbour) -> bool:
    """Whether two records have one title, in whatever spelling, and dates that are not far apart.

    A numbered edition and one of another year have their own titles.
    """
    if not own.first_day or not other.first_day or abs(own.first_day - other.first_day) > FARTHEST:
        return False
    pairs = ((own.title_ru, other.title_ru), (own.title_en, other.title_en))
    return any(one and title_mark(one) == title_mark(two) for one, two in pairs)


def have_same_sides(
    resource: type[SheetResource], own: Neighbour, other: Neighbour, needs_sides: bool = False
) -> bool:
    """Whether both have the same sides in any order; without any they are not known to differ."""
    sides = sides_of(resource, unpacked(other.sides)) if isinstance(other.sides, str) else other.sides
    if not any(own.sides) or not any(sides):
        return not needs_sides
    return own.sides == sides or all(
        sorted(split(one)) == sorted(split(two)) for one, two in zip(own.sides, sides, strict=True)
    )


def have_comparable_titles(own: Neighbour, other: Neighbour) -> bool:
    return bool(own.title_ru and other.title_ru or own.title_en and other.title_en)


def have_like_titles(own: Neighbour, other: Neighbour) -> bool:
    """Whether two titles in the same language are nearly the same, or any two with other wordings of the title."""
    pairs = [(own.title_ru, other.title_ru), (own.title_en, other.title_en)]
    if own.alternative_titles or other.alternative_titles:
        pairs += product(own.titles, other.titles)
    return any(one and two and are_alike(one, two) for one, two in pairs)


def are_alike(one: str, other: str) -> bool:
    """Whether the words are nearly the same, or differ only in their endings and order.

    Different numbers are a difference: Protocol 5 is not Protocol 6.
    """
    if abs(len(one) - len(other)) * 4 > max(len(one), len(other)):
        return False
    if FIGURES.findall(one) != FIGURES.findall(other):
        return False
    return one == other or similarity(fold(one), fold(other), ALIKE) > 0 or have_same_words(one, other)
