"""What is restored is what was backed up: every row of every table, in either database."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from threading import Thread
from uuid import UUID

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.db import connection, models
from django_tasks_db.models import DBTaskResult

from relations.backups import kinds, tables, writing
from relations.backups.history import History, migrations_applied
from relations.backups.scratch import as_default
from relations.backups.tables import LEFT_OUT, Table, converted, models_at, tables_of
from relations.models import DataChange, Forum, ImportBatch, KeptFile, Place, Version
from tests.helpers.backups import members_of, state_of_tables, sums_of
from tests.helpers.factories import ForumFactory, ObservationFactory, PlaceFactory

pytestmark = pytest.mark.django_db


def restored(path):
    call_command("restore", str(path))


def write_something():
    """Rows of every kind of value, with gaps in the keys and with odd texts."""
    ForumFactory(published=True).delete()
    forum = ForumFactory(published=True, title_ru="Форум «Ёлка»\u2028\r\n\t\\ \x7f 🎄", summary_ru="")
    ObservationFactory(published=True)
    batch = ImportBatch.objects.create(
        type="forums", report={"б": [1, 2.5, None, True], "а": {}}, recipe={}, file="\u0085'\";--"
    )
    KeptFile.objects.create(batch=batch, data=bytes(range(256)) * 5)
    User.objects.create_user("anna", password="secret").groups.add(Group.objects.create(name="editors"))
    return forum


class TestOneRegister:
    def test_every_row_is_the_same_and_keeps_its_key(self, moved, backed_up):
        moved()
        forum = write_something()
        before, path = state_of_tables(), backed_up()
        moved(with_tables=False)
        restored(path)
        assert state_of_tables() == before
        assert before["relations_forum"]["rows"] == 1
        again = Forum.objects.get(pk=forum.pk)
        assert (again.title_ru, again.row, again.search_text) == (
            forum.title_ru,
            again.row,
            again.search_text,
        )
        assert again.created_at == Forum.objects.get().created_at
        assert bytes(KeptFile.objects.get().data) == bytes(range(256)) * 5
        assert ImportBatch.objects.get().report == {"б": [1, 2.5, None, True], "а": {}}
        assert User.objects.get(groups__name="editors").check_password("secret")

    def test_new_rows_get_keys_after_those_that_were_restored(self, moved, backed_up):
        moved()
        newest = max(ForumFactory().pk for _number in range(3))
        path = backed_up()
        moved(with_tables=False)
        restored(path)
        assert ForumFactory().pk > newest

    def test_words_are_found_again(self, moved, backed_up):
        moved()
        ForumFactory(title_ru="Форум сотрудничества", title_en="Forum of cooperation", published=True)
        path = backed_up()
        moved(with_tables=False)
        restored(path)
        assert Forum.objects.published().matching("сотрудничество").count() == 1
        assert Forum.objects.published().matching("соперничество").count() == 0

    def test_no_page_or_index_that_was_kept_before_is_shown_again(self, moved, backed_up):
        moved()
        ForumFactory(published=True)
        before, path = DataChange.objects.version(), backed_up()
        call_command("restore", str(path), replace=True, yes=True)
        assert DataChange.objects.version() != before
        told = set(DataChange.objects.filter(keys="").values_list("type", flat=True))
        assert {"forum", "agreement", "source", "place", "topic"} <= told

    def test_sessions_stay_where_they_are_and_no_value_of_a_setting_is_written(
        self, moved, backed_up, settings
    ):
        moved()
        settings.SECRET_KEY = "nobody-may-read-this"
        members = members_of(backed_up())
        assert not [name for name in members if "session" in name or "datachange" in name]
        assert not [name for name, data in members.items() if b"nobody-may-read-this" in data]
        assert "SECRET_KEY" in json.loads(members["backup.json"])["settings"]

    def test_tables_are_made_as_the_migrations_make_them(self, moved):
        """The suite's own database was migrated."""
        migrated = described()
        moved()
        assert described() == migrated


def described():
    """All that the database knows about its tables; names of foreign keys and of kept uniqueness are its own affair."""
    with connection.cursor() as cursor:
        look = connection.introspection
        found = {}
        for name in sorted(look.table_names(cursor)):
            columns = {
                one.name: (one.type_code, one.null_ok, one.default, one.display_size)
                for one in look.get_table_description(cursor, name)
            }
            constraints = [
                sorted(
                    (key, str(value)) for key, value in one.items() if key != "columns" or not one["check"]
                )
                for one in look.get_constraints(cursor, name).values()
            ]
            found[name] = (columns, sorted(constraints))
        return found


class TestTheCuratedContent:
    def test_it_goes_from_one_kind_of_database_into_the_other_and_back(
        self, content, backed_up, moved, tmp_path
    ):
        here, before = connection.vendor, state_of_tables()
        first = backed_up("first")
        moved("sqlite", with_tables=False)
        restored(first)
        second = backed_up("second")
        moved(with_tables=False)
        restored(second)
        assert connection.vendor == here
        assert state_of_tables() == before
        assert sums_of(first)["tables"] == sums_of(second)["tables"] == before
        assert json.loads(members_of(second)["backup.json"])["database"] == "sqlite"

    def test_refreshing_what_was_restored_changes_nothing(self, content, backed_up, moved):
        path = backed_up()
        moved(with_tables=False)
        restored(path)
        before = state_of_tables()
        call_command("refresh_records", verbosity=0)
        assert state_of_tables() == before


