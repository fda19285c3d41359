"""Works on a private copy of a SQLite database, and brings over what was changed."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast
from uuid import uuid4

from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction
from django.db.backends.sqlite3.base import DatabaseWrapper

from relations.models import IdReservation, StaleRecords
from relations.registry import bring_up_to_date

from .ids import begin_at_reserved, give_back, locked, remove, remove_rows, reserve, sweep
from .switch import bring_over, newest_of
from .tables import tables_of
from .tracking import follow

#: with fewer records than this, others wait less for the change itself than for making a copy
LEAST_RECORDS = 200


class CopyConnection(DatabaseWrapper):
    """What is to be done after a commit is done after the switch."""

    def run_and_clear_commit_hooks(self) -> None:
        pass


@contextmanager
def on_private_copy(records: int, is_kept: bool = True) -> Iterator[None]:
    """Within it this thread reads and writes a copy of the database, while others go on writing. `records` is about
    how many are changed at most. At its end all changes are brought over together, unless they are not to be kept.

    An exception leaves the database as it was. Raises ChangedMeanwhile where somebody has changed the same rows, or
    IntegrityError where a row has become impossible. On PostgreSQL, in a transaction, and for a few records, no copy
    is made: there the change is a transaction like any other.
    """
    if connection.vendor != "sqlite" or connection.in_atomic_block or records < LEAST_RECORDS:
        yield
        return
    main = cast(DatabaseWrapper, connections[DEFAULT_DB_ALIAS])
    sweep(main)
    path = place_of_copy(main)
    lock = locked(path)
    try:
        if is_kept:
            yield from changing(main, path)
        else:
            make(main, path)
            with routed_to(path):
                yield
    finally:
        remove(path)
        lock.close()


def place_of_copy(main: DatabaseWrapper) -> Path:
    """Beside the database, where there is as much space as it needs."""
    name = str(main.settings_dict["NAME"])
    database = Path(tempfile.gettempdir(), "register") if main.is_in_memory_db() else Path(name)
    return database.with_name(f"{database.name}.{uuid4().hex}.copy")


def make(main: DatabaseWrapper, path: Path) -> None:
    main.ensure_connection()
    copy = sqlite3.connect(path)
    try:
        main.connection.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")  # nobody else reads it
    finally:
        copy.close()


def changing(main: DatabaseWrapper, path: Path) -> Iterator[None]:
    make(main, path)
    reservation = reserve(main, path)
    try:
        newest_change = prepare(path, reservation)
        with routed_to(path) as hooks:
            yield
        bring_over(main, path, reservation, newest_change)
    except BaseException:
        take_back(main, reservation)
        raise
    if reservation.pk:  # nothing was changed
        take_back(main, reservation)
    for _ids, act, _is_robust in hooks:
        act()
    if StaleRecords.objects.exists():
        bring_up_to_date()


def prepare(path: Path, reservation: IdReservation) -> int:
    copy = sqlite3.connect(path, isolation_level=None)
    try:
        begin_at_reserved(copy, reservation.ranges)
        follow(copy, reservation.ranges)
        return newest_of(copy)
    finally:
        copy.close()


@contextmanager
def routed_to(path: Path) -> Iterator[list[Any]]:
    """This thread's connection leads to the copy; what is to be done after the commit is gathered."""
    main = connections[DEFAULT_DB_ALIAS]
    options = {
        **main.settings_dict["OPTIONS"],
        "init_command": "PRAGMA synchronous = OFF; PRAGMA recursive_triggers = ON;",
    }
    copy = CopyConnection({**main.settings_dict, "NAME": str(path), "OPTIONS": options}, DEFAULT_DB_ALIAS)
    connections[DEFAULT_DB_ALIAS] = copy
    hooks: list[Any] = []
    try:
        yield hooks
        hooks += copy.run_on_commit
    finally:
        copy.close()
        connections[DEFAULT_DB_ALIAS] = main


def take_back(main: DatabaseWrapper, reservation: IdReservation) -> None:
    """As if the change had never begun."""
    with transaction.atomic():
        remove_rows(main.connection, reservation.ranges, tables_of(main.connection))
        give_back(main.connection, reservation.ranges)
        reservation.delete()
