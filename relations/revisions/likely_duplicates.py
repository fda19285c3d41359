"""What an entity of the register may be the same as; not what somebody has found to be another one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from relations.imports.duplicates import (
    MOST_NEIGHBOURS,
    Neighbour,
    have_like_titles,
    have_same_sides,
    sides_of,
)
from relations.models import Source
from relations.models.merges import distinct_from
from relations.models.row_cache import unpacked
from relations.rows.resource import SheetResource

from .known_sources import known_sources

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

MOST_SHOWN = 10


@dataclass
class Likely:
    """Another entity of the same type, and why it may be the same."""

    entity: Any
    reason: StrOrPromise


def likely_duplicates(resource: type[SheetResource], entity: Any) -> list[Likely]:
    """At most MOST_SHOWN, the likeliest first."""
    apart = distinct_from(resource.slug, entity.pk) | {entity.pk}
    found = {one.entity.pk: one for one in possible(resource, entity) if one.entity.pk not in apart}
    return list(found.values())[:MOST_SHOWN]


def possible(resource: type[SheetResource], entity: Any) -> Iterator[Likely]:
    if resource.model is Source:
        for known in known_sources(unpacked(entity.row)):
            yield Likely(known.source, known.reason)
    elif resource.citations:
        yield from of_the_same_day(resource, entity)
    else:
        yield from of_the_same_name(resource, entity)


def of_the_same_day(resource: type[SheetResource], record: Any) -> Iterator[Likely]:
    """Records with the same date, the same sides and nearly the same title, as an import compares new rows."""
    if not resource.side_columns or not (record.first_day or record.last_day):
        return
    same = resource.model.objects.filter(first_day=record.first_day, last_day=record.last_day)
    own = Neighbour(record.key, record.title_ru, record.title_en, sides_of(resource, unpacked(record.row)))
    for other in same.exclude(pk=record.pk).order_by("pk")[:MOST_NEIGHBOURS]:
        neighbour = Neighbour(other.key, other.title_ru, other.title_en, other.row)
        if have_like_titles(own, neighbour) and have_same_sides(resource, own, neighbour):
            yield Likely(other, _("the same date and nearly the same title"))


def of_the_same_name(resource: type[SheetResource], entity: Any) -> Iterator[Likely]:
    """Those that share a name in either language."""
    names = set(entity.folded_names.split("\n")) - {""}
    for name in sorted(names):
        sharing = resource.model._base_manager.filter(folded_names__contains=name).exclude(pk=entity.pk)
        for other in sharing.order_by("pk")[:MOST_NEIGHBOURS]:
            if name in other.folded_names.split("\n"):
                yield Likely(other, _("the same name"))
