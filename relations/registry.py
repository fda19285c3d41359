"""Registry of what stands higher than those that need it: resources by model, and checks before publishing.

The catalogue and the rules fill it, and packages below them read it.

A resource is django-import-export's word for the description of a table: here, of the flat row of one type.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.db.models import Model

    from relations.errors import Problem
    from relations.models.records import Record
    from relations.rows.resource import SheetResource

BY_MODEL: dict[type[Model], type[SheetResource]] = {}


def register(resource: type[SheetResource]) -> None:
    BY_MODEL[resource.model] = resource


def resource_of(model: type[Model]) -> type[SheetResource]:
    """The resource of a model's flat row."""
    return BY_MODEL[model]


def resources() -> tuple[type[SheetResource], ...]:
    """The resources of records and sources, in the order of the catalogue."""
    return tuple(resource for resource in BY_MODEL.values() if not resource.is_reference)


def resource_named(slug: str) -> type[SheetResource]:
    """The resource of a TYPE as commands and sheets name it: “agreements”, “sources”, “places”."""
    return next(resource for resource in BY_MODEL.values() if resource.slug == slug)


#: what hands stale records over to a worker; the tasks fill it in
HANDING_OVER: list[Callable[[], None]] = []


def hand_over_with(hand_over: Callable[[], None]) -> None:
    if hand_over not in HANDING_OVER:
        HANDING_OVER.append(hand_over)


def bring_up_to_date() -> None:
    """Has a worker bring stale records up to date."""
    for hand_over in HANDING_OVER:
        hand_over()


#: {primary key: problems} of records that may not be published; the rules fill it in
PublicationCheck = Callable[["type[Record]", "Collection[int]"], "dict[int, list[Problem]]"]
PUBLICATION_CHECKS: list[PublicationCheck] = []


def check_publication_with(check: PublicationCheck) -> None:
    if check not in PUBLICATION_CHECKS:
        PUBLICATION_CHECKS.append(check)


def checked_for_publication(model: type[Record], keys: Collection[int]) -> dict[int, list[Problem]]:
    """{primary key: what prevents publication} beyond what a record itself requires."""
    found: dict[int, list[Problem]] = {key: [] for key in keys}
    for check in PUBLICATION_CHECKS:
        for key, problems in check(model, keys).items():
            found[key] += problems
    return found
