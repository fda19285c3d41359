"""Large files go through a worker: progress, cancelling, dead workers, processes killed in the middle."""

import os
import random
import subprocess
import sys
import time

import pytest
from django.conf import settings as own_settings
from django.db import connection
from django.urls import reverse

from relations import tasks
from relations.catalog import RESOURCES
from relations.imports import batches, chunks, progress
from relations.models import Agreement, ImportBatch, ImportLine, Version
from tests.helpers.admin import signed_in, text
from tests.helpers.import_desk import batch_of, press, upload

Status = ImportBatch.Status
ROWS = b"key,title_ru,date_signed\n" + b"".join(
    f"k{i},Договор {i},{1992 + i % 30}\n".encode() for i in range(60)
)


@pytest.fixture
def publisher(staff):
    return staff("publisher")


@pytest.fixture
def importer(publisher):
    return signed_in(publisher)


@pytest.fixture
def in_chunks(monkeypatch, settings):
    """Every file is large, and ten rows are a chunk."""
    settings.IMPORT_AT_ONCE_BYTES = 0
    monkeypatch.setattr(chunks, "CHUNK", 10)


def waiting(user, data=ROWS):
    return batches.begin(RESOURCES["agreements"], user, data, "rows.csv")


@pytest.mark.django_db
class TestSteps:
    def test_a_large_file_is_previewed_and_stored_by_a_worker(
        self, importer, publisher, in_chunks, monkeypatch
    ):
        handed = []
        monkeypatch.setattr(tasks, "hand_over", lambda batch: handed.append(batch.pk))
        preview = upload(importer, ROWS)
        assert {*handed} == {preview.context["batch"].pk}
        assert "waiting to be read" in text(preview)
        assert not Agreement.objects.exists()

    def test_what_the_worker_does_ends_in_the_same_page(self, importer, publisher, in_chunks):
        page = press(importer, upload(importer, ROWS), "confirm")
        assert (batch_of(page).status, Agreement.objects.count()) == (Status.STORED, 60)

    def test_progress_tells_rows_done_and_left(self, importer, publisher, in_chunks, monkeypatch):
        batch, told = waiting(publisher), []
        usual = progress.begin

        def begin(batch, total):
            tell = usual(batch, total)

            def tell_and_look(done):
                tell(done)
                address = reverse("admin:relations_importbatch_progress", args=[batch.pk])
                told.append(importer.get(address).json())

            return tell_and_look

        monkeypatch.setattr(progress, "begin", begin)
        batches.preview(batch)
        assert [one["done"] for one in told] == [10, 20, 30, 40, 50, 60]
        assert {one["total"] for one in told} <= {60, 61}
        assert all(one["is_under_way"] for one in told)

    def test_a_cancelled_preview_stops_and_shows_nothing(self, importer, publisher, in_chunks):
        batch = waiting(publisher)
        ImportBatch.objects.update(status=Status.READING)
        batches.cancel(batch)
        batches.preview(batch)
        batch.refresh_from_db()
        assert (batch.status, ImportLine.objects.count()) == (Status.CANCELLED, 0)

    def test_storing_cancelled_in_the_middle_stores_nothing(
        self, importer, publisher, in_chunks, monkeypatch
    ):
        batch = waiting(publisher)
        batches.preview(batch)
        batches.confirm(batch)
        usual = batches.log

        def cancel_after_the_first_chunk(batch, resource, drafts):
            usual(batch, resource, drafts)
            assert Agreement.objects.exists()
            progress.cancel(batch)

        monkeypatch.setattr(batches, "log", cancel_after_the_first_chunk)
        batches.store(batch)
        batch.refresh_from_db()
        assert (batch.status, Agreement.objects.count(), Version.objects.count()) == (Status.CANCELLED, 0, 0)

    def test_an_import_whose_worker_died_is_handed_to_another_by_whoever_looks(
        self, importer, publisher, in_chunks
    ):
        batch = waiting(publisher)
        ImportBatch.objects.update(status=Status.READING)
        importer.get(reverse("admin:relations_importbatch_change", args=[batch.pk]))
        batch.refresh_from_db()
        assert batch.status == Status.PREVIEWED

    def test_a_living_worker_is_left_alone(self, importer, publisher, in_chunks):
        batch = waiting(publisher)
        ImportBatch.objects.update(status=Status.READING)
        progress.begin(batch, 60)(10)
        importer.get(reverse("admin:relations_importbatch_change", args=[batch.pk]))
        batch.refresh_from_db()
        assert batch.status == Status.READING

    def test_a_second_worker_stores_nothing_twice(self, importer, publisher, in_chunks):
        batch = waiting(publisher)
        batches.preview(batch)
        batches.confirm(batch)
        batches.store(batch)
        batches.store(batch)
        assert (Agreement.objects.count(), Version.objects.count()) == (60, 60)

    def test_a_step_that_breaks_off_says_so_and_stores_nothing(
        self, importer, publisher, in_chunks, monkeypatch
    ):
        batch = waiting(publisher)

        def break_off(*args, **kwargs):
            raise RuntimeError("the disk is full")

        monkeypatch.setattr(batches, "load_sheet", break_off)
        with pytest.raises(RuntimeError):
            tasks.carry_on.call(batch.pk)
        page = importer.get(reverse("admin:relations_importbatch_change", args=[batch.pk]))
        assert "The import broke off, nothing was stored." in text(page)
        assert not Agreement.objects.exists()


