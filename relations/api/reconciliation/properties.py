"""Properties of entities: the public columns of their rows, and where a place is."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from relations.api.row_field import holds_several
from relations.geo import coordinates
from relations.models.row_cache import unpacked
from relations.rows.columns import Column, Reference
from relations.rows.public import public_columns
from relations.text.cell_syntax import split

from .kinds import PLACES, Kind, key_of, name_of, place_of

#: one value, as answers write it: {"str": …}, {"float": …} or {"id": …, "name": …}
Value = dict[str, Any]


@dataclass(frozen=True)
class Property:
    """One attribute of all entities of a kind."""

    kind: Kind
    id: str
    name: str | Promise

    #: whether its values are places
    names_places = False

    def values(self, entity: Any) -> list[Value]:
        raise NotImplementedError

    def as_json(self) -> dict[str, str]:
        return {"id": self.id, "name": str(self.name)}

    def words(self, entity: Any) -> list[str]:
        """The values as a preview shows them."""
        return [word_of(value) for value in self.values(entity)]

    def spellings(self, entity: Any) -> set[str]:
        """All texts by which a value is recognised: as it is written, and in words."""
        return {word_of(value) for value in self.values(entity)} | set(self.words(entity))


@dataclass(frozen=True)
class ColumnProperty(Property):
    """A public column of the row."""

    column: Column

    def values(self, entity: Any) -> list[Value]:
        cell = unpacked(entity.row).get(self.column.name, "")
        return [{"str": text} for text in (split(cell) if holds_several(self.column) else [cell]) if text]

    def words(self, entity: Any) -> list[str]:
        return [str(self.labels.get(word, word)) for word in super().words(entity)]

    @cached_property
    def labels(self) -> dict[str, Any]:
        return dict(getattr(self.column.field, "choices", None) or ())


@dataclass(frozen=True)
class PlaceProperty(Property):
    """The place in which it is or to which it belongs."""

    names_places = True

    def values(self, entity: Any) -> list[Value]:
        place = place_of(self.kind, entity)
        return [{"id": key_of(place), "name": name_of(place)}] if place else []

    def spellings(self, entity: Any) -> set[str]:
        place = place_of(self.kind, entity)
        return {key_of(place), *place.all_names()} if place else set()


@dataclass(frozen=True)
class Coordinate(Property):
    """Degrees of a region, at its centre, or of a city."""

    number: int

    def values(self, entity: Any) -> list[Value]:
        found = coordinates().get(entity.code)
        return [{"float": found[self.number]}] if found else []


COORDINATES = (("longitude", _("longitude")), ("latitude", _("latitude")))


def word_of(value: Value) -> str:
    return str(value["name"] if "name" in value else next(iter(value.values())))


def properties_of(kind: Kind) -> dict[str, Property]:
    """{id: property}, in the order of columns."""
    found: list[Property] = [property_of(kind, column) for column in public_columns(kind.resource)]
    if kind is PLACES:
        found += [Coordinate(kind, name, label, number) for number, (name, label) in enumerate(COORDINATES)]
    return {one.id: one for one in found}


def property_of(kind: Kind, column: Column) -> Property:
    if isinstance(column, Reference):
        return PlaceProperty(kind, column.name, column.label)
    return ColumnProperty(kind, column.name, column.label, column)
