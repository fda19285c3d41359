"""Data extension: the values of properties of entities that were matched."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from relations.site import site_of

from .kinds import PLACES, Kind
from .properties import Property
from .reading import Extension


def extended(kind: Kind, extension: Extension, request: HttpRequest) -> dict[str, Any]:
    """The rows of all ids; those of an unknown one are empty."""
    entities = kind.called(extension.ids)
    return {
        "meta": [meta_of(kind, one, request) for one, _most in extension.properties],
        "rows": {id: row_of(extension, entities.get(id)) for id in extension.ids},
    }


def row_of(extension: Extension, entity: Any) -> dict[str, Any]:
    return {one.id: one.values(entity)[:most] if entity else [] for one, most in extension.properties}


def meta_of(kind: Kind, one: Property, request: HttpRequest) -> dict[str, Any]:
    """A property; if its values are places, with the service to which their ids belong."""
    found: dict[str, Any] = one.as_json()
    if one.names_places:
        found["type"] = PLACES.base.as_json()
    if one.names_places and kind is not PLACES:
        found["service"] = f"{site_of(request)}/reconcile/{PLACES.slug}"
    return found