@pytest.mark.django_db
class TestStarting:
    @pytest.fixture
    def started(self, monkeypatch, settings):
        settings.START_WORKERS = True
        found = []
        monkeypatch.setattr(tasks.subprocess, "Popen", lambda command, **how: found.append(command))
        return found

    def test_a_worker_is_started_for_work_and_not_twice_at_once(self, started, settings):
        tasks.start_worker()
        tasks.start_worker()
        assert len(started) == 1
        assert "db_worker" in started[0]

    def test_what_is_confirmed_when_a_worker_has_just_ended_starts_another(
        self, started, publisher, in_chunks
    ):
        tasks.start_worker()
        tasks.carry_on.call(waiting(publisher).pk)
        tasks.start_worker()
        assert len(started) == 2

    def test_where_workers_run_all_the_time_none_is_started(self, started, settings):
        settings.START_WORKERS = False
        tasks.start_worker()
        assert not started

    def test_a_small_file_at_which_something_breaks_ends_in_a_page(self, importer, monkeypatch):
        monkeypatch.setattr(batches, "read", lambda *args: 1 / 0)
        page = upload(importer, ROWS)
        assert page.status_code == 200
        assert "The import broke off, nothing was stored." in text(page)


class Register:
    """A register of its own, in processes of their own."""

    def __init__(self, url):
        self.environment = {
            **os.environ,
            "DATABASE_URL": url,
            "DEBUG": "1",
            "START_WORKERS": "0",
            "CACHE_URL": "",
        }
        self.environment.pop("CACHE_URL")

    def start(self, *command):
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        manage = [sys.executable, own_settings.BASE_DIR / "manage.py", *command]
        return subprocess.Popen(manage, env=self.environment, **quiet)

    def run(self, *command):
        assert self.start(*command).wait(120) == 0

    def ask(self, expression):
        code = f"from relations import tasks; from relations.imports import batches; from relations.models import *; print({expression})"
        command = [sys.executable, own_settings.BASE_DIR / "manage.py", "shell", "-v", "0", "-c", code]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=True)
        return done.stdout.strip()


@pytest.fixture
def register(tmp_path, django_db_setup, django_db_blocker):
    """A fresh database of the kind the suite runs on."""
    if connection.vendor == "sqlite":
        register = Register(f"sqlite:///{tmp_path / 'register.sqlite3'}")
        register.run("migrate", "--verbosity", "0")
        yield register
        return
    name, data = f"killed_{os.getpid()}", connection.settings_dict
    with django_db_blocker.unblock(), connection._nodb_cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}"')
        register = Register(
            f"postgres://{data['USER']}:{data['PASSWORD']}@{data['HOST']}:{data['PORT']}/{name}"
        )
        register.run("migrate", "--verbosity", "0")
        yield register
        cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def test_a_worker_killed_at_any_moment_leaves_all_rows_or_none(register, tmp_path):
    sheet = tmp_path / "rows.csv"
    rows = (f"k{i},Договор {i},{1992 + i % 30}\n" for i in range(8000))
    sheet.write_text("key,title_ru,date_signed\n" + "".join(rows), encoding="utf-8")
    begin = f"batches.begin(__import__('relations.catalog').catalog.RESOURCES['agreements'], None, open('{sheet}', 'rb').read(), 'rows.csv').pk"
    state = "ImportBatch.objects.get().status, Agreement.objects.count(), Version.objects.count()"
    register.ask(begin)
    moments = random.Random(7)
    for step in ("", "batches.confirm(ImportBatch.objects.get()), "):
        register.ask(f"{step}tasks.carry_on.enqueue(ImportBatch.objects.get().pk)")
        worker = register.start("db_worker", "--batch", "--no-reload", "--no-startup-delay")
        time.sleep(moments.uniform(1.2, 2.6))
        worker.kill()
        worker.wait()
        assert register.ask(state).split()[1:] in (["0", "0"], ["8000", "8000"])
        register.ask("tasks.carry_on.enqueue(ImportBatch.objects.get().pk)")
        register.run("db_worker", "--batch", "--no-reload", "--no-startup-delay")
    assert register.ask(state) == "stored 8000 8000"


def test_two_people_who_import_the_same_rows_at_once_make_no_duplicates(register, tmp_path):
    sheet = tmp_path / "rows.csv"
    rows = (f"Договор номер {i},{1992 + i % 30}\n" for i in range(1500))
    sheet.write_text("title_ru,date_signed\n" + "".join(rows), encoding="utf-8")
    both = [register.start("import_sheet", "agreements", str(sheet)) for _person in range(2)]
    ends = sorted(one.wait(120) for one in both)
    assert ends in ([0, 0], [0, 1])
    assert register.ask("Agreement.objects.count()") == "1500"
    register.run("import_sheet", "agreements", str(sheet))
    assert register.ask("Agreement.objects.count(), ImportBatch.objects.count()") == "1500 1"
