"""Replicas of the database: readers without a login are answered by them, everything else is done at the primary.

A request chooses once where it reads. Commands and workers choose nothing, and so use the primary alone.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from itertools import count
from typing import Any

import psycopg
from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.db import DEFAULT_DB_ALIAS as PRIMARY
from django.db import InterfaceError, OperationalError, connections, models
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from relations.database_watch import is_away
from relations.network import after_sending

#: the driver’s own errors come where a cursor of a lost connection is closed
FAILURES = (OperationalError, InterfaceError, psycopg.OperationalError, psycopg.InterfaceError)
#: seconds after which a replica that failed, or was behind, is asked again
FAILED_FOR, BEHIND_FOR = 5.0, 1.0
#: who wrote carries the position of her write for so many seconds; no replica is to lag longer
COOKIE, WRITTEN_FOR = "written", 3600
REPLAYED = "SELECT pg_wal_lsn_diff(pg_last_wal_replay_lsn(), '0/0')"
WRITTEN = "SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')"


@dataclass
class Route:
    """Where one request reads; chosen when it first does."""

    choose: Callable[[], str]
    database: str = ""
    has_written: bool = False

    def read_at(self) -> str:
        self.database = self.database or self.choose()
        return PRIMARY if self.has_written or connections[PRIMARY].in_atomic_block else self.database


_route: ContextVar[Route | None] = ContextVar("route", default=None)


class ReplicaRouter:
    """What Django asks which database a query goes to."""

    def db_for_read(self, model: type[models.Model], **hints: object) -> str:
        route = _route.get()
        return route.read_at() if route else PRIMARY

    def db_for_write(self, model: type[models.Model], **hints: object) -> str:
        if route := _route.get():
            route.has_written = True
        return PRIMARY

    def allow_relation(self, one: models.Model, other: models.Model, **hints: object) -> bool:
        return True  # all of them are one database

    def allow_migrate(self, db: str, app_label: str, **hints: object) -> bool:
        return db == PRIMARY


class ReadsAtReplicas:
    """Middleware: chooses the database of each request, and remembers who has written."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        if not settings.REPLICAS:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        route = Route(lambda: database_for(request))
        _route.set(route)
        response = self.get_response(request)
        if route.has_written:
            remember_position(response)
        after_sending(response, lambda: _route.set(None))  # a file is read from where it was begun
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponseBase | None:
        """The same view once more at the primary, where its replica has failed."""
        if not (isinstance(error, FAILURES) and reads_at_replica() and request.resolver_match):
            return None
        leave_replica(FAILED_FOR)
        view, args, kwargs = request.resolver_match
        response: HttpResponseBase = view(request, *args, **kwargs)
        return response


def database_for(request: HttpRequest) -> str:
    """A replica that has what this reader has written, if she needs no more than to read."""
    if request.method not in ("GET", "HEAD") or is_signed_in(request):
        return PRIMARY
    least = position_of(request)
    return next((alias for alias in in_turn([*settings.REPLICAS]) if has_replayed(alias, least)), PRIMARY)


def is_signed_in(request: HttpRequest) -> bool:
    """Or wants to be: whoever has a session, and the admin."""
    return settings.SESSION_COOKIE_NAME in request.COOKIES or request.path_info.startswith("/admin/")


turns = count()


def in_turn(aliases: Sequence[str]) -> list[str]:
    """All of them, the next one first."""
    start = next(turns) % len(aliases)
    return [*aliases[start:], *aliases[:start]]


#: {replica: when it is asked again}
resting: dict[str, float] = {}


def has_replayed(alias: str, least: int) -> bool:
    """Whether a replica answers and is as far as this position."""
    if resting.get(alias, 0) > time.monotonic() or is_away(alias):
        return False
    try:
        position = position_at(alias, REPLAYED)
    except FAILURES:
        connections[alias].close()
        resting[alias] = time.monotonic() + FAILED_FOR
        return False
    return position is not None and position >= least  # none where it has become a primary itself


def position_at(alias: str, statement: str) -> int | None:
    """A position in the log of the database, in bytes."""
    with connections[alias].cursor() as cursor:
        cursor.execute(statement)
        (found,) = cursor.fetchone()
    return None if found is None else int(found)


def position_of(request: HttpRequest) -> int:
    """How far a replica must be for this reader; 0 for whoever has written nothing lately."""
    text: Any = request.get_signed_cookie(COOKIE, default="", max_age=WRITTEN_FOR)
    return int(text) if text.isdecimal() else 0


def remember_position(response: HttpResponseBase) -> None:
    """The position after the write, with the reader herself: no process needs to know of another."""
    position = position_at(PRIMARY, WRITTEN)
    response.set_signed_cookie(
        COOKIE,
        str(position or ""),
        max_age=WRITTEN_FOR,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def reads_at_replica() -> bool:
    route = _route.get()
    return route is not None and route.read_at() != PRIMARY


def leave_replica(seconds: float = BEHIND_FOR) -> None:
    """The rest of this request reads at the primary, and for so long nobody reads at this replica."""
    if route := _route.get():
        resting[route.database] = time.monotonic() + seconds
        route.database = PRIMARY
