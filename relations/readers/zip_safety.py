"""Zip-bomb guard: measures the unpacked size of a workbook before it is read."""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from relations.errors import Problem

MOST_MEMBERS = 2000
LOCAL_HEADER = 30
BYTES_AT_ONCE = 2**16


def unreadable() -> Problem:
    return Problem("file.unreadable", _("The workbook could not be read. Save it again as .xlsx and retry."))


def check_package(data: bytes) -> None:
    """Refuses a zip that is broken, encrypted, or unpacks beyond the limit."""
    try:
        members = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except (zipfile.BadZipFile, ValueError, OSError, struct.error) as error:
        raise unreadable() from error
    if len(members) > MOST_MEMBERS or any(bad_name(one.filename) for one in members):
        raise unreadable()
    if any(one.flag_bits & 1 for one in members):
        raise Problem("file.encrypted", _("The workbook is protected by a password. Save it without one."))
    left = settings.MAX_UNPACKED_BYTES
    for member in members:
        left -= check_member(data, member, left)


def bad_name(name: str) -> bool:
    return name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/")


def check_member(data: bytes, member: zipfile.ZipInfo, left: int) -> int:
    """The real unpacked size of a member, whatever the directory gives; at most `left`, and undamaged."""
    total, checksum = 0, 0
    for piece in unpacked(data, member):
        total, checksum = total + len(piece), zlib.crc32(piece, checksum)
        if total > left:
            limit = settings.MAX_UNPACKED_BYTES // 2**20
            message = _(
                "The workbook is larger than %(limit)d MB when unpacked. Split it into smaller workbooks."
            )
            raise Problem("file.too_large", message, limit=limit)
    if checksum != member.CRC:
        raise unreadable()
    return total


def unpacked(data: bytes, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """The member's bytes in chunks, decompressed without relying on the length that the zip gives."""
    names = data[member.header_offset + 26 : member.header_offset + LOCAL_HEADER]
    if len(names) < 4:
        raise unreadable()
    start = member.header_offset + LOCAL_HEADER + sum(struct.unpack("<HH", names))
    if member.compress_type == zipfile.ZIP_STORED:
        yield data[start : start + member.compress_size]
        return
    if member.compress_type != zipfile.ZIP_DEFLATED:
        raise unreadable()
    stream, at = zlib.decompressobj(-15), data[start:]
    try:
        while not stream.eof:
            piece = stream.decompress(at, BYTES_AT_ONCE)
            at = stream.unconsumed_tail
            if not piece and not at:
                break
            yield piece
    except zlib.error as error:
        raise unreadable() from error
