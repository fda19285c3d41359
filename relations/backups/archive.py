"""The file of a backup: a compressed tar, written and read as a stream, in which no altered byte goes unnoticed.

backup.json says what it is, tables/NAME/000001.jsonl has the first rows of a table, and sums.json at the end has the
number and hash of the rows of each table and the checksum of each member.
"""

import gzip
import hashlib
import io
import json
import tarfile
import time
import zlib
from collections.abc import Iterator
from typing import Any, BinaryIO, Self

from .errors import BackupError

HEADER, SUMS = "backup.json", "sums.json"
#: how every file begins; what follows is checked by the compression itself
BEGINNING = b"\x1f\x8b\x08" + bytes(6) + b"\xff"
DAMAGED = "{name} is damaged: {reason}. Take another backup."


class Archive:
    """Writes members; the checksums come last."""

    def __init__(self, stream: BinaryIO) -> None:
        self.gzip = gzip.GzipFile("", "wb", 6, stream, mtime=0)
        self.tar = tarfile.open(fileobj=self.gzip, mode="w", format=tarfile.PAX_FORMAT)  # noqa: SIM115
        self.members: dict[str, str] = {}
        self.bytes = 0

    def add(self, name: str, data: bytes) -> None:
        info = tarfile.TarInfo(name)
        info.size, info.mode, info.mtime = len(data), 0o600, int(time.time())
        self.tar.addfile(info, io.BytesIO(data))
        self.members[name] = hashlib.sha256(data).hexdigest()
        self.bytes += len(data)

    def add_json(self, name: str, content: dict[str, Any]) -> None:
        self.add(name, (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode())

    def finish(self, tables: dict[str, Any]) -> None:
        self.add_json(SUMS, {"tables": tables, "members": dict(self.members), "bytes": self.bytes})
        self.tar.close()
        self.gzip.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: object) -> None:
        """What was begun and failed is not ended later, when it is swept from memory."""
        if kind:
            self.gzip.fileobj = None  # type: ignore[assignment]  # so closing it writes nothing


class Members:
    """Reads the members in their order and compares their checksums at the end; BackupError where one is wrong."""

    def __init__(self, stream: BinaryIO, name: str) -> None:
        self.name, self.stream = name, stream
        self.seen: dict[str, str] = {}
        self.sums: dict[str, Any] = {}

    def damaged(self, reason: object) -> BackupError:
        return BackupError(
            DAMAGED.format(name=self.name, reason=str(reason).rstrip(".") or "it ends too early")
        )

    def __iter__(self) -> Iterator[tuple[str, bytes]]:
        """(name, content) of all but the checksums, which are in `sums` afterwards."""
        beginning = self.stream.read(len(BEGINNING))
        if beginning[:2] != BEGINNING[:2]:
            raise BackupError(
                f"{self.name} is no backup of the register. Name a file that manage.py backup wrote."
            )
        if beginning != BEGINNING:
            raise self.damaged("its first bytes have changed")
        try:
            yield from self.members(beginning)
        except (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile, ValueError) as error:
            raise self.damaged(error) from error

    def members(self, beginning: bytes) -> Iterator[tuple[str, bytes]]:
        source: Any = Joined(beginning, self.stream)
        with gzip.GzipFile(fileobj=source, mode="rb") as unpacked:
            with tarfile.open(fileobj=unpacked, mode="r|") as tar:
                for info in tar:
                    content = tar.extractfile(info)
                    data = content.read() if content else b""
                    if info.name == SUMS:
                        self.sums = json.loads(data)
                        continue
                    self.seen[info.name] = hashlib.sha256(data).hexdigest()
                    yield info.name, data
            while unpacked.read(2**20):  # to its end, where the checksum of the whole is
                pass
        self.compare()

    def compare(self) -> None:
        if not self.sums:
            raise self.damaged("it has no checksums at its end")
        wanted = self.sums["members"]
        wrong = sorted(name for name in {*wanted, *self.seen} if wanted.get(name) != self.seen.get(name))
        if wrong:
            raise self.damaged(f"the checksum of {wrong[0]} differs")


class Joined(io.RawIOBase):
    """Bytes that were read already, and the rest of their stream."""

    def __init__(self, beginning: bytes, rest: BinaryIO) -> None:
        self.beginning, self.rest = beginning, rest

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        if not self.beginning:
            return self.rest.read(size)
        size = len(self.beginning) if size < 0 else size
        taken, self.beginning = self.beginning[:size], self.beginning[size:]
        return taken
