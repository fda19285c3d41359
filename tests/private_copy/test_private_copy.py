"""Long changes on a private copy of a SQLite database: nobody waits, everything or nothing comes over."""

import sqlite3
from contextlib import closing
from contextvars import Context
from io import StringIO

import pytest
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, connections, transaction
from django.db.backends.sqlite3.base import DatabaseWrapper

from relations.catalog import RESOURCES
from relations.imports import undo
from relations.imports.pipeline import load_long_sheet, load_sheet
from relations.models import (
    Agreement,
    Citation,
    DataChange,
    IdReservation,
    ImportBatch,
    Organization,
    Participation,
    Person,
    Place,
    Source,
    StaleRecords,
    Topic,
)
from relations.private_copy import ids, switch, working
from relations.private_copy.switch import ChangedMeanwhile
from relations.private_copy.tables import tables_of
from relations.private_copy.working import on_private_copy
from relations.readers.sheet import make_sheet
from tests.helpers.factories import AgreementFactory, PersonFactory, PlaceFactory, SourceFactory, TopicFactory

pytestmark = pytest.mark.once  # a file of SQLite, whatever the database of the suite is
MANY = working.LEAST_RECORDS
HEADINGS = ["key", "title_ru", "date_signed", "parties", "topics", "source", "locator"]


@pytest.fixture
def file(tmp_path, transactional_db):
    """This thread's database is a file, as an installation without PostgreSQL has it."""
    usual, path = connections["default"], tmp_path / "register.sqlite3"
    with closing(sqlite3.connect(path)) as copy:
        if usual.vendor == "sqlite":
            usual.ensure_connection()
            usual.connection.backup(copy)
        copy.execute("PRAGMA journal_mode = WAL")
        for table in tables_of(copy):
            if table.words:  # which are not flushed after a test
                copy.execute(f"DELETE FROM {table.words}")
        copy.commit()
    settings = {**usual.settings_dict, "NAME": str(path), "ENGINE": "django.db.backends.sqlite3"}
    settings["OPTIONS"] = {"transaction_mode": "IMMEDIATE", "timeout": 5, "init_command": ""}
    connections["default"] = DatabaseWrapper(settings, "default")
    yield path
    connections["default"].close()
    connections["default"] = usual


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch):
    monkeypatch.setattr(switch, "PAUSE", 0)


@pytest.fixture
def other(file):
    """Somebody else, who waits for nobody."""
    with closing(sqlite3.connect(file, timeout=0, isolation_level=None)) as connection:
        yield connection


def count(connection, table):
    return connection.execute(f"SELECT COUNT(*) FROM relations_{table}").fetchone()[0]


def left(folder):
    """What is left beside the database."""
    return sorted(path.name for path in folder.iterdir() if ".copy" in path.name)


def highest(connection):
    found = dict(connection.execute("SELECT name, seq FROM sqlite_sequence WHERE seq > 0"))
    return {name: last for name, last in found.items() if name != "relations_idreservation"}


class TestWhatOthersSee:
    def test_nothing_before_the_end_and_then_everything(self, file, other):
        with on_private_copy(MANY):
            AgreementFactory.create_batch(3)
            assert count(other, "agreement") == 0
        assert count(other, "agreement") == 3 == Agreement.objects.count()

    def test_they_write_meanwhile_without_waiting_and_no_key_is_given_twice(self, file, other):
        TopicFactory(key="first")
        with on_private_copy(MANY):
            TopicFactory(key="second")
            TopicFactory(key="third")
            with routed_to_file(file):
                TopicFactory(key="theirs")
        assert {*Topic.objects.values_list("key", flat=True)} == {"first", "second", "third", "theirs"}

    def test_pages_are_told_that_the_data_have_changed(self, file, other):
        before = DataChange.objects.version()
        with on_private_copy(MANY):
            AgreementFactory()
            other.execute("INSERT INTO relations_datachange (type, keys, mark) VALUES ('topic', '', 7)")
        after = DataChange.objects.version()
        assert after.number > before.number + 1
        assert after.marks != before.marks

    def test_what_is_done_after_a_commit_is_done_after_the_switch(self, file, other):
        seen = []
        with on_private_copy(MANY), transaction.atomic():
            AgreementFactory()
            transaction.on_commit(lambda: seen.append(count(other, "agreement")))
        assert seen == [1]


