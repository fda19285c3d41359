"""Zip archive of a dump: files are streamed and hashed; equal contents and day give equal bytes."""

import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from io import BufferedRandom
from pathlib import Path
from typing import Any, BinaryIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from relations.writers.formats import csv_pieces

READABLE = 0o644 << 16


@dataclass
class Written:
    """A file of the zip; `names` are the columns and `rows` the number of lines below them where it is a table."""

    name: str
    bytes: int
    sha256: str
    names: tuple[str, ...] = ()
    rows: int = 0

    @property
    def slug(self) -> str:
        return self.name.rpartition(".")[0]


class Archive:
    def __init__(self, stream: BinaryIO, day: date) -> None:
        self.zip = ZipFile(stream, "w")
        self.day = day
        self.files: list[Written] = []

    def add(self, name: str, pieces: Iterable[bytes], **more: Any) -> None:
        info = ZipInfo(name, (self.day.year, self.day.month, self.day.day, 0, 0, 0))
        info.compress_type, info.create_system, info.external_attr = ZIP_DEFLATED, 3, READABLE
        digest, size = hashlib.sha256(), 0
        with self.zip.open(info, "w", force_zip64=True) as target:  # the size is known only at the end
            for piece in pieces:
                target.write(piece)
                digest.update(piece)
                size += len(piece)
        self.files.append(Written(name, size, digest.hexdigest(), **more))

    def add_text(self, name: str, text: str) -> None:
        self.add(name, [text.encode()])

    def add_table(self, slug: str, names: Sequence[str], rows: Iterable[list[str]]) -> None:
        counter = Counted(rows)
        self.add(f"{slug}.csv", csv_pieces(names, counter), names=tuple(names))
        self.files[-1].rows = counter.number

    def add_hashes(self) -> None:
        """The last one: sha256sums.txt, which `sha256sum -c` reads."""
        lines = "".join(f"{file.sha256}  {file.name}\n" for file in self.files)
        self.add_text("sha256sums.txt", lines)

    def tables(self) -> list[Written]:
        return [file for file in self.files if file.names]


class Counted:
    """Rows that count themselves as they go by."""

    def __init__(self, rows: Iterable[list[str]]) -> None:
        self.rows, self.number = rows, 0

    def __iter__(self) -> Iterator[list[str]]:
        for row in self.rows:
            self.number += 1
            yield row


@contextmanager
def whole_or_nothing(*paths: Path) -> Iterator[list[BufferedRandom]]:
    """Temporary streams for these files, renamed together at the end; on failure none is kept.

    Other processes see the old files, for a moment without the last one, or the new ones.
    """
    drafts = [path.with_name(f".{path.name}.{os.getpid()}.part") for path in paths]
    try:
        with ExitStack() as stack:
            streams = [stack.enter_context(draft.open("w+b")) for draft in drafts]
            yield streams
            for stream in streams:
                stream.flush()
                os.fsync(stream.fileno())
        paths[-1].unlink(missing_ok=True)
        for draft, path in zip(drafts, paths, strict=True):
            draft.replace(path)
    finally:
        for draft in drafts:
            draft.unlink(missing_ok=True)


def sha256_of(stream: BufferedRandom) -> str:
    """The hash of a completed stream."""
    stream.seek(0)
    return hashlib.file_digest(stream, "sha256").hexdigest()
