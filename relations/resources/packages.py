"""A workbook is a zip: what it would unpack to is counted before anything of it is read."""

import io
import re
import struct
import zipfile
import zlib

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from relations.problems import Problem

MOST_MEMBERS = 2000
LOCAL_HEADER = 30
CHUNK = 2**16
#: cells with a value, in a column of three letters or in a row of six figures and more
WIDE_CELL = re.compile(rb'<c r="[A-Z]{3}\d+"[^>]*?>\s*<(?:v|is|f)\b')
DEEP_CELL = re.compile(rb'<c r="[A-Z]{1,2}(\d{6,})"[^>]*?>\s*<(?:v|is|f)\b')
#: titles and notes above the headings
ROWS_ABOVE = 100


def unreadable():
    return Problem("file.unreadable", _("The workbook cannot be read. Save it anew as .xlsx and try again."))


def check_package(data):
    """Refuses a zip that is broken, encrypted, unpacks beyond the limit, or holds cells far out of any table."""
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


def bad_name(name):
    return name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/")


def check_member(data, member, left):
    """The number of bytes a member really unpacks to, whatever the directory says; at most `left`."""
    total, tail = 0, b""
    is_sheet = re.fullmatch(r"xl/worksheets/[^/]+\.xml", member.filename)
    for piece in unpacked(data, member):
        total += len(piece)
        if total > left:
            limit = settings.MAX_UNPACKED_BYTES // 2**20
            message = _("The workbook unpacks to more than %(limit)d MB. Split it into smaller ones.")
            raise Problem("file.too_large", message, limit=limit)
        if is_sheet and is_far(tail + piece):
            message = _(
                "A cell stands far outside the table (beyond row %(row)d or column ZZ). Delete it and save anew."
            )
            raise Problem("sheet.too_far", message, row=settings.MOST_ROWS)
        tail = piece[-200:]
    return total


def is_far(xml):
    """Whether a cell stands where no table reaches: one such makes the reader lay out everything up to it."""
    last = settings.MOST_ROWS + ROWS_ABOVE
    return bool(WIDE_CELL.search(xml)) or any(int(row) > last for row in DEEP_CELL.findall(xml))


def unpacked(data, member):
    """The member's bytes a chunk at a time, by its own stream and not by the length that it claims."""
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
            piece = stream.decompress(at, CHUNK)
            at = stream.unconsumed_tail
            if not piece and not at:
                break
            yield piece
    except zlib.error as error:
        raise unreadable() from error