class TestUnderLoad:
    def test_a_writer_waits_for_nothing_and_is_not_in_the_backup(self, moved, tmp_path):
        database = moved()
        PlaceFactory(code="RU")
        done = []

        def write_meanwhile(table, number):
            if not done:
                done.append(True)
                writer = Thread(target=write_elsewhere, args=(database, done))
                writer.start()
                writer.join(timeout=50)

        path = tmp_path / "backup"
        writing.write_backup(path, write_meanwhile)
        assert done == [True, "written"]
        assert sums_of(path)["tables"]["relations_place"]["rows"] == 1
        assert sums_of(path)["tables"]["relations_version"]["rows"] == 0
        assert Place.objects.count() == 2

    def test_a_table_is_read_a_chunk_at_a_time(self, moved, monkeypatch, backed_up):
        moved()
        monkeypatch.setattr(tables, "ROWS_AT_ONCE", 2)
        Group.objects.bulk_create(Group(name=str(number)) for number in range(5))
        path = backed_up()
        parts = [data for name, data in members_of(path).items() if name.startswith("tables/auth_group/")]
        assert [len(part.splitlines()) for part in parts] == [2, 2, 1]
        moved(with_tables=False)
        restored(path)
        assert [group.name for group in Group.objects.order_by("pk")] == list("01234")


def write_elsewhere(database, done):
    """In a thread, which has a connection of its own."""
    with as_default(database):
        place = PlaceFactory(code="UZ")
        Version.objects.create(type="places", object_id=place.pk, key="UZ", after={})
    done.append("written")


class TestKindsOfValues:
    def test_backups_know_every_kind_of_column(self):
        for table in tables_of(models_at(History.of(migrations_applied()))):
            assert table.columns

    def test_a_kind_that_they_do_not_know_is_named(self):
        field = models.DurationField()
        field.set_attributes_from_name("lasts")
        with pytest.raises(kinds.BackupError, match="DurationField"):
            kinds.column_of(field)

    def test_no_model_keeps_files_outside_of_the_database(self):
        """Backups would have to take them too."""
        fields = [field for model in apps.get_models() for field in model._meta.concrete_fields]
        assert not [str(field) for field in fields if isinstance(field, models.FileField)]

    def test_every_table_is_in_the_backup_or_left_out_by_name(self):
        with connection.cursor() as cursor:
            names = set(connection.introspection.table_names(cursor))
        known = {table.name for table in tables_of(models_at(History.of(migrations_applied())))}
        assert {name for name in names - known if "_words" not in name} == {*LEFT_OUT, "django_migrations"}

    @pytest.mark.parametrize("vendor", ["sqlite", "postgresql"])
    @pytest.mark.parametrize(
        ("kind", "value", "plain"),
        [
            ("date", date(991, 1, 2), "0991-01-02"),
            ("moment", datetime(2026, 1, 2, 3, 4, 5, 6, UTC), "2026-01-02T03:04:05.000006+00:00"),
            ("decimal", Decimal("-0.10"), "-0.1000"),
            ("decimal", 0.1, "0.1000"),
            ("json", '{"b": null, "a": "я"}', '{"b":null,"a":"я"}'),
            ("json", "null", "null"),
            ("binary", b"\x00\xff", "AP8="),
            ("uuid", UUID(int=5), "00000000-0000-0000-0000-000000000005"),
            ("boolean", True, True),
            ("text", "", ""),
            ("text", None, None),
        ],
    )
    def test_values_are_written_exactly_and_read_back(self, kind, value, plain, vendor):
        column = kinds.Column("a", kind, 20, 4)
        assert converted([value], [kinds.to_plain(column)]) == [plain]
        back = converted([plain], [kinds.from_plain(column, vendor)])
        assert converted(back, [kinds.to_plain(column)]) == [plain]

    def test_the_order_of_keys_of_json_makes_no_difference_to_the_hash(self):
        table = Table("a", "id", (kinds.Column("id", "integer"), kinds.Column("b", "json")))
        one, other = tables.TableHash(table), tables.TableHash(table)
        one.add([[1, '{"a":1,"b":2}']])
        other.add([[1, '{"b":2,"a":1}']])
        assert one.described() == other.described()

    def test_a_task_of_the_worker_comes_back(self, moved, backed_up):
        moved()
        DBTaskResult.objects.create(
            task_path="relations.tasks.refresh", args_kwargs={"args": [], "kwargs": {}}, backend_name="default",
            run_after=datetime(2026, 1, 1, tzinfo=UTC), queue_name="default", exception_class_path="", traceback="",
        )  # fmt: skip
        before, path = state_of_tables(), backed_up()
        moved(with_tables=False)
        restored(path)
        assert state_of_tables() == before
