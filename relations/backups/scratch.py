"""Other databases in the place of the usual one: scratch ones, in which a backup is tried, and new ones."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import ConnectionHandler

#: nothing of a scratch file needs to survive the machine
QUICK = "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"
NO_TEMPORARY_DATABASE = (
    "The user of the database may not create one, so the backup was restored into a temporary SQLite file."
)


def connected_to(database: dict[str, Any]) -> BaseDatabaseWrapper:
    """A connection of its own, under the usual name."""
    handler = ConnectionHandler({DEFAULT_DB_ALIAS: database})
    found: BaseDatabaseWrapper = handler[DEFAULT_DB_ALIAS]
    return found


@contextmanager
def as_default(database: dict[str, Any]) -> Iterator[None]:
    """Within it, this thread uses another database under the name of the usual one, migrations and models alike."""
    usual, other = connections[DEFAULT_DB_ALIAS], connected_to(database)
    connections[DEFAULT_DB_ALIAS] = other
    ContentType.objects.clear_cache()
    try:
        yield
    finally:
        other.close()
        connections[DEFAULT_DB_ALIAS] = usual
        ContentType.objects.clear_cache()


def sqlite_at(path: Path, pragmas: str = QUICK) -> dict[str, Any]:
    options = {"transaction_mode": "IMMEDIATE", "timeout": 60, "init_command": pragmas}
    return {"ENGINE": "django.db.backends.sqlite3", "NAME": str(path), "OPTIONS": options}


@contextmanager
def scratch_file(folder: Path | None = None) -> Iterator[dict[str, Any]]:
    with tempfile.TemporaryDirectory(prefix="register-scratch-", dir=folder) as made:
        yield sqlite_at(Path(made) / "scratch.sqlite3")


@contextmanager
def scratch_database() -> Iterator[tuple[dict[str, Any], str]]:
    """(an empty database of the kind of the usual one, or a SQLite file, and a sentence that says so)."""
    if connection.vendor != "postgresql":
        with scratch_file() as database:
            yield database, ""
        return
    name, usual = f"register_scratch_{token_hex(6)}", dict(connection.settings_dict)
    keeper = connected_to(usual)
    try:
        with keeper.cursor() as cursor:
            cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
    except DatabaseError:
        keeper.close()
        with scratch_file() as database:
            yield database, NO_TEMPORARY_DATABASE
        return
    try:
        yield {**usual, "NAME": name, "CONN_MAX_AGE": 0}, ""
    finally:
        with suppress(DatabaseError), keeper.cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
        keeper.close()
