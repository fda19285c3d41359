"""Writes a dump: tables, codebook, changes, descriptions and hashes, in constant memory, all or nothing."""

import tempfile
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import BinaryIO, TextIO

from django.conf import settings

from relations.dumps.tables import Table

from .codebook import HEAD as CODEBOOK_HEAD
from .codebook import codebook_rows
from .datapackage import data_package
from .diff import HEAD as CHANGES_HEAD
from .diff import Changes
from .history import HISTORY
from .previous import Earlier
from .readme import readme
from .storage import Dump
from .tables import RECORDS, TABLES, one_moment
from .zip_archive import Archive, sha256_of, whole_or_nothing

PIECE = 2**20
PROGRESS_EVERY = 500


#: called with a table and the number of its rows done
Tell = Callable[[Table, int], None]


def tell_nobody(table: Table, number: int) -> None:
    """Reports no progress."""


def write_dump(
    directory: str | Path, day: date, earlier: Earlier | None = None, tell: Tell = tell_nobody
) -> Dump:
    """Writes a dump; `tell` is called with the number of rows done per table. OSError if it cannot be written."""
    path = Path(directory) / f"register-{day.isoformat()}.zip"
    compared_with = earlier.path.name if earlier else ""
    with whole_or_nothing(path, path.with_suffix(".json")) as (stream, description):
        archive, changes = fill(stream, day, earlier, compared_with, tell)
        hash_of_all = sha256_of(stream)
        records = sum(file.rows for file in archive.tables()[: len(RECORDS)])
        dump = Dump(
            day.isoformat(), stream.tell(), hash_of_all, records, compared_with, changes.total(RECORDS)
        )
        description.write(dump.as_json().encode())
    return dump


def fill(
    stream: BinaryIO, day: date, earlier: Earlier | None, compared_with: str, tell: Tell
) -> tuple[Archive, Changes]:
    archive = Archive(stream, day)
    with archive.zip, tempfile.TemporaryFile("w+", encoding="utf-8", newline="") as noted:
        changes = Changes(earlier, noted)
        add_tables(archive, changes, tell)
        every = (*TABLES, *HISTORY)
        archive.add_table("codebook", CODEBOOK_HEAD, codebook_rows(every))
        archive.add("changes.csv", pieces_of(noted), names=CHANGES_HEAD, rows=changes.lines)
        archive.add_text("datapackage.json", data_package(day, archive.tables(), every, compared_with))
        archive.add_text("LICENSE.txt", (settings.BASE_DIR / "LICENSE-DATA").read_text(encoding="utf-8"))
        archive.add_text("README.txt", readme(day, archive.tables(), every, compared_with, changes.counts))
        archive.add_hashes()
    return archive, changes


def add_tables(archive: Archive, changes: Changes, tell: Tell) -> None:
    with one_moment():
        for table in TABLES:
            names = table.names()
            with closing(
                with_progress(table, tell)
            ) as rows:  # closes the database cursor even if the file fails
                archive.add_table(table.slug, names, changes.watch(table, names, rows))
        for one in HISTORY:  # only grows, or repeats what the tables say, so that it is not compared
            archive.add_table(one.slug, one.names(), one.rows())


def with_progress(table: Table, tell: Tell) -> Generator[list[str]]:
    for number, row in enumerate(table.rows()):
        if number % PROGRESS_EVERY == 0:
            tell(table, number)
        yield row


def pieces_of(noted: TextIO) -> Iterator[bytes]:
    """What was noted, as bytes."""
    noted.flush()
    noted.buffer.seek(0)
    while piece := noted.buffer.read(PIECE):
        yield piece
