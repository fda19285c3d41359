"""Puts a backup in the place of the database: all of it or nothing, so that a killed restore leaves what was there."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from django.core.management import call_command
from django.core.management.sql import emit_post_migrate_signal
from django.db import DEFAULT_DB_ALIAS, connection, transaction

from .archive import Members
from .encryption import opened
from .errors import BackupError
from .history import History
from .loading import is_empty, restore_rows
from .schema import drop_tables, migrate_forward, say_that_all_has_changed
from .scratch import as_default, scratch_file
from .tables import models_at, number_of_rows, tables_of
from .verifying import Checked, check_file
from .watching import Tell, tell_nobody

#: a database is about so many times as large as the rows of its backup, with indexes and what is written twice
GROWTH = 4


def database_name() -> str:
    """That of the usual database; of a file without its folder."""
    name = str(connection.settings_dict["NAME"])
    return Path(name).name if connection.vendor == "sqlite" else name


def check_before(path: Path, identity: str = "", replaces: bool = False) -> Checked:
    """All that can be refused before anything is touched."""
    checked = check_file(path, identity)
    if not replaces and not is_empty():
        raise BackupError(
            f"The database {database_name()} is not empty. Name an empty one in DATABASE_URL, "
            "or replace everything in it: manage.py restore FILE --replace"
        )
    refuse_without_space(folder_of_database(), checked.bytes * GROWTH)
    return checked


def folder_of_database() -> Path | None:
    """Where a file of SQLite is; None of a server, whose disks are its own, and of memory."""
    name = str(connection.settings_dict["NAME"])
    if connection.vendor != "sqlite" or name.startswith("file:") or name == ":memory:":
        return None
    return Path(name).resolve().parent


def refuse_without_space(folder: Path | None, needed: int) -> None:
    if folder and (free := shutil.disk_usage(folder).free) < needed:
        raise BackupError(
            f"There is not enough space in {folder}: about {megabytes(needed)} MB are needed, "
            f"{megabytes(free)} MB are free."
        )


def megabytes(number: int) -> int:
    return -(-number // 2**20)


def restore(path: Path, checked: Checked, identity: str = "", tell: Tell = tell_nobody) -> None:
    """Replaces the database; `checked` is what check_before() has returned."""
    if connection.vendor == "sqlite":
        with scratch_file(folder_of_database()) as database:
            with as_default(database):
                rebuild(path, checked, identity, tell)
            copy_from(database["NAME"])
        return
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '60s'")  # of a server that still answers readers
        drop_tables()
        rebuild(path, checked, identity, tell)


def copy_from(name: str) -> None:
    """One transaction of SQLite's own: whoever has the file open sees all of it or nothing."""
    connection.ensure_connection()
    with closing(sqlite3.connect(name)) as source:
        source.backup(connection.connection)


def rebuild(path: Path, checked: Checked, identity: str, tell: Tell) -> None:
    """In an empty database: the state of the backup, then that of this program."""
    with opened(path, identity) as stream:
        restore_rows(Members(stream, path.name), checked.manifest, tell)
    history = History.of(checked.manifest.migrations)
    compare_counts(checked, history)
    if history.missing():
        migrate_forward()
        call_command("refresh_records", missing=True, verbosity=0)
    emit_post_migrate_signal(verbosity=0, interactive=False, db=DEFAULT_DB_ALIAS)
    say_that_all_has_changed()


def compare_counts(checked: Checked, history: History) -> None:
    for table in tables_of(models_at(history)):
        if number_of_rows(table) != checked.tables[table.name]["rows"]:
            raise BackupError(f"Not all rows of {table.name} could be restored, so nothing was changed.")
