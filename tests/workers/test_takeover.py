"""The tasks of killed workers are done by others, without anybody looking at a page."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from relations import tasks
from relations.catalog import RESOURCES
from relations.imports import batches
from relations.models import ImportBatch, StaleRecords, WorkerHeartbeat
from relations.workers import takeover
from relations.workers.heartbeats import beat
from relations.workers.takeover import MOST_ATTEMPTS, hand_over_again, look, lost_tasks, take_over
from tests.helpers.tasks import begun_task, waiting_task

Status = ImportBatch.Status
ROWS = b"key,title_ru,date_signed\nk1,One,1992\n"


def seconds_later(seconds):
    return timezone.now() + timedelta(seconds=seconds)


def import_under_way(status=Status.READING):
    batch = batches.begin(RESOURCES["agreements"], None, ROWS, "rows.csv")
    ImportBatch.objects.filter(pk=batch.pk).update(status=status)
    batch.refresh_from_db()
    return batch


@pytest.mark.django_db
class TestLooking:
    def test_a_task_whose_worker_has_not_been_seen_for_thirty_seconds_is_put_back(self):
        task = begun_task(workers=["one"])
        beat("one", task.pk, timezone.now())
        assert look(seconds_later(29)) == 0
        assert look(seconds_later(31)) == 1
        task.refresh_from_db()
        assert (task.status, task.worker_ids) == ("READY", ["one"])
        assert look(seconds_later(31)) == 0

    def test_a_task_of_before_the_upgrade_has_no_heartbeat_and_is_lost(self):
        task = begun_task(workers=["never-seen"], since=timedelta(days=30))
        assert look() == 1
        task.refresh_from_db()
        assert task.status == "READY"

    def test_a_task_that_nobody_has_begun_is_lost_too(self):
        task = begun_task(workers=[])
        DBTaskResult.objects.update(started_at=None)
        assert look() == 1
        task.refresh_from_db()
        assert task.status == "READY"

    def test_a_task_begun_just_now_is_left_to_its_worker(self):
        begun_task(workers=["beginning"], since=timedelta(seconds=5))
        assert look() == 0

    def test_a_task_is_of_the_worker_that_has_begun_it_last(self):
        task = begun_task(workers=["dead", "alive"])
        beat("alive", task.pk, timezone.now())
        assert look() == 0

    def test_after_three_deaths_a_task_has_failed(self):
        task = begun_task(workers=["a", "b", "c"])
        assert MOST_ATTEMPTS == 3
        assert look() == 1
        task.refresh_from_db()
        assert (task.status, task.finished_at is not None) == ("FAILED", True)
        assert task.traceback == "WorkerDied: Its worker was killed or its machine stopped, 3 times."
        assert task.task_result.errors[0].traceback == task.traceback
        assert look() == 0

    def test_with_the_third_death_its_import_has_failed_and_says_why(self, importer):
        batch = import_under_way(Status.STORING)
        begun_task("carry_on", [batch.pk], ["a", "b", "c"])
        look()
        batch.refresh_from_db()
        assert (batch.status, batch.report["deaths"]) == (Status.FAILED, 3)
        page = importer.get(f"/admin/relations/importbatch/{batch.pk}/change/").content.decode()
        assert "The memory" in page

    def test_two_who_look_at_once_take_a_task_over_once(self):
        begun_task(workers=["one"])
        (first,), (second,) = lost_tasks(timezone.now()), lost_tasks(timezone.now())
        assert [take_over(first, timezone.now()), take_over(second, timezone.now())] == [True, False]

    def test_one_who_looked_before_another_worker_began_takes_nothing_from_it(self):
        task = begun_task(workers=["one"])
        (seen_dead,) = lost_tasks(timezone.now())
        look()
        task.refresh_from_db()
        task.claim("two")
        assert not take_over(seen_dead, timezone.now())

    def test_two_who_look_at_once_give_a_task_up_once(self):
        begun_task(workers=["a", "b", "c"])
        (first,), (second,) = lost_tasks(timezone.now()), lost_tasks(timezone.now())
        assert [take_over(first, timezone.now()), take_over(second, timezone.now())] == [True, False]

    def test_rows_of_dead_workers_are_removed_after_some_minutes(self):
        beat("dead", None, timezone.now())
        look(seconds_later(300))
        assert WorkerHeartbeat.objects.exists()
        look(seconds_later(601))
        assert not WorkerHeartbeat.objects.exists()


@pytest.mark.django_db
class TestStartingAWorker:
    @pytest.fixture
    def started(self, monkeypatch, settings):
        settings.START_WORKERS = True
        found = []
        monkeypatch.setattr(tasks.subprocess, "Popen", lambda command, **how: found.append(command))
        return found

    def test_what_is_put_back_has_a_worker_started_if_none_lives(self, started):
        begun_task(workers=["dead"])
        look()
        assert len(started) == 1

    def test_none_is_started_where_one_lives(self, started):
        begun_task(workers=["dead"])
        beat("alive", None, timezone.now())
        look()
        assert started == []

    def test_a_task_that_waits_without_a_worker_has_one_started(self, started):
        waiting_task(timedelta(seconds=5))
        look()
        assert len(started) == 1

    def test_none_is_started_without_work_nor_where_workers_run_all_the_time(self, started, settings):
        look()
        settings.START_WORKERS = False
        waiting_task(timedelta(seconds=5))
        look()
        assert started == []


@pytest.mark.django_db
class TestImportsWithoutATask:
    @pytest.fixture
    def enqueued(self, monkeypatch):
        found = []
        monkeypatch.setattr(
            takeover.tasks.carry_on.__class__, "enqueue", lambda task, number: found.append(number)
        )
        return found

    @pytest.mark.parametrize("status", [Status.WAITING, Status.READING])
    def test_a_preview_is_made_at_the_next_look(self, status):
        batch = import_under_way(status)
        assert look(seconds_later(10)) == 0
        assert look(seconds_later(40)) == 1
        batch.refresh_from_db()
        assert batch.status == Status.PREVIEWED

    def test_what_was_confirmed_is_stored_at_the_next_look(self):
        batch = import_under_way()
        batches.preview(batch)
        batches.confirm(batch)
        assert look(seconds_later(40)) == 1
        batch.refresh_from_db()
        assert (batch.status, batch.created) == (Status.STORED, 1)

    def test_one_with_a_task_is_left_to_it(self, enqueued):
        batch = import_under_way()
        begun_task("carry_on", [batch.pk], ["one"])
        beat("one", None, timezone.now())
        assert look(seconds_later(29)) == 0
        DBTaskResult.objects.update(status="READY")
        assert look(seconds_later(40)) == 0
        assert enqueued == []

    def test_one_that_shows_progress_is_left_alone(self, enqueued):
        batch = import_under_way()
        ImportBatch.objects.update(created_at=timezone.now() - timedelta(hours=1))
        batches.progress.ProgressReport(batch, 10).show(1)
        assert look(seconds_later(20)) == 0

    def test_two_who_look_at_once_hand_it_over_once(self, settings):
        settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
        batch = import_under_way()
        assert [hand_over_again(batch.pk), hand_over_again(batch.pk)] == [True, False]
        assert DBTaskResult.objects.count() == 1

    def test_after_three_times_it_has_failed(self, enqueued):
        batch = import_under_way()
        taken = [look(seconds_later(40 * turn)) for turn in range(1, 6)]
        assert taken == [1, 1, 1, 1, 0]
        assert enqueued == [batch.pk] * 3
        batch.refresh_from_db()
        assert (batch.status, batch.report["deaths"]) == (Status.FAILED, 3)


@pytest.mark.django_db
def test_records_are_refreshed_once_by_two_workers_at_the_same_task():
    StaleRecords.objects.create(type="forum", keys="1", number=1)
    tasks.refresh_stale.call()
    tasks.refresh_stale.call()
    assert not StaleRecords.objects.exists()


ROWS_KILLED = 2500


@pytest.fixture
def sheet(tmp_path):
    path = tmp_path / "rows.csv"
    rows = (f"k{i},Договор № {i},{1992 + i % 30}\n" for i in range(ROWS_KILLED))
    path.write_text("key,title_ru,date_signed\n" + "".join(rows), encoding="utf-8")
    return str(path)


def test_what_a_killed_worker_did_is_done_by_another_without_anybody_looking(register, sheet):
    with register.workers() as workers:
        workers.do("begin", sheet)
        workers.kill_at("the second chunk is read")
        assert workers.do("task") == ["RUNNING", 1, 1]
        assert workers.do("look", 0) == 0
        assert workers.do("look", 40) == 1
        assert workers.do("look", 40) == 0
        register.run("worker", "--batch", "--no-reload", "--no-startup-delay")
        assert workers.do("task")[:2] == ["SUCCESSFUL", 2]
        assert workers.do("state") == ["previewed", 0, 0, ROWS_KILLED]


def test_a_worker_of_the_library_alone_is_known_while_it_does_a_task(register, sheet):
    with register.workers() as workers:
        workers.do("begin", sheet)
        workers.do("enqueue")
        workers.kill(["work_on", "the second chunk is read", "db_worker"])
        assert workers.do("task") == ["RUNNING", 1, 1]
        assert [workers.do("look", 0), workers.do("look", 40)] == [0, 1]


def test_a_task_that_kills_three_workers_has_failed_and_can_be_tried_again(register, sheet):
    point = "the lines of the preview are written"
    with register.workers() as workers:
        workers.do("begin", sheet)
        workers.do("enqueue")
        for death in (1, 2, 3):
            workers.kill(["work_on", point])
            assert workers.do("look", 40) == 1, death
        assert workers.do("task")[:2] == ["FAILED", 3]
        assert workers.do("state") == ["failed", 0, 0, 0]
        assert workers.do("try_again") is True
        assert workers.do("task")[:2] == ["READY", 0]
        register.run("worker", "--batch", "--no-reload", "--no-startup-delay")
        assert workers.do("state") == ["previewed", 0, 0, ROWS_KILLED]