class TestNothing:
    """Nothing comes over."""

    def test_after_an_error(self, file, other, tmp_path):
        AgreementFactory()
        before, keys = content(other), highest(other)
        with pytest.raises(ZeroDivisionError), on_private_copy(MANY):
            AgreementFactory.create_batch(3)
            Agreement.objects.first().delete()
            raise ZeroDivisionError
        assert content(other) == before
        assert highest(other) == keys
        assert not left(tmp_path)

    def test_where_it_is_not_to_be_kept(self, file, other, tmp_path):
        with on_private_copy(MANY, is_kept=False):
            AgreementFactory()
        assert not Agreement.objects.exists()
        assert not left(tmp_path)

    def test_where_nothing_was_changed(self, file, other):
        keys = highest(other)
        with on_private_copy(MANY):
            assert not Agreement.objects.exists()
        assert highest(other) == keys
        assert not IdReservation.objects.exists()

    def test_where_somebody_has_changed_the_same_row(self, file, other, tmp_path):
        person = PersonFactory(name_ru="Прежнее имя")
        with pytest.raises(ChangedMeanwhile), on_private_copy(MANY):
            Person.objects.update(name_ru="Наше имя")
            AgreementFactory()
            other.execute("UPDATE relations_person SET name_ru = 'Их имя'")
        person.refresh_from_db()
        assert (person.name_ru, Agreement.objects.count()) == ("Их имя", 0)
        assert not left(tmp_path)

    def test_where_somebody_has_deleted_it(self, file, other):
        PersonFactory()
        with pytest.raises(ChangedMeanwhile), on_private_copy(MANY):
            Person.objects.update(name_ru="Наше имя")
            other.execute("DELETE FROM relations_person")
        assert not Person.objects.exists()

    def test_where_something_named_has_gone(self, file, other):
        place = PlaceFactory(code="UZ")
        with pytest.raises(ChangedMeanwhile), on_private_copy(MANY):
            AgreementFactory(participants=[("party", place)])
            other.execute("DELETE FROM relations_place WHERE code = 'UZ'")
        assert (Agreement.objects.count(), Participation.objects.count()) == (0, 0)

    def test_where_somebody_names_what_was_deleted(self, file, other):
        topic, agreement = TopicFactory(), AgreementFactory()
        with pytest.raises(ChangedMeanwhile), on_private_copy(MANY):
            Topic.objects.filter(pk=topic.pk).delete()
            other.execute(
                "INSERT INTO relations_agreement_topics (agreement_id, topic_id) VALUES (?, ?)",
                (agreement.pk, topic.pk),
            )
        assert Topic.objects.filter(pk=topic.pk).exists()

    def test_where_somebody_has_taken_the_key(self, file, other):
        with pytest.raises(IntegrityError), on_private_copy(MANY):
            TopicFactory(key="same")
            with routed_to_file(file):
                TopicFactory(key="same", name_ru="Их тема")
        assert Topic.objects.get().name_ru == "Их тема"

    def test_of_a_table_that_is_not_followed_where_it_fails_loudly(self, file):
        with pytest.raises(DatabaseError, match="private copy"), on_private_copy(MANY):
            Session.objects.create(session_key="x", session_data="", expire_date="2030-01-01")


class routed_to_file:  # noqa: N801 - reads as a statement
    """Somebody else in the same thread."""

    def __init__(self, path):
        self.path = path

    def __enter__(self):
        self.copy = connections["default"]
        connections["default"] = DatabaseWrapper(
            {**self.copy.settings_dict, "NAME": str(self.path)}, "default"
        )

    def __exit__(self, *error):
        connections["default"].close()
        connections["default"] = self.copy


class TestWithoutCopy:
    def test_few_records_are_changed_at_once(self, file, other, tmp_path):
        with on_private_copy(MANY - 1):
            AgreementFactory()
            assert count(other, "agreement") == 1

    def test_so_is_what_a_transaction_changes(self, file, tmp_path):
        with transaction.atomic(), on_private_copy(MANY):
            assert not left(tmp_path)


class TestKilled:
    """A process that is killed takes nothing back itself."""

    @pytest.fixture
    def killed(self, file, other, monkeypatch):
        """Rows that were written ahead are there, and nothing else."""
        SourceFactory(key="source")
        PlaceFactory(code="UZ", name_ru="Узбекистан")
        with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
            patch.setattr(working, "take_back", lambda main, reservation: None)
            patch.setattr(working, "remove", lambda path: None)
            patch.setattr(switch, "switch", lambda *args: (_ for _ in ()).throw(KeyboardInterrupt))
            load(rows(MANY))
        assert count(other, "citation") == count(other, "participation") == MANY
        return other

    def test_nobody_sees_what_it_has_written(self, killed, client):
        assert not Agreement.objects.exists()
        assert not Agreement.objects.matching("договор").exists()
        assert (
            not Citation.objects.filter(agreement__isnull=False)
            .select_related("agreement")
            .exclude(agreement__key="")
            .exists()
        )

    def test_the_next_change_sweeps_it_away(self, killed, tmp_path):
        assert left(tmp_path)
        with on_private_copy(MANY, is_kept=False):
            pass
        assert (count(killed, "citation"), count(killed, "participation")) == (0, 0)
        assert killed.execute("SELECT COUNT(*) FROM relations_agreement_words").fetchone() == (0,)
        assert not left(tmp_path)
        assert not IdReservation.objects.exists()

    def test_it_is_swept_away_in_a_database_that_was_moved(self, killed, tmp_path):
        IdReservation.objects.update(copy="/no/such/folder/register.sqlite3.0.copy")
        ids.sweep(connections["default"])
        assert (count(killed, "citation"), IdReservation.objects.count()) == (0, 0)

    def test_a_backup_taken_meanwhile_has_none_of_it(self, killed, tmp_path):
        call_command("backup", str(tmp_path / "one.backup.tar.gz"), stdout=StringIO())  # and is verified

    def test_a_change_under_way_is_not_swept_away(self, file, tmp_path):
        with on_private_copy(MANY):
            with routed_to_file(file):
                ids.sweep(connections["default"])
                assert IdReservation.objects.exists()
            AgreementFactory()
        assert Agreement.objects.exists()


