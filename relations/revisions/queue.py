"""The queue of a reviewer: what waits for approval and is theirs to approve, the oldest first."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.conf import settings

from relations.models.country_limits import beyond_limit
from relations.rows.resource import SheetResource

from .approval import authors_of
from .desk import Task, waiting_for
from .saving import pending_revision

#: the oldest of each type, among which the next one is sought
MOST_SOUGHT = 200
#: a type and a primary key
Place = tuple[type[SheetResource], int]


def next_in_queue(user: Any, besides: Place, after: datetime | None = None) -> Task | None:
    """What waits next after a time, or else the oldest; never what the user has written alone or may not change."""
    tasks = [one for one in waiting_for(user, MOST_SOUGHT).tasks if (one.resource, one.pk) != besides]
    later = [one for one in tasks if after and one.since > after]
    earlier = [one for one in tasks if one not in later]
    return next(approvable((*later, *earlier), user), None)


def approvable(tasks: tuple[Task, ...], user: Any) -> Iterator[Task]:
    """Those that this user may approve."""
    beyond = beyond_limits(tasks, user)
    for one in tasks:
        if (one.resource, one.pk) in beyond:
            continue
        revision = pending_revision(one.resource, one.pk)
        if settings.TWO_PAIRS_OF_EYES and authors_of(one.resource, one.pk, revision) == {user.pk}:
            continue
        yield one


def beyond_limits(tasks: tuple[Task, ...], user: Any) -> set[Place]:
    keys: dict[type[SheetResource], list[int]] = {}
    for one in tasks:
        if one.resource.citations:
            keys.setdefault(one.resource, []).append(one.pk)
    return {(one, pk) for one, pks in keys.items() for pk in beyond_limit(user, one.model, pks)}
