"""Whoever has an earlier version has the newest one after one command, and loses nothing."""

from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from relations.backups.history import History, migrations_applied
from relations.catalog import RECORD_TYPES
from relations.management.commands import upgrade
from relations.models import Agreement
from tests.backups.conftest import backed_up, moved  # noqa: F401 - fixtures

RECORDS = {one.slug: one.model for one in RECORD_TYPES}


@pytest.fixture(autouse=True)
def collected(monkeypatch):
    """Static files take a minute; whether they are collected is enough."""
    times = []
    monkeypatch.setattr(upgrade, "collect_static_files", lambda: times.append(True))
    return times


def published():
    """{slug: keys of public records} in the database of any version, types without any left out."""
    tables = connection.introspection.table_names()  # an earlier version has fewer types
    with connection.cursor() as cursor:
        found = {}
        for slug, model in RECORDS.items():
            if model._meta.db_table not in tables:
                continue
            cursor.execute(f"SELECT key FROM {model._meta.db_table} WHERE state = 'published' ORDER BY key")
            if keys := [key for (key,) in cursor.fetchall()]:
                found[slug] = keys
        return found


def look_at_the_register(before, client):
    """What was public is so, opens, and has no contradictions."""
    for slug, keys in before.items():
        assert set(keys) <= set(RECORDS[slug].objects.published().values_list("key", flat=True))
        for key in keys[:2] + keys[-2:]:
            for language in ("ru", "en"):
                assert client.get(f"/{language}/{slug}/{key}/").status_code == 200
        assert client.get(f"/ru/{slug}/").status_code == 200
    assert not History.of(migrations_applied()).missing()
    call_command("check_content", stdout=StringIO())
    assert Agreement.objects.published().matching("договор").exists()


@pytest.mark.slow
@pytest.mark.once
class TestUpgrading:
    def test_one_command_leads_to_the_newest_version(self, earlier, client, settings, collected):
        before, said = published(), StringIO()
        assert len(before["agreements"]) >= 37
        call_command("upgrade", stdout=said)
        look_at_the_register(before, client)
        assert collected == [True]
        assert list(settings.BACKUPS_DIR.glob("*.tar.gz"))
        for step in ("Verified", "Migrations: ", "create_roles: done", "load_content: done", "Upgraded to"):
            assert step in said.getvalue()
        assert User.objects.filter(username="editor", groups__name="editor").exists()

    def test_migrating_keeps_the_number_of_public_records(self, earlier):
        before = published()
        call_command("migrate", verbosity=0)
        assert published() == before

    def test_a_second_time_changes_nothing(self, earlier):
        call_command("upgrade", no_backup=True)
        before = published()
        call_command("upgrade", no_backup=True)
        assert published() == before


@pytest.mark.slow
def test_a_backup_of_an_earlier_version_is_restored_in_the_newest(earlier, moved, backed_up, client):  # noqa: F811
    before, path = published(), backed_up()
    moved(with_tables=False)
    call_command("restore", str(path))
    assert published() == before
    look_at_the_register(before, client)
    call_command("refresh_records", verbosity=0)
    look_at_the_register(before, client)


class TestWhatIsRefused:
    @pytest.fixture(autouse=True)
    def here(self, moved, settings, tmp_path):  # noqa: F811
        settings.BACKUPS_DIR = tmp_path / "backups"
        moved()

    def refused(self, words):
        applied = migrations_applied()
        with pytest.raises(CommandError, match=words):
            call_command("upgrade")
        assert migrations_applied() == applied
        assert not Agreement.objects.exists()

    def test_a_database_that_is_newer(self, settings):
        MigrationRecorder(connection).record_applied("relations", "9999_not_yet")
        self.refused("is newer than this program .* relations.9999_not_yet")
        assert not settings.BACKUPS_DIR.exists()

    def test_a_database_with_a_gap(self):
        MigrationRecorder(connection).record_unapplied("relations", "0033_recipes")
        self.refused("lacks the migration relations.0033_recipes")

    def test_a_disk_without_space(self, monkeypatch):
        monkeypatch.setattr(upgrade, "size_of_database", lambda: 2**60)
        self.refused("There is not enough space in .*: about")

    def test_a_backup_that_cannot_be_written_stops_it(self, settings, tmp_path):
        (tmp_path / "file").write_text("")
        settings.BACKUPS_DIR = tmp_path / "file" / "below"
        self.refused("The backup cannot be written")

    def test_an_error_on_the_way_says_what_to_do(self, monkeypatch):
        def fail(*args, **options):
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(upgrade.Command, "do", fail)
        with pytest.raises(CommandError, match="The upgrade stopped. Restore the backup.*No space left"):
            call_command("upgrade", no_backup=True)
