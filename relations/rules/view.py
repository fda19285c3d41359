"""View: a record as its flat row, with the values that rules compare; the same before it is saved and after."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from functools import cached_property
from itertools import zip_longest
from typing import TYPE_CHECKING, NamedTuple

from relations.models import Organization, Person, Place
from relations.registry import resource_named
from relations.text.cell_syntax import split
from relations.text.locators import read_locator
from relations.values.period import Period
from relations.values.readings import Bounds, readings

if TYPE_CHECKING:
    from relations.rows.related_columns import Participant

    from .reference import Reference

#: the columns of places, organisations and people that take part, by type
SIDES = {
    "agreements": ("parties", "regions", "organizations", "signatories"),
    "forums": ("participants", "hosts", "organizations"),
    "visits": ("visitor", "from_place", "to_places", "hosts"),
    "projects": (
        "parties",
        "parent",
        "operators",
        "founders",
        "hosts",
        "investors",
        "contractors",
        "beneficiaries",
        "actors",
    ),
    "statistics": ("area", "counterpart"),
}
#: the columns that give its main date, the first that is filled in
DATES = {
    "agreements": ("date_signed", "date_adopted", "date_in_force", "date_provisional"),
    "forums": ("date",),
    "visits": ("date",),
    "projects": ("period",),
    "statistics": ("period",),
}
#: the column that says whether it has happened, and the values with which it has not
STATUS = {
    "agreements": ("status", ("planned",)),
    "forums": ("event_status", ("planned", "postponed", "cancelled")),
    "visits": ("visit_status", ("planned", "postponed", "cancelled")),
    "projects": ("status", ("proposed", "planned", "in_preparation")),
    "statistics": ("obs_status", ("F",)),
}


class Cited(NamedTuple):
    """One citation of a row."""

    source: str
    label: str
    locator: str
    fields: tuple[str, ...]
    quotation: str


UNKNOWN = Period()


class View:
    """The cells of one row; `reference` finds what they name."""

    def __init__(self, slug: str, cells: Mapping[str, str], reference: Reference) -> None:
        self.slug, self.cells, self.reference = slug, cells, reference

    def __getitem__(self, name: str) -> str:
        return self.cells.get(name, "")

    @property
    def key(self) -> str:
        return self["key"]

    @cached_property
    def filled(self) -> frozenset[str]:
        """The columns that are not empty."""
        return frozenset(name for name, cell in self.cells.items() if cell)

    @cached_property
    def names(self) -> Collection[str]:
        """The columns of its type."""
        return resource_named(self.slug).names()

    def period(self, name: str) -> Period:
        """The date of a cell; unknown where it cannot be read."""
        if name not in self.filled:
            return UNKNOWN
        try:
            return Period.parse(self[name])
        except ValueError:
            return UNKNOWN

    def number(self, name: str) -> Decimal | None:
        if not self[name]:
            return None
        try:
            return Decimal(self[name])
        except InvalidOperation:
            return None

    @cached_property
    def base(self) -> Decimal | None:
        """The figure in the unit itself."""
        value = self.number("value")
        return None if value is None else value.scaleb(int(self["unit_mult"] or 0))

    @cached_property
    def date(self) -> Period:
        """The main date."""
        return next((found for name in DATES[self.slug] if (found := self.period(name))), Period())

    @cached_property
    def days(self) -> Bounds:
        """The days of which it may be; None where nothing is known."""
        bounds = Bounds(self.period("not_before").first_day, self.period("not_after").last_day)
        found = readings(self.date, is_span=False, bounds=bounds)
        return Bounds(found.possible_from, found.possible_to)

    @cached_property
    def date_column(self) -> str:
        return next((name for name in DATES[self.slug] if self[name]), DATES[self.slug][0])

    @property
    def has_happened(self) -> bool:
        name, not_yet = STATUS[self.slug]
        return self[name] not in not_yet

    def participants(self, *names: str) -> list[Participant]:
        """The places, organisations and people of these columns, as far as they are known."""
        found = (self.participant(text, name) for name in names for text in split(self[name]))
        return [who for who in found if who]

    def participant(self, text: str, name: str) -> Participant | None:
        prefix, _colon, key = text.rpartition(":")
        if prefix == "org" or name in ("organizations", "parent"):
            return self.reference.organizations.get(key)
        if prefix == "person" or name == "signed_by":
            return self.reference.people.get(key)
        return self.reference.places.get(text)

    def places(self, *names: str) -> list[Place]:
        return [who for who in self.participants(*names) if isinstance(who, Place)]

    def people(self, *names: str) -> list[Person]:
        return [who for who in self.participants(*names) if isinstance(who, Person)]

    @cached_property
    def sides(self) -> list[Participant]:
        return self.participants(*SIDES[self.slug])

    @cached_property
    def side_places(self) -> list[Place]:
        """The places of all sides; an organisation or a person stands for its country."""
        found = (
            who if isinstance(who, Place) else who.place if isinstance(who, (Organization, Person)) else None
            for who in self.sides
        )
        return [place for place in found if place]

    @cached_property
    def countries(self) -> list[Place]:
        """The countries of all sides, and the groups among them, each once."""
        return list(dict.fromkeys(place.country or place for place in self.side_places))

    @cached_property
    def texts(self) -> dict[str, str]:
        """{language: title and summary}"""
        return {code: f"{self[f'title_{code}']}. {self[f'summary_{code}']}" for code in ("ru", "en")}

    @cached_property
    def citations(self) -> list[Cited]:
        """The citations in their order."""
        lists = (split(self[name]) for name in ("source", "locator", "cited_fields", "quotation"))
        rows = zip_longest(*lists, fillvalue="")
        return [
            Cited(source, *read_locator(where), tuple(fields.split(",")), quotation)
            for source, where, fields, quotation in rows
            if source
        ]

    def label(self, name: str) -> object:
        """The label of a coded cell, in the language of the reader; the code itself where it has none."""
        field = resource_named(self.slug).column(name).field
        return dict(field.flatchoices).get(self[name], self[name])

    def linked(self, name: str) -> Iterator[str]:
        """The keys of the records that a column names."""
        yield from split(self[name])
