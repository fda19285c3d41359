"""Primary keys of a private copy: reserved in the database, so that nobody else gives them to other rows meanwhile."""

from __future__ import annotations

import fcntl
import os
from contextlib import suppress
from pathlib import Path
from sqlite3 import Connection
from typing import IO

from django.conf import settings
from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from relations.models import IdReservation

from .tables import DATA_CHANGES, Table, quoted, tables_of

#: {table: (first, last)}
Ranges = dict[str, tuple[int, int]]
#: records of one type that one change may make for each row of the longest sheet
RECORDS_OF_ROW = 2
#: rows of another table that one record may have, on average: citations, participants, topics
OTHERS_OF_RECORD = 100
LAST = "SELECT seq FROM sqlite_sequence WHERE name = ?"


def reserve(main: BaseDatabaseWrapper, copy: Path) -> IdReservation:
    """As many for each table as the longest import can need; what is not used is given back."""
    records = RECORDS_OF_ROW * settings.MOST_ROWS
    with transaction.atomic():
        connection: Connection = main.connection
        ranges: Ranges = {}
        for table in tables_of(connection):
            if table.name == DATA_CHANGES:  # which are numbered anew
                continue
            last = last_of(connection, table.name)
            number = records * (1 if table.words else OTHERS_OF_RECORD)
            ranges[table.name] = last + 1, last + number
            set_last(connection, table.name, last + number)
        return IdReservation.objects.create(copy=str(copy), ranges=ranges)


def last_of(connection: Connection, table: str) -> int:
    """The highest that was ever given."""
    found = connection.execute(LAST, (table,)).fetchone()
    return int(found[0]) if found else 0


def set_last(connection: Connection, table: str, last: int) -> None:
    if not connection.execute("UPDATE sqlite_sequence SET seq = ? WHERE name = ?", (last, table)).rowcount:
        connection.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (table, last))


def begin_at_reserved(copy: Connection, ranges: Ranges) -> None:
    """The next key that the copy gives to a row of each table is the first one reserved."""
    for table, (first, _last) in ranges.items():
        set_last(copy, table, first - 1)


def give_back(main: Connection, ranges: Ranges) -> None:
    """Those that were not used, unless others have been given after them."""
    for table, (first, last) in ranges.items():
        if last_of(main, table) == last:
            (highest,) = main.execute(f"SELECT MAX(id) FROM {quoted(table)}").fetchone()
            set_last(main, table, max(first - 1, highest or 0))


def sweep(main: BaseDatabaseWrapper) -> None:
    """Removes what changes have left that were killed on their way: copies, and rows that nobody sees."""
    for left in IdReservation.objects.order_by("pk"):
        with suppress(BlockingIOError):
            lock = locked(Path(left.copy))
            try:
                with transaction.atomic():
                    remove_rows(main.connection, left.ranges, tables_of(main.connection))
                    give_back(main.connection, left.ranges)
                    left.delete()
                remove(Path(left.copy))
            finally:
                lock.close()


def remove_rows(main: Connection, ranges: Ranges, tables: list[Table]) -> None:
    """All rows with reserved keys: only the change itself could make them."""
    for table in tables:
        if table.name in ranges:
            for name, key in ((table.name, "id"), (table.words, "rowid")):
                if name:
                    main.execute(
                        f"DELETE FROM {quoted(name)} WHERE {key} BETWEEN ? AND ?", ranges[table.name]
                    )


def locked(copy: Path) -> IO[str]:
    """The lock of whoever works on a copy; it ends with its process. BlockingIOError while it is held.

    The copy of a database that has been moved to another folder is nobody's.
    """
    place = f"{copy}.lock" if copy.parent.is_dir() else os.devnull
    file = open(place, "w")  # noqa: SIM115 - it is held until it is closed
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        raise
    return file


def remove(copy: Path) -> None:
    for ending in ("", "-journal", "-wal", "-shm", ".lock"):
        Path(f"{copy}{ending}").unlink(missing_ok=True)
