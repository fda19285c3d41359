"""What is being answered or done now: a request, or a task of a worker."""

from __future__ import annotations

import os
import re
from contextvars import ContextVar
from dataclasses import dataclass
from types import TracebackType
from typing import TypeAlias

Failure: TypeAlias = tuple[type[BaseException], BaseException, TracebackType | None]

#: ids that a proxy may give: nothing that could forge a line or a header
TAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}\Z")


@dataclass(slots=True)
class Entry:
    """One request while it is answered."""

    request_id: str
    statements: int = 0
    database_seconds: float = 0.0
    #: what the page cache did: "kept", "not modified" or "made"; empty where it was not asked
    page: str = ""
    #: why the answer is an error of ours
    failure: Failure | None = None


_request: ContextVar[Entry | None] = ContextVar("request", default=None)
_task: ContextVar[str] = ContextVar("task", default="")


def begin(request_id: str) -> Entry:
    entry = Entry(request_id)
    _request.set(entry)
    return entry


def end() -> None:
    _request.set(None)


def current() -> Entry | None:
    return _request.get()


def request_id() -> str:
    """Empty outside of requests."""
    entry = _request.get()
    return entry.request_id if entry else ""


def say_page(how: str) -> None:
    """What the page cache did for this request."""
    if entry := _request.get():
        entry.page = how


def id_from(text: str | None) -> str:
    """The id that a proxy has given, if it is tame; else a new one."""
    return text if text and TAME.match(text) else os.urandom(16).hex()


def begin_task(task_id: str) -> None:
    _task.set(task_id)


def end_task() -> None:
    _task.set("")


def task_id() -> str:
    return _task.get()
