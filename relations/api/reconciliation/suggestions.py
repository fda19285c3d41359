"""Suggestions while a client types: entities, types and properties whose id or name begins so."""

from __future__ import annotations

from itertools import islice
from typing import Any

from relations.models.named import in_both_languages
from relations.text.normalize import fold

from .kinds import Kind, description_of, key_of, name_of
from .properties import properties_of
from .tables import table_of

SUGGESTED = 20
#: entities that are looked up for one prefix
MOST_FOUND = 1_000


def entities(kind: Kind, prefix: str, skipped: int) -> list[dict[str, Any]]:
    """A page of the public entities, the best first."""
    begun = dict.fromkeys(entry.pk for entry in table_of(kind).beginning_with(prefix))
    found = list(islice(begun, MOST_FOUND))
    public = kind.public(found)
    shown = [public[pk] for pk in found if pk in public]
    return [entity_as_json(kind, one) for one in shown[skipped : skipped + SUGGESTED]]


def entity_as_json(kind: Kind, entity: Any) -> dict[str, Any]:
    return {
        "id": key_of(entity),
        "name": name_of(entity),
        "description": description_of(kind, entity),
        "notable": kind.types_of(entity),
    }


def types(kind: Kind, prefix: str, skipped: int) -> list[dict[str, Any]]:
    found = [one.as_json() for one in kind.types.values() if begins_with(prefix, one.id, one.label)]
    return found[skipped : skipped + SUGGESTED]


def properties(kind: Kind, prefix: str, skipped: int) -> list[dict[str, Any]]:
    known = properties_of(kind).values()
    found = [one.as_json() for one in known if begins_with(prefix, one.id, one.name)]
    return found[skipped : skipped + SUGGESTED]


def begins_with(prefix: str, id: str, label: object) -> bool:
    """Whether a word of the id, or of the label in either language, begins so."""
    return f" {fold(prefix)}".rstrip() in f" {fold(f'{id} {in_both_languages(label)}')}"
