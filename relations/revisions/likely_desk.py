"""The list of likely duplicates on the desk: among what was changed last, so that it costs the same in any register."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth import get_user_model

from relations.catalog import ROWS
from relations.models import Merge, Version
from relations.models.country_limits import beyond_limit
from relations.rows.resource import SheetResource

from .desk import MOST, Task, TaskList, may_publish, name_of
from .likely_duplicates import Likely, in_order, likely_of, stored
from .merges import TYPES, key_of_entity

#: the last versions of each type whose entities are compared with all others
VERSIONS_SEARCHED = 50
#: when an entity was changed last, and the primary key of its author
Change = tuple[datetime, int | None]
#: what was changed, what it may be, and the change
Pair = tuple[Any, Likely, Change]


def likely_duplicates_for(user: Any) -> TaskList:
    """Pairs of which this user may change both, the oldest first: who has made them alike, and when."""
    resources = [ROWS[slug] for slug in TYPES if may_change(user, ROWS[slug])]
    merging = waiting_merges() if resources else set()
    found: list[tuple[type[SheetResource], Pair]] = []
    for resource in resources:
        pairs = pairs_of(resource, user)
        found += [(resource, pair) for both, pair in pairs.items() if (resource.slug, both) not in merging]
    found.sort(key=lambda one: one[1][2][0])
    authors = names_of({author for _resource, (*_pair, (_at, author)) in found[:MOST] if author})
    tasks = [task_of(resource, pair, user, authors) for resource, pair in found[:MOST]]
    return TaskList(tasks, len(found))


def waiting_merges() -> set[tuple[str, tuple[int, int]]]:
    """The pairs whose merge waits for approval: the desk lists them as merges."""
    waiting = Merge.objects.filter(status=Merge.Status.OPEN).values_list("type", "kept", "merged")
    return {(slug, in_order(kept, merged)) for slug, kept, merged in waiting}


def may_change(user: Any, resource: type[SheetResource]) -> bool:
    return bool(user.has_perm(f"relations.change_{resource.model._meta.model_name}"))


def pairs_of(resource: type[SheetResource], user: Any) -> dict[tuple[int, int], Pair]:
    """{both primary keys in their order: pair} of one type, each once, by the later change of the two."""
    changes = last_changes(resource)
    entities = resource.model._base_manager.filter(pk__in=changes).in_bulk()
    many = [stored(entities[pk]) for pk in changes if pk in entities]
    pairs: dict[tuple[int, int], Pair] = {}
    for one, likely in zip(many, likely_of(resource, many) if many else (), strict=True):
        for other in likely:
            pairs.setdefault(
                in_order(one.entity.pk, other.entity.pk), (one.entity, other, changes[one.entity.pk])
            )
    return without_beyond_limit(resource, pairs, user)


def last_changes(resource: type[SheetResource]) -> dict[int, Change]:
    """{primary key: change} of what was changed last, the latest first."""
    versions = Version.objects.filter(type=resource.slug, is_proposal=False).order_by("-pk")
    changes: dict[int, Change] = {}
    for pk, at, author in versions.values_list("object_id", "at", "user")[:VERSIONS_SEARCHED]:
        changes.setdefault(pk, (at, author))
    return changes


def without_beyond_limit(
    resource: type[SheetResource], pairs: dict[tuple[int, int], Pair], user: Any
) -> dict[tuple[int, int], Pair]:
    keys = {pk for both in pairs for pk in both}
    beyond = beyond_limit(user, resource.model, keys) if resource.citations else set()
    return {both: pair for both, pair in pairs.items() if beyond.isdisjoint(both)}


def names_of(keys: Collection[int]) -> dict[int, str]:
    return {one.pk: name_of(one) for one in get_user_model()._default_manager.filter(pk__in=keys)}


def distinct(entity: Any) -> str:
    """Records of a series are told apart by more than their title; sources, places and the like are not."""
    return str(getattr(entity, "distinct_title", entity))


def task_of(resource: type[SheetResource], pair: Pair, user: Any, authors: dict[int, str]) -> Task:
    """It leads to the page on which the newer one is merged into the older one; else to the form."""
    changed, likely, (at, author) = pair
    kept, merged = sorted((changed, likely.entity), key=lambda one: one.pk)
    merges = may_publish(user, resource)
    return Task(
        f"{resource.model._meta.model_name}_{'merge' if merges else 'change'}", resource,
        kept.pk if merges else changed.pk, distinct(changed), authors.get(author or 0, ""), at,
        f"{distinct(likely.entity)} ({likely.reason})",
        query=urlencode({"with": key_of_entity(merged)}) if merges else "",
        other=(merged.pk if merges else likely.entity.pk),
    )  # fmt: skip