def rows(number, **cells):
    values = {"parties": "UZ", "source": "source", "locator": "1", "topics": "", **cells}
    return [
        [f"k{i}", f"Договор {i}", str(1992 + i % 30), *(values[name] for name in HEADINGS[3:])]
        for i in range(number)
    ]


def load(found, how=load_long_sheet, **options):
    sheet = make_sheet("Лист1", [HEADINGS, *found], "")
    sheet.expected = len(found)
    return how(RESOURCES["agreements"], sheet, keep_batch=True, **options)


#: times, and random marks of changes
NOT_COMPARED = {
    "report",
    "imported_at",
    "stored_at",
    "updated_at",
    "created_at",
    "at",
    "mark",
    "created",
    "published_at",
    "made_at",
}


def content(connection):
    """{table: rows} without what differs each time."""
    found = {}
    for table in tables_of(connection):
        names = [name for name in table.columns if name not in NOT_COMPARED]
        columns = ", ".join(f'"{name}"' for name in names)
        found[table.name] = connection.execute(f'SELECT {columns} FROM "{table.name}" ORDER BY id').fetchall()
        if table.words:
            found[table.words] = connection.execute(
                f'SELECT rowid, words FROM "{table.words}" ORDER BY rowid'
            ).fetchall()
    for name in ("relations_idreservation", "relations_datachange"):
        found.pop(name)
    return found


class TestImport:
    @pytest.fixture(autouse=True)
    def reference(self, file):
        SourceFactory(key="source")
        for code, name in (("UZ", "Узбекистан"), ("KZ", "Казахстан")):
            PlaceFactory(code=code, name_ru=name)
        TopicFactory(key="trade", name_ru="Торговля")

    def test_leaves_the_same_as_one_in_a_transaction(self, other):
        content_after, keys = [], highest(other)
        first, again = rows(MANY), rows(MANY, parties="KZ", topics="trade", locator="2")
        for how in (load_sheet, load_long_sheet):
            for found in (first, again):
                assert not load(found, how).errors
            content_after.append(content(other))
            for table in content_after[0]:
                key = "rowid" if table.endswith("_words") else "id"
                other.execute(f'DELETE FROM "{table}" WHERE {key} >= 0') if is_of_records(table) else None
            for name in filter(is_of_records, highest(other)):
                other.execute("UPDATE sqlite_sequence SET seq = ? WHERE name = ?", (keys.get(name, 0), name))
        one, two = content_after
        assert one.keys() == two.keys()
        for table in one:
            assert two[table] == one[table], table

    def test_is_undone_by_the_same_way(self, other):
        batch = ImportBatch.objects.get(pk=load(rows(MANY)).batch)
        assert undo.undo(batch, RESOURCES).deleted == MANY
        assert (count(other, "agreement"), count(other, "citation")) == (0, 0)

    def test_is_refused_in_words_where_its_record_was_changed_meanwhile(self, other):
        load(rows(MANY))
        meanwhile = iter(
            [lambda: other.execute("UPDATE relations_agreement SET notes = 'x' WHERE key = 'k3'")]
        )

        def follow(report, changes):
            for act in meanwhile:
                act()

        report = load(rows(MANY, parties="KZ"), watch=follow)
        assert [one.problem.code for one in report.errors] == ["preview.stale"]
        assert Participation.objects.filter(place__code="KZ").count() == 0

    def test_leaves_to_the_worker_what_shows_a_former_name(self, file):
        def rename():
            with routed_to_file(file):
                place = Place.objects.get(code="UZ")
                place.name_ru = "Республика Узбекистан"
                place.save()

        load(rows(MANY), watch=lambda report, changes: Context().run(rename))
        assert not StaleRecords.objects.exists()  # in tests the worker is there at once
        assert "республика" in Agreement.objects.first().search_text


def is_of_records(table):
    return any(part in table for part in ("agreement", "citation", "participation", "version", "batch"))


def test_organizations_and_sources_come_over_too(file, other):
    with on_private_copy(MANY):
        SourceFactory(key="new-source")
        Organization.objects.create(key="new", name_ru="Новая организация")
    assert Source.objects.filter(key="new-source").exists()
    assert Organization.objects.filter(key="new").exists()
