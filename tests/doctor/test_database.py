"""What the doctor finds in a database."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from relations.doctor import database
from relations.doctor.database import (
    look_at_clock,
    look_at_database,
    look_at_database_settings,
    look_at_indexes,
    look_at_integrity,
    look_at_migrations,
    postgresql_settings,
)

pytestmark = pytest.mark.django_db
#: settings of PostgreSQL with which nothing is wrong
GOOD = {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "server_encoding": "UTF8",
    "server_version_num": "160002",
    "server_version": "16.2",
    "jit": "off",
    "max_connections": "100",
}


def only(lines):
    (line,) = lines
    return line


def worst(lines):
    return [line.text for line in lines if line.level == "error"]


def test_a_database_that_answers():
    line = only(look_at_database())
    assert line.level == "ok"
    assert line.text.startswith(connection.display_name)


def test_a_database_that_does_not_respond(monkeypatch):
    def fail(*args):
        raise OperationalError("connection refused\nDETAIL: (secret)")

    monkeypatch.setattr(database, "ask", fail)
    line = only(look_at_database())
    assert (line.level, line.text) == ("error", "It does not respond: connection refused.")


def test_migrations_that_are_missing_or_unknown():
    assert only(look_at_migrations()).level == "ok"
    recorder = MigrationRecorder(connection)
    recorder.record_applied("relations", "9999_of_a_later_version")
    assert "is newer than the program: it has 9999_of_a_later_version" in only(look_at_migrations()).text
    newest = max(
        name for app, name in MigrationExecutor(connection).loader.disk_migrations if app == "relations"
    )
    recorder.record_unapplied("relations", newest)
    line = only(look_at_migrations())
    assert (line.level, line.advice) == ("error", "make set-up")
    assert f"relations.{newest}" in line.text


def test_the_settings_of_the_test_database():
    assert all(line.level in ("ok", "warning", "error") for line in look_at_database_settings())


def test_good_settings_of_postgresql():
    assert list(postgresql_settings(GOOD)) == []


@pytest.mark.parametrize(
    ("name", "value", "level"),
    [
        ("fsync", "off", "error"),
        ("synchronous_commit", "off", "error"),
        ("full_page_writes", "off", "error"),
        ("server_encoding", "SQL_ASCII", "error"),
        ("server_version_num", "140011", "error"),
        ("jit", "on", "warning"),
        ("max_connections", "3", "warning"),
    ],
)
def test_each_other_setting_of_postgresql_is_named(settings, name, value, level):
    settings.DEBUG = False
    line = only(postgresql_settings({**GOOD, name: value}))
    assert line.level == level
    assert line.advice


def test_connections_through_pgbouncer_are_not_counted(settings):
    settings.DEBUG, settings.PGBOUNCER = False, True
    assert list(postgresql_settings({**GOOD, "max_connections": "3"})) == []


def test_a_lost_index_of_words_is_found():
    assert only(look_at_indexes()).level == "ok"
    kind = "INDEX" if connection.vendor == "postgresql" else "TABLE"
    with connection.cursor() as cursor:
        cursor.execute(f"DROP {kind} relations_forum_words")
    assert "relations_forum_words" in only(look_at_indexes()).text


def test_an_index_that_is_not_valid_is_found():
    if connection.vendor == "sqlite":
        assert database.invalid_indexes() == []
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'relations_forum_words'::regclass"
        )
    line = only(look_at_indexes())
    assert (line.level, line.advice) == ("error", "REINDEX INDEX CONCURRENTLY relations_forum_words;")


def test_the_file_of_sqlite_is_looked_through(monkeypatch):
    is_sqlite = connection.vendor == "sqlite"
    assert [line.level for line in look_at_integrity()] == (["ok"] if is_sqlite else [])
    monkeypatch.setattr(database, "ask", lambda statement: [("row 3 missing from index",)])
    assert len(worst(look_at_integrity())) == is_sqlite


def test_sqlite_must_not_let_readers_wait(monkeypatch):
    monkeypatch.setattr(
        database, "ask", lambda statement: [("delete" if "journal" in statement else "UTF-8",)]
    )
    monkeypatch.setattr(database, "is_file", lambda name: True)
    assert only(database.sqlite_settings()).text.startswith("The journal mode is delete")
    monkeypatch.setattr(database, "ask", lambda statement: [("wal" if "journal" in statement else "UTF-8",)])
    assert only(database.sqlite_settings()).level == "ok"


class TestClocks:
    @pytest.fixture
    def theirs(self, monkeypatch):
        """A function: the clock of the database is so much ahead."""

        def ahead(seconds):
            monkeypatch.setattr(connection, "vendor", "postgresql")
            at = datetime.now(UTC) + timedelta(seconds=seconds)
            monkeypatch.setattr(database, "ask", lambda statement: [(at,)])

        return ahead

    @pytest.mark.parametrize(("seconds", "level"), [(0, "ok"), (1.5, "ok"), (3, "warning"), (-3, "warning")])
    def test_that_are_two_seconds_apart(self, theirs, seconds, level):
        theirs(seconds)
        assert only(look_at_clock()).level == level

    def test_that_agree(self):
        assert only(look_at_clock()).level == "ok"

    def test_with_a_year_that_cannot_be(self, monkeypatch):
        monkeypatch.setattr(database, "YEARS", range(1970, 1971))
        assert only(look_at_clock()).level == "error"
