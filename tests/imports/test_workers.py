"""Large files go through a worker: progress, cancelling, dead workers, processes killed in the middle."""

import pytest
from django.urls import reverse

from relations import tasks
from relations.catalog import RESOURCES
from relations.imports import batches, progress, reading
from relations.models import Agreement, ImportBatch, ImportLine, Version
from tests.helpers.admin import text
from tests.helpers.import_pages import batch_of, press, upload

Status = ImportBatch.Status
ROWS = b"key,title_ru,date_signed\n" + b"".join(
    f"k{i},Договор {i},{1992 + i % 30}\n".encode() for i in range(60)
)


@pytest.fixture
def in_chunks(monkeypatch, settings):
    """Every file is large, and ten rows are a chunk."""
    settings.IMPORT_AT_ONCE_BYTES = 0
    monkeypatch.setattr(reading, "CHUNK", 10)


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
        assert "waiting" in text(preview)
        assert not Agreement.objects.exists()

    def test_what_the_worker_does_ends_in_the_same_page(self, importer, publisher, in_chunks):
        page = press(importer, upload(importer, ROWS), "confirm")
        assert (batch_of(page).status, Agreement.objects.count()) == (Status.STORED, 60)

    def test_progress_shows_rows_done_and_left(self, importer, publisher, in_chunks, monkeypatch):
        batch, told = waiting(publisher), []
        address = reverse("admin:relations_importbatch_progress", args=[batch.pk])

        class WatchedReport(progress.ProgressReport):
            def show(self, done):
                super().show(done)
                told.append(importer.get(address).json())

        monkeypatch.setattr(progress, "ProgressReport", WatchedReport)
        batches.preview(batch)
        assert [one["done"] for one in told] == [0, 10, 20, 30, 40, 50, 60]
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

    def test_an_import_whose_worker_died_is_given_to_another_when_somebody_opens_it(
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
        progress.ProgressReport(batch, 60).show(10)
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

    def test_a_failed_step_says_so_and_stores_nothing(self, importer, publisher, in_chunks, monkeypatch):
        batch = waiting(publisher)

        def break_off(*args, **kwargs):
            raise RuntimeError("the disk is full")

        monkeypatch.setattr(batches, "load_long_sheet", break_off)
        with pytest.raises(RuntimeError):
            tasks.carry_on.call(batch.pk)
        page = importer.get(reverse("admin:relations_importbatch_change", args=[batch.pk]))
        assert "The import failed and nothing was stored." in text(page)
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
        assert "worker" in started[0]

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

    def test_an_error_in_a_small_file_ends_in_a_page(self, importer, monkeypatch):
        monkeypatch.setattr(batches, "read", lambda *args: 1 / 0)
        page = upload(importer, ROWS)
        assert page.status_code == 200
        assert "The import failed and nothing was stored." in text(page)


ROWS_KILLED = 2500
#: point at which a worker is killed → (status, agreements, versions) that are there afterwards
KILLED_IN_THE_PREVIEW = {
    "the preview begins": ("waiting", 0, 0),
    "the second chunk is read": ("reading", 0, 0),
    "the lines of the preview are written": ("reading", 0, 0),
}
KILLED_WHILE_STORING = {
    "storing begins": ("storing", 0, 0),
    "the first chunk is written": ("storing", 0, 0),
    "all rows are written": ("storing", 0, 0),
    "the rows are committed": ("stored", ROWS_KILLED, ROWS_KILLED),
}


def test_a_worker_killed_at_any_point_leaves_all_rows_or_none(register, tmp_path):
    sheet = tmp_path / "rows.csv"
    rows = (f"k{i},Договор № {i},{1992 + i % 30}\n" for i in range(ROWS_KILLED))
    sheet.write_text("key,title_ru,date_signed\n" + "".join(rows), encoding="utf-8")
    with register.workers() as workers:
        workers.do("begin", str(sheet))
        for point, left in KILLED_IN_THE_PREVIEW.items():
            workers.kill_at(point)
            assert workers.do("state") == [*left, 0], point
        workers.do("enqueue")
        register.run("worker", "--batch", "--no-reload", "--no-startup-delay")
        assert workers.do("state") == ["previewed", 0, 0, ROWS_KILLED]
        workers.do("confirm")
        for point, left in KILLED_WHILE_STORING.items():
            workers.kill_at(point)
            assert workers.do("state")[:3] == [*left], point
        workers.do("enqueue")
        register.run("worker", "--batch", "--no-reload", "--no-startup-delay")
        assert workers.do("state") == ["stored", ROWS_KILLED, ROWS_KILLED, 0]


def test_two_people_who_import_the_same_rows_at_once_make_no_duplicates(register, tmp_path):
    sheet = tmp_path / "rows.csv"
    rows = (f"Договор номер {i},{1992 + i % 30}\n" for i in range(1500))
    sheet.write_text("title_ru,date_signed\n" + "".join(rows), encoding="utf-8")
    both = [register.start("import_sheet", "agreements", str(sheet)) for _person in range(2)]
    ends = sorted(one.wait(120) for one in both)
    assert ends in ([0, 0], [0, 1])
    with register.workers() as workers:
        assert workers.do("state")[1] == 1500
        register.run("import_sheet", "agreements", str(sheet))
        assert workers.do("state")[1] == 1500  # and one import alone, or its state could not be told
