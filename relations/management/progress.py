"""What commands that take long have in common: progress on a terminal, and errors as sentences."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management.base import CommandError, OutputWrapper
from django.db import Error as DatabaseError

from relations.backups.errors import BackupError
from relations.backups.watching import Tell, tell_nobody

SECONDS_BETWEEN = 0.2


@contextmanager
def progress(terminal: OutputWrapper, done: str) -> Iterator[Tell]:
    """Counts rows on a terminal; elsewhere it is silent."""
    if not terminal.isatty():
        yield tell_nobody
        return
    total, last = 0, 0.0

    def tell(table: str, number: int) -> None:
        nonlocal total, last
        total += number
        if time.monotonic() - last >= SECONDS_BETWEEN:
            last = time.monotonic()
            terminal.write(f"\r{total} rows {done}, now {table}".ljust(79), ending="")

    try:
        yield tell
    finally:
        terminal.write("\r" + " " * 79 + "\r", ending="")


@contextmanager
def sentences(what: str) -> Iterator[None]:
    """Errors of files and databases as one sentence that begins with `what`."""
    try:
        yield
    except BackupError as error:
        raise CommandError(str(error)) from error
    except (OSError, DatabaseError) as error:
        reason = getattr(error, "strerror", None) or " ".join(str(error).split())
        raise CommandError(f"{what}: {reason.rstrip('.')}.") from error
