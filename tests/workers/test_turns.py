"""The heartbeat of a worker begins before its first task and ends with it."""

import threading
from datetime import timedelta

import pytest
from django.core.cache import caches
from django.core.management import call_command
from django.db import OperationalError
from django.utils import timezone
from django_tasks_db.management.commands import db_worker

from config import gunicorn
from relations import database_watch, tasks
from relations.models import WorkerHeartbeat
from relations.workers import heartbeats, turns
from relations.workers.heartbeats import beat, lives, living
from relations.workers.turns import Beating, Looking, heartbeat
from tests.helpers.tasks import begun_task, waiting_task


@pytest.mark.django_db(transaction=True)
class TestThread:
    def test_it_ends_with_the_worker_and_its_row_is_removed(self):
        with heartbeat("one") as beating:
            assert beating.is_alive()
            assert WorkerHeartbeat.objects.get().worker == "one"
        assert not beating.is_alive()
        assert not WorkerHeartbeat.objects.exists()
        assert not lives("one", timezone.now())

    def test_it_ends_with_a_worker_that_was_told_to_stop(self):
        with pytest.raises(SystemExit), heartbeat("one") as beating:
            raise SystemExit(0)
        assert not beating.is_alive()
        assert not WorkerHeartbeat.objects.exists()

    def test_a_turn_that_fails_is_not_the_last(self):
        enough = threading.Event()

        class Failing(Looking):
            turns = 0

            def turn(self):
                self.turns += 1
                if self.turns == 3:
                    enough.set()
                raise OperationalError("database is locked")

        looking = Failing(seconds=0)
        looking.start()
        assert enough.wait(20)
        looking.end()
        assert not looking.is_alive()


@pytest.mark.django_db
class TestHeartbeat:
    def test_a_beat_tells_when_the_worker_was_seen_and_what_it_does(self):
        began = timezone.now()
        task = begun_task()
        beat("one", None, began)
        beat("one", task.pk, began + timedelta(seconds=10))
        row = WorkerHeartbeat.objects.get()
        assert (row.started, row.seen, row.task) == (began, began + timedelta(seconds=10), task.pk)

    def test_a_busy_database_stops_no_worker_and_the_cache_says_that_it_lives(self, monkeypatch):
        def busy(*args, **kwargs):
            raise OperationalError("database is locked")

        now = timezone.now()
        with monkeypatch.context() as patch:
            patch.setattr(WorkerHeartbeat.objects, "filter", busy)
            beat("one", None, now)
        assert not WorkerHeartbeat.objects.exists()
        assert lives("one", now + timedelta(seconds=29))
        assert not lives("one", now + timedelta(seconds=31))

    def test_without_a_cache_the_database_says_it(self, monkeypatch):
        class Away:
            def __getattr__(self, name):
                raise ConnectionError

        monkeypatch.setattr(heartbeats, "caches", {"progress": Away()})
        beat("one", None, timezone.now())
        assert [one.worker for one in living(timezone.now())] == ["one"]
        assert living(timezone.now() + timedelta(seconds=31)) == []

    def test_every_second_beat_looks_after_other_workers(self, monkeypatch):
        looked = []
        monkeypatch.setattr(turns, "look", lambda: looked.append(1))
        beating = Beating("one")
        for _turn in range(4):
            beating.turn()
        assert looked == [1, 1]


@pytest.fixture
def queued(settings, monkeypatch):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    monkeypatch.setattr(db_worker.Worker, "configure_signals", lambda worker: None)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("command", ["worker", "db_worker"])
def test_a_worker_is_seen_while_it_does_a_task(command, queued, monkeypatch):
    seen = []
    monkeypatch.setattr(tasks, "refresh_part", lambda: seen.extend(WorkerHeartbeat.objects.all()))
    task = waiting_task(timedelta(seconds=1))
    call_command(command, batch=True, reload=False, startup_delay=False, verbosity=0, worker_id="one")
    task.refresh_from_db()
    assert task.status == "SUCCESSFUL"
    assert [one.worker for one in seen] == ["one"]
    assert not WorkerHeartbeat.objects.exists()
    assert not [one for one in threading.enumerate() if isinstance(one, Beating)]


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_begins_takes_over_what_another_has_left(queued):
    task = begun_task(workers=["dead"])
    call_command("worker", batch=True, reload=False, startup_delay=False, verbosity=0, worker_id="one")
    task.refresh_from_db()
    assert (task.status, task.worker_ids) == ("SUCCESSFUL", ["dead", "one"])


@pytest.mark.parametrize("starts", [True, False])
def test_a_process_of_the_web_server_looks_where_it_starts_workers(starts, monkeypatch):
    begun, watched = [], []
    monkeypatch.setattr(database_watch, "start", lambda: watched.append("databases"))
    monkeypatch.setattr(Looking, "start", lambda looking: begun.append(looking))
    monkeypatch.setattr(gunicorn, "START_WORKERS", starts)
    gunicorn.post_worker_init(None)
    assert [type(one) for one in begun] == [Looking] * starts
    assert watched == ["databases"]


@pytest.mark.django_db
def test_the_turn_of_the_web_server_takes_over(monkeypatch):
    task = begun_task(workers=["dead"])
    caches["progress"].clear()
    Looking().turn()
    task.refresh_from_db()
    assert task.status == "READY"
