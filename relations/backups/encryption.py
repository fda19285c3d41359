"""Encrypted backups by the programs age and gpg, in a pipe: nothing is written in plain on the way."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, BinaryIO, cast

from django.conf import settings

from .errors import BackupError

AGE = (b"age-encryption.org/", b"-----BEGIN AGE ")
GZIP = b"\x1f\x8b"


@dataclass(frozen=True)
class Encryption:
    program: str
    arguments: tuple[str, ...]

    @property
    def ending(self) -> str:
        return f".{self.program}"


def chosen() -> Encryption | None:
    """What the settings ask for."""
    if recipient := settings.BACKUP_AGE_RECIPIENT:
        return Encryption("age", ("--encrypt", "--recipient", recipient))
    if recipient := settings.BACKUP_GPG_RECIPIENT:
        trusted = ("--batch", "--trust-model", "always")
        return Encryption("gpg", (*trusted, "--encrypt", "--recipient", recipient))
    return None


def decryption(beginning: bytes, path: Path, identity: str) -> Encryption | None:
    """What the file needs; None where it is in plain."""
    if beginning.startswith(AGE):
        if not identity:
            raise BackupError(
                f"{path.name} is encrypted with age. Name the file of its key: --identity FILE."
            )
        return Encryption("age", ("--decrypt", "--identity", identity))
    if path.suffix == ".gpg" and not beginning.startswith(GZIP):
        return Encryption("gpg", ("--batch", "--quiet", "--decrypt"))
    return None


def command_of(encryption: Encryption) -> list[str]:
    found = shutil.which(encryption.program)
    if not found:
        raise BackupError(
            f"The program {encryption.program} is not installed, so the backup can be neither encrypted nor read. "
            f"Install it: apt install {encryption.program}"
        )
    return [found, *encryption.arguments]


@contextmanager
def encrypting(encryption: Encryption | None, target: BinaryIO) -> Iterator[BinaryIO]:
    """A stream into `target`."""
    if not encryption:
        yield target
        return
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(command_of(encryption), stdin=subprocess.PIPE, stdout=target, stderr=said)
        source = cast("IO[bytes]", process.stdin)
        try:
            yield cast("BinaryIO", source)
            source.close()
        except BrokenPipeError as error:
            process.wait()
            raise failure(encryption, said, "encrypted") from error
        finally:
            with suppress(OSError):
                source.close()
            code = process.wait()
        if code:
            raise failure(encryption, said, "encrypted")


@contextmanager
def opened(path: Path, identity: str = "") -> Iterator[BinaryIO]:
    """The plain bytes of a backup."""
    with path.open("rb") as stream:
        encryption = decryption(stream.read(32), path, identity)
    with path.open(
        "rb"
    ) as stream:  # anew: the program reads from where the file is, not from where Python is
        if not encryption:
            yield stream
            return
        with decrypting(encryption, stream) as plain:
            yield plain


@contextmanager
def decrypting(encryption: Encryption, stream: BinaryIO) -> Iterator[BinaryIO]:
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(command_of(encryption), stdin=stream, stdout=subprocess.PIPE, stderr=said)
        plain = cast("IO[bytes]", process.stdout)
        try:
            yield cast("BinaryIO", plain)
        except BackupError:
            # what is damaged or has another key is best explained by who could not decrypt it
            while plain.read(2**20):  # it ends by itself, and so tells the truth
                pass
            if process.wait():
                raise failure(encryption, said, "decrypted") from None
            raise
        finally:
            plain.close()
            code = process.wait()
        if code:
            raise failure(encryption, said, "decrypted")


def failure(encryption: Encryption, said: Any, done: str) -> BackupError:
    said.seek(0)
    lines = said.read().decode(errors="replace").strip().splitlines()
    reason = lines[0].strip().rstrip(".") if lines else "it gave no reason"
    return BackupError(f"The backup could not be {done}: {encryption.program} says “{reason}”.")
