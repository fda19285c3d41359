"""Checks that end: each runs beside the program and is left alone after some seconds, whatever it waits for."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from threading import Thread

from django.db import connections

from .lines import Line, error, first_line


@dataclass(frozen=True)
class Check:
    part: str
    look: Callable[[], Iterable[Line]]
    seconds: float = 5
    #: it asks the database, so that it waits until somebody has found that it answers
    needs_database: bool = False


#: {part: thread} of those that were left alone: they are not asked again while they still wait
waiting: dict[str, Thread] = {}


def bounded(check: Check) -> list[Line]:
    """What a check has found, within its time. One that fails says so."""
    if (left := waiting.get(check.part)) and left.is_alive():
        return [late(check)]
    found: list[Line] = []
    thread = Thread(target=look, args=(check, found), daemon=True, name=f"doctor: {check.part}")
    thread.start()
    thread.join(check.seconds)
    if thread.is_alive():
        waiting[check.part] = thread
        return [*found, late(check)]
    waiting.pop(check.part, None)
    return found


def look(check: Check, found: list[Line]) -> None:
    try:
        for line in check.look():
            found.append(line)
    except Exception as failure:  # noqa: BLE001 - whatever is away, the others are still looked at
        found.append(
            error(
                check.part,
                f"This could not be looked at: {first_line(failure)}.",
                "Correct what the sentence names, then run: manage.py doctor",
            )
        )
    finally:
        connections.close_all()  # those of this thread


def late(check: Check) -> Line:
    return error(
        check.part,
        f"No answer within {check.seconds:g} seconds.",
        "See whether the service or disk behind it is overloaded or unreachable.",
    )
