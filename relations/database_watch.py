"""Whether a database hangs: a thread of each web process asks it every second.

That is found neither by timeouts of the server, which hangs itself, nor by those of the network, which works. So the
connections of this process are cut: whoever waits gets an error, and who comes later an answer at once.
"""

from __future__ import annotations

import logging
import os
import socket
import time
from contextlib import suppress
from threading import Event, Thread
from typing import Any
from weakref import WeakSet

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

log = logging.getLogger(__name__)
#: seconds between two questions, and for which an answer is waited for
EVERY, PATIENCE = 1.0, 2.0
#: how often it is looked whether an answer is late, in seconds
LOOKS_EVERY = 0.2

opened: WeakSet[BaseDatabaseWrapper] = WeakSet()


def remember(sender: object, connection: BaseDatabaseWrapper, **kwargs: object) -> None:
    opened.add(connection)


class Watch:
    """Of one database. One thread asks it, another one looks whether the first one still waits."""

    def __init__(self, alias: str) -> None:
        self.alias, self.is_away = alias, False
        self.asked_at: float | None = None
        self.stopped = Event()

    def start(self) -> None:
        connection_created.connect(remember, dispatch_uid="database_watch")
        for act in (self.ask_on, self.look_on):
            Thread(target=act, daemon=True, name=f"database watch: {self.alias}").start()

    def stop(self) -> None:
        self.stopped.set()

    def ask_on(self) -> None:
        own = connections[self.alias].copy()
        own.settings_dict["OPTIONS"] = {**own.settings_dict["OPTIONS"], "connect_timeout": 2}
        while not self.stopped.wait(EVERY):
            self.ask(own)
        own.close()

    def ask(self, own: BaseDatabaseWrapper) -> None:
        self.asked_at = time.monotonic()
        try:
            with own.cursor() as cursor:
                cursor.execute("SELECT 1")
            self.say(False)
        except Exception as error:  # noqa: BLE001 - whatever it is, nothing was answered
            own.close()
            self.say(True, error)
        finally:
            self.asked_at = None

    def look_on(self) -> None:
        expected = time.monotonic()
        while not self.stopped.wait(LOOKS_EVERY):
            now = time.monotonic()
            is_slow_itself, expected = now - expected > 1, now + LOOKS_EVERY
            asked_at = self.asked_at
            if asked_at and now - asked_at > PATIENCE and not is_slow_itself:
                self.say(True, "no answer")
                self.cut()

    def say(self, is_away: bool, why: object = "") -> None:
        if is_away != self.is_away:
            log.warning("The database “%s” %s.", self.alias, f"is away: {why}" if is_away else "is back")
        self.is_away = is_away

    def cut(self) -> None:
        for wrapper in [one for one in opened if one.alias == self.alias]:
            connection: Any = wrapper.connection
            # one that was closed meanwhile has no number
            with suppress(Exception), socket.socket(fileno=os.dup(connection.fileno())) as way:
                way.shutdown(socket.SHUT_RDWR)


#: {database: its watch}; none where nothing is watched, as in commands, and with SQLite
watches: dict[str, Watch] = {}


def start() -> None:
    """Watches each PostgreSQL of this process; called after it was forked."""
    for alias in connections:
        if connections[alias].vendor == "postgresql":
            watches[alias] = Watch(alias)
            watches[alias].start()


def is_away(alias: str) -> bool:
    return alias in watches and watches[alias].is_away
