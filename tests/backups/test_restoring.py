"""A restore does all or nothing, and refuses what it cannot restore before it touches anything."""

import os
import shutil
import stat
import sys
from collections import namedtuple

import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.db import connection

from relations.backups import restoring, schema
from relations.backups.archive import BEGINNING
from relations.backups.errors import BackupError
from relations.backups.scratch import as_default
from relations.backups.verifying import check_file
from tests.helpers.backups import (
    described_otherwise,
    members_of,
    rewritten,
    state_of_tables,
    without_checksums,
)
from tests.helpers.factories import ForumFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def backup(moved, backed_up):
    """The path of a backup with a few rows; the test goes on in another database, which has rows too."""
    moved()
    ForumFactory(published=True)
    path = backed_up()
    moved()
    Group.objects.create(name="here before")
    return path


class TestWhatIsRefused:
    def test_each_damaged_byte_is_noticed(self, moved, backed_up, tmp_path):
        moved()
        ForumFactory(published=True)
        path = backed_up()
        whole, members = path.read_bytes(), members_of(path)
        places = [*range(len(BEGINNING)), *range(10, len(whole), len(whole) // 150), *range(-12, 0)]
        for place in places:
            damaged = bytearray(whole)
            damaged[place] ^= 0x10
            (tmp_path / "damaged").write_bytes(damaged)
            try:
                check_file(tmp_path / "damaged")
            except BackupError:
                continue
            # the compression ends within a byte, of whose other bits nothing depends
            assert members_of(tmp_path / "damaged") == members, place

    @pytest.mark.parametrize("length", [0, 1, 9, 500, -1, -20])
    def test_a_file_that_ends_too_early(self, backup, length):
        backup.write_bytes(backup.read_bytes()[:length])
        self.refused(backup, "is damaged|is no backup")

    def test_a_file_of_another_kind(self, backup):
        backup.write_bytes(b"PK\x03\x04 and more")
        self.refused(backup, "is no backup of the register")

    def test_a_member_whose_checksum_differs(self, backup, monkeypatch):
        def exchange(members):
            name = next(name for name in members if "relations_place/" in name)
            members[name] = members[name].replace(b"a", b"b", 1)

        monkeypatch.setattr("relations.backups.archive.hashlib.sha256", WrongOnce())
        rewritten(backup, exchange)
        monkeypatch.undo()
        self.refused(backup, "the checksum of .* differs")

    def test_a_file_without_its_end(self, backup):
        without_checksums(backup)
        self.refused(backup, "no checksums at its end")

    def test_a_file_that_begins_with_something_else(self, backup):
        rewritten(backup, lambda members: dict(reversed(members.items())))
        self.refused(backup, "does not begin with its description")

    @pytest.mark.parametrize("values", [{"tables": 5}, {"format": "one"}, {"program": None}, {"strange": 1}])
    def test_a_description_that_says_nothing(self, backup, values):
        described_otherwise(backup, **values)
        self.refused(backup, "does not say what it is")

    def test_a_backup_of_a_newer_version(self, backup):
        described_otherwise(backup, program="999.0.0")
        self.refused(backup, "written by version 999.0.0, which is newer than this program")

    def test_a_backup_of_a_newer_form(self, backup):
        described_otherwise(backup, format=2)
        self.refused(backup, "newer than this program")

    def test_migrations_that_nobody_knows(self, backup):
        described_otherwise(backup, migrations=[["relations", "9999_not_yet"]])
        self.refused(backup, "relations.9999_not_yet")

    def test_migrations_with_a_gap(self, backup):
        described_otherwise(backup, migrations=[["relations", "0002_search_words"]])
        self.refused(backup, "relations.0001_initial")

    def test_other_columns_than_this_program_has(self, backup):
        described_otherwise(backup, tables=[{"name": "relations_forum", "key": "id", "columns": {}}])
        self.refused(backup, "relations_forum of the backup has other columns", replace=True, yes=True)

    def test_a_database_with_rows_in_it(self, backup):
        self.refused(backup, "is not empty")

    def test_a_disk_without_space(self, backup, monkeypatch, sqlite_file):
        usage = namedtuple("usage", "total used free")
        monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(1, 1, 2**20))
        monkeypatch.setattr(restoring, "GROWTH", 2**20)
        with as_default(sqlite_file), pytest.raises(CommandError, match="not enough space"):
            call_command("restore", str(backup), replace=True, yes=True)

    def test_a_file_that_is_not_there(self, db):
        with pytest.raises(CommandError, match="There is no file") as caught:
            call_command("restore", "nowhere.tar.gz")
        assert caught.value.returncode == 2

    def refused(self, path, words, **options):
        before = state_of_tables()
        with pytest.raises(CommandError, match=words):
            call_command("restore", str(path), **options)
        assert state_of_tables() == before


class WrongOnce:
    """Checksums of members, all of them wrong, as of a file that was put together by hand."""

    def __call__(self, data=b""):
        return self

    def hexdigest(self):
        return "0" * 64


class TestReplacing:
    def test_everything_gives_way_to_the_backup(self, backup):
        call_command("restore", str(backup), replace=True, yes=True)
        assert not Group.objects.exists()
        assert state_of_tables()["relations_forum"]["rows"] == 1

    def test_who_types_the_name_of_the_database_may(self, backup, monkeypatch):
        self.type_in(monkeypatch, restoring.database_name())
        call_command("restore", str(backup), replace=True)
        assert not Group.objects.exists()

    def test_another_name_changes_nothing(self, backup, monkeypatch):
        self.type_in(monkeypatch, "yes")
        with pytest.raises(CommandError, match="not its name"):
            call_command("restore", str(backup), replace=True)
        assert Group.objects.exists()

    def test_without_a_terminal_nobody_can_be_asked(self, backup, monkeypatch):
        monkeypatch.setattr(sys.stdin, "isatty", lambda: False)
        with pytest.raises(CommandError, match="needs --yes"):
            call_command("restore", str(backup), replace=True)
        assert Group.objects.exists()

    def type_in(self, monkeypatch, text):
        monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
        monkeypatch.setattr("builtins.input", lambda question: text)


class TestInterrupted:
    @pytest.mark.parametrize("step", ["complete", "say_that_all_has_changed", "copy_from"])
    def test_a_killed_restore_leaves_the_former_state(self, backup, monkeypatch, step):
        if step == "copy_from" and connection.vendor != "sqlite":
            return  # the one step that only SQLite has
        before = state_of_tables()

        def killed(*args):
            raise KeyboardInterrupt

        module = "loading" if step == "complete" else "restoring"
        monkeypatch.setattr(f"relations.backups.{module}.{step}", killed)
        with pytest.raises(KeyboardInterrupt):
            call_command("restore", str(backup), replace=True, yes=True)
        assert state_of_tables() == before
        monkeypatch.undo()
        call_command("restore", str(backup), replace=True, yes=True)
        assert not Group.objects.exists()

    def test_a_row_that_refers_to_nothing_is_refused(self, backup):
        def cut(members):
            return {name: data for name, data in members.items() if "tables/relations_source/" not in name}

        rewritten(backup, cut)
        before = state_of_tables()
        with pytest.raises(CommandError, match="as it was"):
            call_command("restore", str(backup), replace=True, yes=True)
        assert state_of_tables() == before

    def test_a_value_that_the_database_refuses_is_named_with_its_table(self, backup):
        def spoil(members):
            name = next(name for name in members if "relations_forum/" in name)
            members[name] = members[name].replace(b'"published"', b'"nonsense"')

        rewritten(backup, spoil)
        with pytest.raises(CommandError, match="Rows of relations_forum cannot be put into this database"):
            call_command("restore", str(backup), replace=True, yes=True)

    def test_nothing_is_left_beside_the_database(self, backup, sqlite_file, tmp_path):
        with as_default(sqlite_file):
            call_command("restore", str(backup))
        assert not list(tmp_path.glob("register-scratch-*"))

    def test_who_has_the_file_of_sqlite_open_reads_the_restored_rows(self, backup, sqlite_file):
        with as_default(sqlite_file):
            assert not Group.objects.filter(name="after").exists()
            open_before = connection.connection
            call_command("restore", str(backup))
            assert connection.connection is open_before
            assert state_of_tables()["relations_forum"]["rows"] == 1


def test_a_backup_can_be_read_by_its_owner_alone(backup):
    assert stat.S_IMODE(os.stat(backup).st_mode) == 0o600


def test_words_for_search_are_looked_for_where_sqlite_keeps_them(sqlite_file):
    with as_default(sqlite_file):
        assert "relations_forum_words" in schema.search_tables()
