"""What differs between two rows of a record, in words of the reader's language."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any

from django.utils.text import Truncator
from django.utils.translation import gettext

from relations.errors import Problem
from relations.models import Citation, Organization, ParticipationStatus, State
from relations.models.named import reader_language
from relations.models.rechecks import CitedPlace
from relations.models.row_cache import FlatRow
from relations.registry import resource_named
from relations.text.cell_syntax import split
from relations.values.period import Period
from relations.values.period_format import phrase
from relations.values.quantity import EXACT, Quantity
from relations.values.quantity_format import phrase as figure_in_words

from .about_column import AboutColumn
from .bound_columns import WORDS, BoundReasonColumn
from .citation_slots import Slot
from .columns import Choice, Column, Key, PeriodColumn, Reference, Scope, YesNo
from .lookups import Lookups
from .members import Members
from .merging import FIGURE, Citations, Group, Parties, groups_of
from .related_columns import PREFIXES, Links, Participants, ParticipationStatuses, Topics, party_status
from .resource import SheetResource

#: the longest title of a source beside a fact
LONGEST_TITLE = 70


@dataclass
class Difference:
    """Columns that go together, before and after, in words; empty where there is nothing."""

    names: tuple[str, ...]
    label: str
    before: str
    after: str


class Wording:
    """Words for the cells of one type; names are looked up once for all rows."""

    def __init__(self, resource: type[SheetResource]) -> None:
        self.resource, self.lookups = resource, Lookups()
        self.titles: dict[str, str] = {}
        #: the keys whose titles have been looked up, of each type
        self.sought: defaultdict[str, set[str]] = defaultdict(set)

    def learn(self, rows: Iterable[FlatRow]) -> None:
        """Looks up at once what the words for many rows need, so that the number of statements is constant."""
        keys: defaultdict[str, set[str]] = defaultdict(set)
        columns = self.resource.columns()
        linked = [(column, column.ends) for column in columns if isinstance(column, Links | AboutColumn)]
        for row in rows:
            for column, ends in linked:
                for end in ends:
                    keys[end].update(split(row.get(column.name, "")))
            if self.resource.citations:
                for part in (self.resource.citations.source, self.resource.citations.quoted):
                    keys["sources"].update(split(row.get(part.name, "")))
        for end, wanted in keys.items():
            self.learn_titles(end, wanted)

    def differences(self, before: FlatRow, after: FlatRow) -> list[Difference]:
        """What differs, in the order of the columns."""
        found = []
        for group in groups_of(self.resource):
            cells = group.cells(before), group.cells(after)
            if cells[0] == cells[1] or group.says_the_same(*cells):
                continue
            if group.names == FIGURE:  # a rank and a growth are said in other words than an amount
                measures = ({"measure": row.get("measure", "")} for row in (before, after))
                cells = cells[0] | next(measures), cells[1] | next(measures)
            if not is_said_elsewhere(self.resource, group):
                found.append(Difference(group.names, self.label(group), *self.both(group, *cells)))
        return found

    def evidence(self, difference: Difference, row: FlatRow) -> list[tuple[str, str]]:
        """(key of the source, place in words) of the citations of a row that support what differs."""
        columns = self.resource.citations
        if columns is None or columns.source.name in difference.names:
            return []
        slots = columns.slots_of_row(row)
        own = [one for one in slots if set(one.fields) & set(difference.names)]
        found = own or [one for one in slots if "" in one.fields]
        self.learn_titles("sources", {one.source for one in found})
        return [(one.source, self.place(one)) for one in found]

    def label(self, group: Group) -> str:
        if isinstance(group, Citations):
            return gettext("sources")
        return str(self.resource.column(group.names[0]).label)

    def both(self, group: Group, before: FlatRow, after: FlatRow) -> tuple[str, str]:
        if not isinstance(group, Citations):
            return self.words(group, before), self.words(group, after)
        try:
            old, new = (group.columns.slots_of_row(cells) for cells in (before, after))
        except Problem:  # of an old row, which is no longer read
            return "\n".join(before.values()), "\n".join(after.values())
        gone, added = (
            [one for one in ones if one not in others] for ones, others in ((old, new), (new, old))
        )
        if not gone and not added:  # in another order
            gone, added = old, new
        self.learn_titles("sources", {one.source for one in (*gone, *added)})
        return "\n".join(map(self.citation, gone)), "\n".join(map(self.citation, added))

    def words(self, group: Group, cells: FlatRow) -> str:
        """The cells of one group in one or more lines."""
        if isinstance(group, Citations):
            slots = group.columns.slots_of_row(cells)
            self.learn_titles("sources", {one.source for one in slots})
            return "\n".join(map(self.citation, slots))
        if isinstance(group, Parties):
            names = self.names(self.resource.column(group.parties), cells.get(group.parties, ""))
            statuses = [status_in_words(text) for text in split(cells.get(group.statuses, ""))]
            statuses += [""] * (len(names) - len(statuses))
            return "\n".join(
                f"{who} ({status})" if status else who for who, status in zip(names, statuses, strict=False)
            )
        if group.names == FIGURE and cells.get("value"):
            return self.figure(cells)
        columns = [self.resource.column(name) for name in group.names]
        words = [self.cell(column, cells.get(column.name, "")) for column in columns]
        return " – ".join(filter(None, words))

    def figure(self, cells: FlatRow) -> str:
        """“about USD 470 bn”"""
        value, upper = (Decimal(cells[name]) if cells.get(name) else None for name in ("value", "value_to"))
        quantity = Quantity(value, upper, cells.get("qualifier") or EXACT, int(cells.get("unit_mult") or 0))
        unit = self.lookups.units.by_key.get(cells.get("unit", ""))
        return figure_in_words(quantity, unit, reader_language(), cells.get("measure") or "level")

    def cell(self, column: Column, cell: str) -> str:
        if not cell:
            return ""
        if isinstance(column, Choice):
            return str(dict(column.field.flatchoices).get(cell, cell))
        if isinstance(column, PeriodColumn):
            return read(lambda: phrase(Period.parse(cell), reader_language()), cell)
        if isinstance(column, YesNo):
            return gettext("yes")
        if isinstance(column, ParticipationStatuses):
            return "; ".join(map(status_in_words, split(cell)))
        return "; ".join(self.names(column, cell))

    def cell_named(self, name: str, cell: str) -> str:
        """The cell of any column of a sheet, also of one that describes a citation."""
        parts = {part.name for part in self.resource.citations.parts} if self.resource.citations else set()
        if name in parts:
            return "; ".join(self.citation_part(name, value) for value in split(cell))
        if name == "state":
            return str(dict(State.choices).get(cell, cell))
        return self.cell(self.resource.column(name), cell) if name in self.resource.names() else cell

    def citation_part(self, name: str, value: str) -> str:
        """One value of a column that describes a citation."""
        if name in ("source", "quoted_in"):
            self.learn_titles("sources", {value})
            return self.titles.get(value, value)
        if name == "locator":
            label, _blank, number = value.partition(" ")
            return f"{Citation.Locator(label).label} {number}" if label in Citation.Locator.values else value
        if name == "cited_fields":
            known = self.resource.names()
            fields = [one.strip() for one in value.split(",")]
            return ", ".join(str(self.resource.column(one).label) if one in known else one for one in fields)
        if name == "confidence" and value in Citation.Confidence.values:
            return str(Citation.Confidence(value).label)
        return value

    def names(self, column: Column, cell: str) -> list[str]:
        """What a cell refers to, by name; the text itself where it refers to nothing known."""
        if isinstance(column, Links | AboutColumn):
            return self.links(column, split(cell))
        find = self.finder(column)
        if find is None:
            return [cell]
        return [read(partial(find, text), text) for text in split(cell) if text]

    def finder(self, column: Column) -> Callable[[str], str] | None:
        if isinstance(column, Participants):
            return lambda text: column.participant(text, self.lookups).name
        if isinstance(column, Members):
            return lambda text: column.entry_in_words(text, self.lookups)
        if isinstance(column, Topics):
            return lambda text: self.lookups.topics.find(text).name
        if isinstance(column, Reference):
            return lambda text: getattr(self.lookups, column.lookup).find(text).name
        return None

    def links(self, column: Any, keys: Iterable[str]) -> list[str]:
        for end in column.ends:
            self.learn_titles(end, set(keys))
        reasons = (
            {one.value: str(one.label) for one in WORDS} if isinstance(column, BoundReasonColumn) else {}
        )
        return [reasons.get(key) or self.titles.get(key) or self.organization(key) for key in keys]

    def organization(self, text: str) -> str:
        """The name of “org:KEY”; any other text as it is."""
        prefix = PREFIXES[Organization]
        if not text.startswith(prefix):
            return text
        return read(lambda: self.lookups.organizations.find(text.removeprefix(prefix)).name, text)

    def learn_titles(self, slug: str, keys: set[str]) -> None:
        unknown = {key for key in keys - self.titles.keys() - self.sought[slug] if key}
        self.sought[slug] |= unknown
        resource = resource_named(slug)
        known = resource.model.objects.filter(key__in=unknown)
        for one in known.for_list() if resource.citations and unknown else known:
            self.titles[one.key] = str(one)

    def cited_place(self, place: CitedPlace) -> str:
        """“Vestnik 3, page 5: date”"""
        self.learn_titles("sources", {place.source})
        title = Truncator(self.titles.get(place.source, place.source)).chars(LONGEST_TITLE)
        fact = str(self.resource.column(place.field).label) if place.field else gettext("the whole record")
        label, _blank, number = place.where.partition(" ")
        if label in Citation.Locator.values:
            label = str(Citation.Locator(label).label)
        where = ", ".join(filter(None, (title, f"{label} {number}".strip())))
        return f"{where}: {fact}"

    def place(self, slot: Slot) -> str:
        """“Vestnik 3, page 5”"""
        label = str(Citation.Locator(slot.locator_label).label) if slot.locator_label else ""
        title = Truncator(self.titles.get(slot.source, slot.source)).chars(LONGEST_TITLE)
        return ", ".join(filter(None, (title, f"{label} {slot.locator}".strip())))

    def citation(self, slot: Slot) -> str:
        """“Vestnik 3, page 5: date, parties”, with confidence and notes."""
        labels = (str(self.resource.column(field).label) for field in slot.fields if field)
        facts = ", ".join(labels) or gettext("the whole record")
        note = slot.note_ru if reader_language() == "ru" else slot.note_en
        return ". ".join(filter(None, (f"{self.place(slot)}: {facts}", note, slot.quotation)))


def read(make: Callable[[], str], text: str) -> str:
    """What `make` says, or the text itself where it cannot be read any more."""
    try:
        return make()
    except Problem:
        return text


def status_in_words(text: str) -> str:
    def words() -> str:
        status, date = party_status(text)
        label = str(ParticipationStatus(status).label) if status else ""
        return ", ".join(filter(None, (label, phrase(date, reader_language()) if date else "")))

    return read(words, text)


def is_said_elsewhere(resource: type[SheetResource], group: Group) -> bool:
    """Whether it follows from other columns."""
    return any(isinstance(resource.column(name), (Scope, Key)) for name in group.names)
