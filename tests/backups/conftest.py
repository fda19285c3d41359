"""Databases of their own, of the kind that the suite uses, in the place of the usual one."""

from contextlib import ExitStack

import pytest
from django.core.management import call_command
from django.core.management.sql import emit_post_migrate_signal
from django.db import connections

from relations.backups.history import History
from relations.backups.schema import create_tables
from relations.backups.scratch import as_default, scratch_database, scratch_file, sqlite_at
from tests.helpers.backups import all_migrations


@pytest.fixture
def moved(db):
    """A function: from now on the test uses another database, of the suite's kind or SQLite, with tables or without."""
    with ExitStack() as stack:

        def move(kind="", with_tables=True):
            stack.close()  # the one before is left, and deleted
            suite = connections.settings["default"]
            if kind == "sqlite" or suite["ENGINE"].endswith("sqlite3"):
                database = stack.enter_context(scratch_file())
            else:
                stack.enter_context(as_default(dict(suite)))
                database, note = stack.enter_context(scratch_database())
                assert not note  # whoever runs the suite may create databases
            stack.enter_context(as_default(database))
            if with_tables:
                migrated()
            return database

        yield move


def migrated():
    """As `manage.py migrate` leaves a new database."""
    create_tables(History.of(all_migrations()))
    emit_post_migrate_signal(verbosity=0, interactive=False, db="default")


@pytest.fixture
def backed_up(tmp_path):
    """A function: the path of a backup of the database that the test uses now."""

    def write(name="register.backup.tar.gz"):
        call_command("backup", str(tmp_path / name), no_verify=True)
        return tmp_path / name

    return write


@pytest.fixture
def sqlite_file(tmp_path, db):
    """A file with the tables of the register, as who runs SQLite has it."""
    database = sqlite_at(tmp_path / "register.sqlite3", "PRAGMA journal_mode=WAL;")
    with as_default(database):
        migrated()
    return database
