"""Merging: one row of the changes that two people have made to the same row."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import zip_longest
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

from relations.errors import Problem
from relations.models.row_cache import FlatRow
from relations.text.cell_syntax import join, split

from .bound_columns import BoundReasonColumn
from .citation_columns import CitationColumns
from .citation_slots import Slot, merged
from .columns import Column, Derived, Key, Lines
from .members import Members, code_of
from .related_columns import Links, Participants, ParticipationStatuses, Topics, join_statuses

if TYPE_CHECKING:
    from .resource import SheetResource

#: what is said of an item beside its identity
Details = TypeVar("Details")
Value = TypeVar("Value")
#: the items of a list in their order
Items = dict[Hashable, Details]
#: the columns that make up one figure, which only its source gives as a whole
FIGURE = ("value", "value_to", "qualifier", "direction", "unit", "unit_mult")
#: the columns whose cells are lists, apart from those that go together with others
LISTS = (Lines, Topics, Participants, Links)


class Conflict(NamedTuple):
    """Columns that go together and were changed in two ways, with their cells in the three rows."""

    names: tuple[str, ...]
    base: FlatRow
    mine: FlatRow
    theirs: FlatRow


@dataclass
class Merged:
    """The merged row, which has the cells of `mine` where there is a conflict.

    `taken` are the columns in which it differs from `mine`, since a cell or a part of it comes from `theirs`.
    """

    row: FlatRow
    conflicts: list[Conflict] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)


def merge(resource: type[SheetResource], base: FlatRow, mine: FlatRow, theirs: FlatRow) -> Merged:
    """One row of two that began as `base`; columns that the resource does not have are left out.

    A column that a row lacks is empty there, so a column newer than `base` and `mine` is as in `theirs`.
    """
    cells: FlatRow = {}
    conflicts = []
    for group in groups_of(resource):
        versions = [group.cells(row) for row in (base, mine, theirs)]
        try:
            cells |= group.merged(*versions)
        except Clash:
            cells |= group.cells(mine)
            conflicts.append(Conflict(group.names, *versions))
    row = {name: cells[name] for name in resource.names() if cells.get(name)}
    taken = [name for name in resource.names() if row.get(name, "") != mine.get(name, "")]
    return Merged(row, conflicts, taken)


def changed_names(resource: type[SheetResource], before: FlatRow, after: FlatRow) -> list[str]:
    """The columns of every group in which two rows differ, whatever the order of what a citation supports."""
    found: set[str] = set()
    for group in groups_of(resource):
        cells = group.cells(before), group.cells(after)
        if cells[0] != cells[1] and not group.says_the_same(*cells):
            found.update(group.names)
    return [name for name in resource.names() if name in found]


class Clash(Exception):
    """Both have changed the same thing, and not in the same way."""


def settled(base: Value, mine: Value, theirs: Value) -> Value:
    """The value that one of the two has changed, or both alike. Raises Clash."""
    if mine in (base, theirs):
        return theirs
    if theirs == base:
        return mine
    raise Clash


# Groups of columns.


class Group:
    """Columns that only make sense together; without a subclass they are merged as a whole or not at all."""

    def __init__(self, *names: str) -> None:
        self.names = names

    def cells(self, row: FlatRow) -> FlatRow:
        """The cells of these columns that are not empty."""
        return {name: row[name] for name in self.names if row.get(name)}

    def merged(self, base: FlatRow, mine: FlatRow, theirs: FlatRow) -> FlatRow:
        """The merged cells. Raises Clash."""
        return settled(base, mine, theirs)

    def says_the_same(self, one: FlatRow, other: FlatRow) -> bool:
        """Whether cells that are written differently mean the same."""
        return False


class Recomputed(Group):
    """A key, which stays as it is, or what is derived again when the row is stored."""

    def merged(self, base: FlatRow, mine: FlatRow, theirs: FlatRow) -> FlatRow:
        return theirs


class ListGroup(Group, ABC, Generic[Details]):
    """Columns that hold a list, which is merged item by item where both have changed it."""

    def merged(self, base: FlatRow, mine: FlatRow, theirs: FlatRow) -> FlatRow:
        try:
            return super().merged(base, mine, theirs)
        except Clash:
            lists = self.read(base), self.read(mine), self.read(theirs)
            return self.render(self.merged_items(*self.identified(*lists)))

    def merged_items(
        self, base: Items[Details], mine: Items[Details], theirs: Items[Details]
    ) -> list[tuple[Hashable, Details]]:
        """(identity, details) of the items that remain, in order. Raises Clash."""
        found = []
        for one in in_order(list(base), list(mine), list(theirs)):
            details = self.merged_item(base.get(one), mine.get(one), theirs.get(one))
            if details is not None:
                found.append((one, details))
        return found

    def merged_item(
        self, base: Details | None, mine: Details | None, theirs: Details | None
    ) -> Details | None:
        """The details of one item, which is None where a list lacks it. Raises Clash."""
        if mine is not None and theirs is not None:
            if base is not None:
                return self.merged_details(base, mine, theirs)
            if self.is_same(mine, theirs):
                return theirs
            raise Clash
        other = theirs if mine is None else mine
        if base is None:
            return other
        if other is None or self.is_same(base, other):
            return None
        raise Clash

    @abstractmethod
    def read(self, cells: FlatRow) -> list[tuple[Hashable, Details]]:
        """(identity, details) of the items. Raises Clash where the cells cannot be read without loss."""

    @abstractmethod
    def render(self, items: Sequence[tuple[Hashable, Details]]) -> FlatRow:
        """The cells of (identity, details)."""

    def identified(self, *lists: Sequence[tuple[Hashable, Details]]) -> Iterator[Items[Details]]:
        """Each list with an identity for each item: the second of the same identity is another item."""
        for items in lists:
            numbers: dict[Hashable, int] = defaultdict(int)
            found: Items[Details] = {}
            for identity, details in items:
                numbers[identity] += 1
                found[identity, numbers[identity]] = details
            yield found

    def merged_details(self, base: Details, mine: Details, theirs: Details) -> Details:
        """The details of an item that all have. Raises Clash."""
        return settled(base, mine, theirs)

    def is_same(self, one: Details, other: Details) -> bool:
        return one == other


class Values(ListGroup[str]):
    """One column whose items are texts without details."""

    def __init__(self, name: str, is_sorted: bool = False) -> None:
        super().__init__(name)
        self.name, self.is_sorted = name, is_sorted

    def read(self, cells: FlatRow) -> list[tuple[Hashable, str]]:
        return [(text, text) for text in split(cells.get(self.name, "")) if text]

    def render(self, items: Sequence[tuple[Hashable, str]]) -> FlatRow:
        texts: Iterable[str] = [text for _identity, text in items]
        return {self.name: join(sorted(set(texts)) if self.is_sorted else texts)}


class Memberships(ListGroup[str]):
    """The members of a group, each with its dates."""

    def read(self, cells: FlatRow) -> list[tuple[Hashable, str]]:
        (name,) = self.names
        return [(code_of(text), text) for text in split(cells.get(name, "")) if text]

    def render(self, items: Sequence[tuple[Hashable, str]]) -> FlatRow:
        (name,) = self.names
        texts = sorted((text for _identity, text in items), key=code_of)
        return {name: join(texts)}


class Party(NamedTuple):
    """A party with the text of its status."""

    name: str
    status: str


class Parties(ListGroup[Party]):
    """A column of participants with the column of their statuses, each of which follows its party."""

    def __init__(self, parties: str, statuses: str) -> None:
        super().__init__(parties, statuses)
        self.parties, self.statuses = parties, statuses

    def read(self, cells: FlatRow) -> list[tuple[Hashable, Party]]:
        texts = (split(cells.get(name, "")) for name in (self.parties, self.statuses))
        found = [Party(*both) for both in zip_longest(*texts, fillvalue="") if any(both)]
        if not all(party.name for party in found):  # a status without a party
            raise Clash
        return [(party.name, party) for party in found]

    def render(self, items: Sequence[tuple[Hashable, Party]]) -> FlatRow:
        parties = [party for _identity, party in items]
        return {
            self.parties: join(party.name for party in parties),
            self.statuses: join_statuses(party.status for party in parties),
        }


class Citations(ListGroup[Slot]):
    """The citation columns. A slot is known by its place in a source, whatever it supports."""

    def __init__(self, columns: CitationColumns) -> None:
        super().__init__(*(part.name for part in columns.parts))
        self.columns = columns

    def read(self, cells: FlatRow) -> list[tuple[Hashable, Slot]]:
        number = len(split(cells.get(self.columns.source.name, "")))
        if any(len(split(cell)) > number for cell in cells.values()):
            raise Clash
        try:
            slots = self.columns.slots_of_row(cells)
        except Problem as problem:
            raise Clash from problem
        return [((slot.source, slot.where, slot.quoted_in), slot) for slot in slots]

    def render(self, items: Sequence[tuple[Hashable, Slot]]) -> FlatRow:
        """Raises Clash where together they would cite a place twice for the same column."""
        slots = merged(slot for _identity, slot in items)
        places = [place for slot in slots for place in slot.places()]
        if len(set(places)) < len(places):
            raise Clash
        return self.columns.cells(slots)

    def identified(self, *lists: Sequence[tuple[Hashable, Slot]]) -> Iterator[Items[Slot]]:
        """The same place may be cited by several slots, which are told apart by what they support."""
        base, mine, theirs = (dict(enumerate(items)) for items in lists)
        of_mine: dict[int, Hashable] = {i: ("base", j) for i, j in pairs(mine, base).items()}
        of_theirs: dict[int, Hashable] = {i: ("base", j) for i, j in pairs(theirs, base).items()}
        mine_new = {i: one for i, one in mine.items() if i not in of_mine}
        theirs_new = {i: one for i, one in theirs.items() if i not in of_theirs}
        of_theirs |= {i: ("mine", j) for i, j in pairs(theirs_new, mine_new).items()}
        yield {("base", i): slot for i, (_identity, slot) in base.items()}
        yield {of_mine.get(i, ("mine", i)): slot for i, (_identity, slot) in mine.items()}
        yield {of_theirs.get(i, ("theirs", i)): slot for i, (_identity, slot) in theirs.items()}

    def says_the_same(self, one: FlatRow, other: FlatRow) -> bool:
        try:
            slots = [[slot for _identity, slot in self.read(cells)] for cells in (one, other)]
        except Clash:
            return False
        return len(slots[0]) == len(slots[1]) and all(map(self.is_same, *slots))

    def merged_details(self, base: Slot, mine: Slot, theirs: Slot) -> Slot:
        def part(get: Callable[[Slot], Value]) -> Value:
            return settled(get(base), get(mine), get(theirs))

        # a quotation is in one language
        quotation, language = part(lambda slot: (slot.quotation, slot.quotation_language))
        fields = tuple(merged_set(base.fields, mine.fields, theirs.fields))
        if not fields:  # each has taken away what the other has left
            raise Clash
        return replace(
            theirs,
            fields=fields,
            confidence=part(lambda slot: slot.confidence),
            note_ru=part(lambda slot: slot.note_ru),
            note_en=part(lambda slot: slot.note_en),
            quotation=quotation,
            quotation_language=language,
        )

    def is_same(self, one: Slot, other: Slot) -> bool:
        """The order of what they support is no difference."""
        return set(one.fields) == set(other.fields) and has_same_details(one, other)


def groups_of(resource: type[SheetResource]) -> list[Group]:
    """All columns of a type in groups, in the order of the first column of each."""
    found = list(joined(resource))
    placed = {name for group in found for name in group.names}
    found += [group_of(column) for column in resource.columns() if column.name not in placed]
    return sorted(found, key=lambda group: resource.names().index(group.names[0]))


def joined(resource: type[SheetResource]) -> Iterator[Group]:
    """The groups of more than one column."""
    for column in resource.columns():
        if isinstance(column, ParticipationStatuses):
            yield Parties(column.of, column.name)
        elif isinstance(column, BoundReasonColumn):
            yield Group(column.name.removesuffix("_reason"), column.name)
    if set(FIGURE) <= set(resource.names()):
        yield Group(*FIGURE)
    if resource.citations:
        yield Citations(resource.citations)


def group_of(column: Column) -> Group:
    """The group of a column that stands alone."""
    if isinstance(column, (Derived, Key)):
        return Recomputed(column.name)
    if isinstance(column, Members):
        return Memberships(column.name)
    if isinstance(column, LISTS):
        return Values(column.name, is_sorted=isinstance(column, Topics))
    return Group(column.name)


# Lists.


def in_order(base: Sequence[Value], mine: Sequence[Value], theirs: Sequence[Value]) -> list[Value]:
    """All items of both in the order of `theirs`, those that are only in `mine` at the end.

    The order is that of `mine` where `theirs` has neither another order nor, if `mine` has none, other items.
    """
    has_mine, has_theirs = is_reordered(base, mine), is_reordered(base, theirs)
    if has_theirs or (not has_mine and set(theirs) - set(base)):
        return list(dict.fromkeys((*theirs, *mine)))
    # what only theirs has precedes what mine has added at the end
    end = len(mine)
    while end and mine[end - 1] not in base:
        end -= 1
    return list(dict.fromkeys((*mine[:end], *(one for one in theirs if one not in mine), *mine[end:])))


def is_reordered(base: Sequence[Value], other: Sequence[Value]) -> bool:
    """Whether what both have has another order."""
    return [one for one in base if one in other] != [one for one in other if one in base]


def merged_set(base: Sequence[Value], mine: Sequence[Value], theirs: Sequence[Value]) -> list[Value]:
    """What was added by either, without what was removed by either."""
    removed = (set(base) - set(mine)) | (set(base) - set(theirs))
    return [one for one in in_order(base, mine, theirs) if one not in removed]


def pairs(
    ones: Mapping[int, tuple[Hashable, Slot]], others: Mapping[int, tuple[Hashable, Slot]]
) -> dict[int, int]:
    """{i: j} of the slots that are one: of the same identity, those that are most alike first."""
    possible = [
        (unlikeness(one, other), i, j)
        for i, (identity, one) in ones.items()
        for j, (other_identity, other) in others.items()
        if identity == other_identity
    ]
    found: dict[int, int] = {}
    for _unlikeness, i, j in sorted(possible):
        if i not in found and j not in found.values():
            found[i] = j
    return found


def unlikeness(one: Slot, other: Slot) -> tuple[int, bool]:
    """The smaller, the more alike: first in what they support, then in their details."""
    return -len(set(one.fields) & set(other.fields)), not has_same_details(one, other)


def has_same_details(one: Slot, other: Slot) -> bool:
    """Whether they differ in what they support at most."""
    return replace(one, fields=()) == replace(other, fields=())
