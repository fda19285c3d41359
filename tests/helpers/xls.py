"""The bytes of a workbook of the older format, with one sheet of texts and numbers."""

import struct

SECTOR = 512
FREE, LAST, TABLE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
BEGIN, END, SHEET, NUMBER, LABEL = 0x809, 0x0A, 0x85, 0x203, 0x204
OF_BOOK, OF_SHEET = 5, 0x10


def xls(rows, name="Sheet1"):
    sheet = b"".join(
        (record(BEGIN, begin(OF_SHEET)), *(cell(i, j, one) for i, row in enumerate(rows) for j, one in enumerate(row)),
         record(END, b""))
    )  # fmt: skip
    begins, ends = record(BEGIN, begin(OF_BOOK)), record(END, b"")
    length = len(record(SHEET, bound(0, name)))
    book = begins + record(SHEET, bound(len(begins) + length + len(ends), name)) + ends + sheet
    return file_of(book)


def record(kind, data):
    return struct.pack("<HH", kind, len(data)) + data


def begin(of):
    return struct.pack("<HHHHII", 0x600, of, 0, 1997, 0, 0x600)


def bound(place, name):
    return struct.pack("<IBBBB", place, 0, 0, len(name), 0) + name.encode("ascii")


def cell(row, column, value):
    if isinstance(value, str):
        text = struct.pack("<HB", len(value), 1) + value.encode("utf-16-le")
        return record(LABEL, struct.pack("<HHH", row, column, 0) + text)
    return record(NUMBER, struct.pack("<HHHd", row, column, 0, value))


def file_of(book):
    """The stream Workbook as the only one of a compound file; a stream this long needs no smaller sectors."""
    book = book.ljust(4096, b"\0")
    book += b"\0" * (-len(book) % SECTOR)
    sectors = len(book) // SECTOR
    table = [TABLE, LAST, *range(3, sectors + 2), LAST]
    table += [FREE] * (SECTOR // 4 - len(table))
    head = struct.pack(
        "<8s16sHHHHH6xIIIIIIIII",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, LAST, 0, LAST, 0,
    )  # fmt: skip
    head += struct.pack("<109I", 0, *[FREE] * 108)
    entries = entry("Root Entry", 5, 1, LAST, 0) + entry("Workbook", 2, FREE, 2, len(book))
    return head + struct.pack("<128I", *table) + entries.ljust(SECTOR, b"\0") + book


def entry(name, kind, child, start, size):
    text = name.encode("utf-16-le")
    return struct.pack(
        "<64sHBBIII16sIQQIQ", text, len(text) + 2, kind, 1, FREE, FREE, child, b"", 0, 0, 0, start, size
    )
