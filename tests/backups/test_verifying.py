"""No backup counts as verified that was not restored and compared."""

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection

from relations.backups import loading, scratch
from tests.helpers.backups import rewritten, state_of_tables, sums_of
from tests.helpers.factories import ForumFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def backup(moved, backed_up):
    moved()
    ForumFactory(published=True, summary_ru="Итог")
    return backed_up()


def test_a_good_one_is_restored_elsewhere_and_nothing_here_changes(backup, capsys):
    before = state_of_tables()
    call_command("backup", str(backup), verify=True)
    assert "Verified: restored into a scratch database" in capsys.readouterr().out
    assert state_of_tables() == before


def test_a_changed_row_is_noticed(backup):
    def change(members):
        name = next(name for name in members if "relations_forum/" in name)
        assert "Итог".encode() in members[name]
        members[name] = members[name].replace("Итог".encode(), "Итак".encode())

    rewritten(backup, change)
    with pytest.raises(CommandError, match="these tables differ from what it says: relations_forum"):
        call_command("backup", str(backup), verify=True)


def test_a_row_too_many_is_noticed(backup):
    tables = sums_of(backup)["tables"]
    tables["relations_place"]["rows"] += 1
    rewritten(backup, lambda members: None, tables)
    with pytest.raises(CommandError, match="relations_place"):
        call_command("backup", str(backup), verify=True)


def test_rows_that_a_restore_loses_are_noticed(backup, monkeypatch):
    put_in = loading.put_in
    monkeypatch.setattr(loading, "put_in", lambda table, rows: put_in(table, rows[:-1]))
    with pytest.raises(CommandError, match=r"FOREIGN KEY|foreign key|differ"):
        call_command("backup", str(backup), verify=True)


def test_it_is_asked_of_a_file(db):
    with pytest.raises(CommandError, match="needs the name of a file"):
        call_command("backup", verify=True)
    with pytest.raises(CommandError, match="There is no file"):
        call_command("backup", "nowhere", verify=True)


def test_a_scratch_database_is_dropped(backup, monkeypatch):
    names = []
    monkeypatch.setattr(scratch, "token_hex", lambda number: names.append("of_this_test") or names[0])
    for _time in range(2):  # the second one could not be created if the first one were still there
        call_command("backup", str(backup), verify=True)
    assert len(names) == 2 * (connection.vendor == "postgresql")


def test_who_may_not_create_a_database_restores_into_a_file(backup, monkeypatch, capsys):
    if connection.vendor != "postgresql":
        return

    class Refused:
        def cursor(self):
            raise DatabaseError("permission denied to create database")

        def close(self):
            """As of a connection."""

    usual, asked = scratch.connected_to, []

    def refused_first(database):
        asked.append(database)
        return Refused() if len(asked) == 1 else usual(database)

    monkeypatch.setattr(scratch, "connected_to", refused_first)
    call_command("backup", str(backup), verify=True)
    assert scratch.NO_TEMPORARY_DATABASE in capsys.readouterr().out
    assert asked[1]["ENGINE"].endswith("sqlite3")
