"""Threads: one of a worker, which says that it lives and looks after others, and one of the web server, which looks."""

import logging
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone
from django_tasks import TaskResult
from django_tasks.signals import task_finished, task_started
from django_tasks_db.backend import TaskResult as QueuedTaskResult

from .heartbeats import beat, forget
from .takeover import look

logger = logging.getLogger(__name__)
BEAT_SECONDS, LOOK_SECONDS = 10, 20
#: milliseconds that a thread waits for a busy SQLite database; the next turn asks again
MOST_WAITING = 2_000
#: seconds that the end of a worker waits for its thread
MOST_ENDING = 15


class Turns(threading.Thread):
    """Does something again and again, with a connection of its own, until it is told to end."""

    def __init__(self, name: str, seconds: float) -> None:
        super().__init__(name=name, daemon=True)
        self.seconds, self.ended = seconds, threading.Event()

    def turn(self) -> None:
        raise NotImplementedError

    def run(self) -> None:
        while not self.ended.wait(self.seconds):
            try:
                wait_shortly()
                self.turn()
            except Exception:
                logger.warning("%s has failed; it will be tried again.", self.name, exc_info=True)
            finally:
                connection.close()

    def end(self) -> None:
        self.ended.set()
        self.join(MOST_ENDING)


def wait_shortly() -> None:
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA busy_timeout = {MOST_WAITING}")


class Looking(Turns):
    """That of a process of the web server."""

    def __init__(self, seconds: float = LOOK_SECONDS) -> None:
        super().__init__("Looking after workers", seconds)

    def turn(self) -> None:
        look()


class Beating(Turns):
    """That of a worker; every second beat also looks after the other workers."""

    def __init__(
        self,
        worker: str,
        task: UUID | None = None,
        seconds: float = BEAT_SECONDS,
        is_of_one_task: bool = False,
    ) -> None:
        super().__init__(f"Heartbeat of worker {worker}", seconds)
        self.worker, self.task, self.is_of_one_task = worker, task, is_of_one_task
        self.beats = 0

    def begin(self) -> None:
        self.beat()  # before the first task is taken, which would be lost otherwise
        self.start()

    def beat(self) -> None:
        beat(self.worker, self.task, timezone.now())

    def turn(self) -> None:
        self.beat()
        self.beats += 1
        if self.beats % (LOOK_SECONDS // BEAT_SECONDS) == 0:
            look()

    def end(self) -> None:
        super().end()
        forget(self.worker)


class Present:
    """The worker that this process is, if it is one."""

    beating: Beating | None = None
    #: the process that began it; a fork has none of its threads
    process = 0

    @classmethod
    def get(cls) -> Beating | None:
        return cls.beating if cls.process == os.getpid() else None

    @classmethod
    def set(cls, beating: Beating | None) -> None:
        cls.beating, cls.process = beating, os.getpid()


@contextmanager
def heartbeat(worker: str) -> Iterator[Beating]:
    """While it lasts, this process says that it is this worker and lives."""
    beating = Beating(worker)
    Present.set(beating)
    try:
        beating.begin()
        yield beating
    finally:
        Present.set(None)
        beating.end()


# A worker of the library alone (db_worker) has a heartbeat while it does a task.


def register() -> None:
    task_started.connect(begin_task, dispatch_uid="the heartbeat names the task")
    task_finished.connect(end_task, dispatch_uid="the heartbeat names no task")


def begin_task(sender: object, task_result: TaskResult[Any], **kwargs: object) -> None:
    if not isinstance(task_result, QueuedTaskResult):
        return  # done at once, by no worker
    task = task_result.db_result.pk
    if beating := Present.get():
        beating.task = task
        return
    beating = Beating(task_result.worker_ids[-1], task, is_of_one_task=True)
    Present.set(beating)
    beating.begin()


def end_task(sender: object, **kwargs: object) -> None:
    if beating := Present.get():
        beating.task = None
        if beating.is_of_one_task:
            Present.set(None)
            beating.end()
