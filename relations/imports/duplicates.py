"""When two records are near duplicates: the same date and sides, and nearly the same title; and the warnings of an
import about them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import product
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from relations.errors import Problem
from relations.models.row_cache import RECORDS_AT_ONCE, FlatRow, unpacked
from relations.rows.resource import SheetResource
from relations.rows.row_change import RowChange
from relations.search.lemmas import have_same_words
from relations.text.cell_syntax import split
from relations.text.normalize import fold
from relations.text.similarity import similarity

from .findings import Findings

#: share of the letters that two titles have in common, in order
ALIKE = 0.87
FIGURES = re.compile(r"\d+")
#: the most rows compared per date, since thousands of equal dates show nothing
MOST_NEIGHBOURS = 200

Days = tuple[date | None, date | None]


class Neighbour(NamedTuple):
    """The compared data; `sides` are the cells of the sides, or the stored row that contains them."""

    key: str
    title_ru: str
    title_en: str
    sides: tuple[str, ...] | str
    #: other wordings of the title, one per line
    alternative_titles: str = ""

    @property
    def titles(self) -> list[str]:
        return [one for one in (self.title_ru, self.title_en, *self.alternative_titles.splitlines()) if one]


class DuplicateWarnings:
    """Warns of new rows that resemble a record or an earlier row.

    With `remembers` the rows above are remembered, since they are not in the database.
    """

    def __init__(self, resource: type[SheetResource], findings: Findings) -> None:
        self.resource, self.findings = resource, findings
        self.above: defaultdict[Days, list[Neighbour]] = defaultdict(list)

    def check(self, changes: Sequence[RowChange], remembers: bool) -> None:
        if not self.resource.side_columns:
            return
        new = [change for change in changes if change.is_new]
        above = self.above if remembers else defaultdict(list)
        for change, other in near_duplicates(self.resource, new, above):
            change.near_duplicate = other.key
            title = other.title_ru or other.title_en
            message = _("This looks like “%(title)s” (%(key)s), which has the same date.")
            problem = Problem("duplicate.near", message, title=title[:120], key=other.key)
            self.findings.warning(change.row, "", problem)


def near_duplicates(
    resource: type[SheetResource],
    changes: Sequence[RowChange],
    above: defaultdict[Days, list[Neighbour]],
) -> Iterator[tuple[RowChange, Neighbour]]:
    """Pairs of new rows and what they resemble. Undated rows are not compared, since no date is not a common
    date.

    `above` are the rows further up by day; it grows.
    """
    dated = [change for change in changes if any(days_of(change))]
    days = {days_of(change) for change in dated}
    by_day = defaultdict(list, {day: above[day][:MOST_NEIGHBOURS] for day in days if day in above})
    for day, neighbour in records_of_same_days(resource, dated):
        by_day[day].append(neighbour)
    for change in dated:
        record, day = change.record, days_of(change)
        sides = sides_of(resource, change.after)
        own = Neighbour(change.key, record.title_ru, record.title_en, sides, record.alternative_titles)
        for other in by_day[day][:MOST_NEIGHBOURS]:
            if are_near(resource, own, other):
                yield change, other
                break
        by_day[day].append(own)
        above[day].append(own)


def days_of(change: RowChange) -> Days:
    return change.record.first_day, change.record.last_day


def records_of_same_days(
    resource: type[SheetResource], changes: Sequence[RowChange]
) -> Iterator[tuple[Days, Neighbour]]:
    days = sorted({change.record.first_day for change in changes if change.record.first_day})
    for start in range(0, len(days), RECORDS_AT_ONCE):
        found = resource.model.objects.filter(first_day__in=days[start : start + RECORDS_AT_ONCE]).order_by(
            "pk"
        )
        names = ("first_day", "last_day", "key", "title_ru", "title_en", "row", "alternative_titles")
        for first, last, *neighbour in found.values_list(*names):
            yield (first, last), Neighbour(*neighbour)


def sides_of(resource: type[SheetResource], row: FlatRow) -> tuple[str, ...]:
    return tuple(row.get(name, "") for name in resource.side_columns)


def are_near(resource: type[SheetResource], own: Neighbour, other: Neighbour) -> bool:
    """Whether two records of one date have nearly the same title and the same sides, or one has none.

    Where their titles cannot be compared, because one has none or theirs are in different languages, both need sides.
    """
    if have_like_titles(own, other):
        return have_same_sides(resource, own, other)
    return not have_comparable_titles(own, other) and have_same_sides(resource, own, other, needs_sides=True)


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
