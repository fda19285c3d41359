"""Writes a backup: every table at one moment, a chunk at a time, all or nothing."""

import os
from pathlib import Path
from typing import BinaryIO

from relations.dumps.tables import one_moment
from relations.dumps.zip_archive import whole_or_nothing

from .archive import HEADER, Archive
from .encryption import chosen, encrypting
from .errors import BackupError
from .history import History, migrations_applied
from .manifest import Manifest
from .tables import Table, TableHash, chunks_of, line_of, models_at, tables_of
from .watching import Tell, tell_nobody


def write_backup(path: Path, tell: Tell = tell_nobody) -> int:
    """Returns the number of bytes. Editors continue to work meanwhile."""
    with whole_or_nothing(path) as (stream,):
        os.fchmod(stream.fileno(), 0o600)  # it has all that the database has, hashes of passwords too
        with encrypting(chosen(), stream) as target:
            write_rows(target, tell)
    keep_name(path)
    return path.stat().st_size


def keep_name(path: Path) -> None:
    """The new name of a file survives a crash of the machine too."""
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def write_rows(stream: BinaryIO, tell: Tell = tell_nobody) -> None:
    with one_moment():
        history = History.of(migrations_applied())
        refuse_strange(history)
        tables = tables_of(models_at(history))
        with Archive(stream) as archive:
            archive.add_json(HEADER, Manifest.of_database(history, tables).as_json())
            archive.finish({table.name: add_table(archive, table, tell) for table in tables})


def add_table(archive: Archive, table: Table, tell: Tell) -> dict[str, object]:
    """Its number of rows and their hash."""
    found = TableHash(table)
    for number, rows in enumerate(chunks_of(table), 1):
        archive.add(f"tables/{table.name}/{number:06}.jsonl", b"".join(map(line_of, rows)))
        found.add(rows)
        tell(table.name, len(rows))
    return found.described()


def refuse_strange(history: History) -> None:
    if not history.applied:
        raise BackupError("The database has no tables of the register. Look at DATABASE_URL.")
    if strange := history.unknown() or history.gaps():
        raise BackupError(
            f"The database has migrations that this program does not know, or lacks some in between: "
            f"{', '.join(strange[:3])}. Use the version of the program that has written it, or a newer one."
        )
