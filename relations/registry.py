"""Registry of resources by model: the catalogue fills it, and packages below the catalogue read it.

A resource is django-import-export's word for the description of a table: here, of the flat row of one type.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.db.models import Model

    from relations.rows.resource import SheetResource

BY_MODEL: dict[type[Model], type[SheetResource]] = {}


def register(resource: type[SheetResource]) -> None:
    BY_MODEL[resource.model] = resource


def resource_of(model: type[Model]) -> type[SheetResource]:
    """The resource of a model's flat row."""
    return BY_MODEL[model]


def resources() -> tuple[type[SheetResource], ...]:
    """All registered resources, in the order of the catalogue."""
    return tuple(BY_MODEL.values())


def resource_named(slug: str) -> type[SheetResource]:
    """The resource of a TYPE as commands and sheets name it: “agreements”, “sources”."""
    return next(resource for resource in BY_MODEL.values() if resource.slug == slug)
