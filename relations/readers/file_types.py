"""Recognises files that are not tables by their first bytes, whatever their extension."""

import io
import re
import struct
import zipfile
import zlib
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from relations.errors import Problem

from .zip_safety import check_package

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


OLE_START = b"\xd0\xcf\x11\xe0"
ZIP_STARTS = (b"PK\x03\x04", b"PK\x05\x06")
#: what zipfile raises for a broken, encrypted or unusually compressed package
BROKEN = (zipfile.BadZipFile, zlib.error, struct.error, ValueError, OSError, EOFError, RuntimeError)

PICTURE, ARCHIVE, PDF, DATABASE = _("a picture"), _("an archive"), _("a PDF file"), _("a database")
DOCUMENT, PRESENTATION = _("a text document"), _("a presentation")
WEB_PAGE, XML_2003, XML = _("a web page"), _("an XML Spreadsheet 2003 file"), _("an XML file")
BINARY_WORKBOOK = _("a binary workbook (.xlsb)")

STARTS = (
    (b"\x89PNG\r\n\x1a\n", PICTURE),
    (b"\xff\xd8\xff", PICTURE),
    (b"GIF87a", PICTURE),
    (b"GIF89a", PICTURE),
    (b"%PDF-", PDF),
    (b"\x1f\x8b\x08", ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", ARCHIVE),
    (b"Rar!\x1a\x07", ARCHIVE),
    (b"{\\rtf", DOCUMENT),
    (b"SQLite format 3\x00", DATABASE),
)
PARQUET = b"PAR1"
#: marks and blanks allowed before markup, and how many bytes are searched
BEFORE_MARKUP, HEAD = b"\xef\xbb\xbf\xff\xfe \t\r\n", 2000
MARKUP_STARTS = (
    (rb"<\?xml\s.*(?:excel\.sheet|urn:schemas-microsoft-com:office:spreadsheet)", XML_2003),
    (rb"(?:<\?xml\s[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype html|html|head|body|table|meta)\b", WEB_PAGE),
    (rb"<\?xml\s", XML),
)
MARKUP = tuple((re.compile(begins, re.DOTALL | re.IGNORECASE), kind) for begins, kind in MARKUP_STARTS)
#: parts of a package by which it is known, and what the `mimetype` of the other family of packages begins with
PARTS = (("xl/workbook.bin", BINARY_WORKBOOK), ("word/", DOCUMENT), ("ppt/", PRESENTATION))
OPEN_DOCUMENT = b"application/vnd.oasis.opendocument."
OPEN_DOCUMENTS = ((b"text", DOCUMENT), (b"presentation", PRESENTATION), (b"graphics", PICTURE))
#: streams of the older office files
BOOK_STREAMS = ("Workbook", "Book\0")
OLE_STREAMS = (("WordDocument", DOCUMENT), ("PowerPoint Document", PRESENTATION))

OPEN = _("This is %(kind)s, not a table. Open it in a spreadsheet program and save it as .xlsx.")
COPY = _(
    "This is %(kind)s, not a table. Copy the table from it into a spreadsheet program and save that as .xlsx."
)
UNPACK = _("This is %(kind)s, not a table. Unpack it and choose the table inside.")
SAVE = _("This is %(kind)s, which cannot be read. Open it in a spreadsheet program and save it as .xlsx.")
TYPE = _("This is %(kind)s, not a table. Choose a file whose cells contain text.")
# Pairs and no dictionary: the hash of a lazy word changes with the language.
ADVICE = (
    (PICTURE, TYPE),
    (ARCHIVE, UNPACK),
    (PDF, COPY),
    (DOCUMENT, COPY),
    (PRESENTATION, COPY),
    (WEB_PAGE, SAVE),
    (XML_2003, SAVE),
    (BINARY_WORKBOOK, SAVE),
)


def refuse_other_kinds(data: bytes) -> None:
    """A Problem for a file that is known not to be a table, or that has a password."""
    if is_encrypted(data):
        raise Problem("file.encrypted", _("The workbook is protected by a password. Save it without one."))
    kind = kind_of(data)
    if kind and data.startswith(ZIP_STARTS[0]):
        check_package(data)  # danger is reported before the type
    if kind:
        raise Problem("file.kind", next((advice for one, advice in ADVICE if one is kind), OPEN), kind=kind)


def kind_of(data: bytes) -> "StrOrPromise":
    """The type of a file that is not a table: a lazy name; "" if it may be a table."""
    if data.startswith(ZIP_STARTS):
        return kind_of_package(data)
    if data.startswith(OLE_START):
        return kind_of_streams(data)
    if data.startswith(PARQUET) and data.endswith(PARQUET) and len(data) > 2 * len(PARQUET):
        return DATABASE
    return next((kind for start, kind in STARTS if data.startswith(start)), "") or kind_of_markup(data)


def kind_of_markup(data: bytes) -> "StrOrPromise":
    """Pages and XML, also those that are called .xls; without the NUL bytes that UTF-16 has between the letters."""
    head = data[:HEAD].lstrip(BEFORE_MARKUP).replace(b"\0", b"")
    return next((kind for begins, kind in MARKUP if begins.match(head)), "")


def kind_of_package(data: bytes) -> "StrOrPromise":
    """A package without workbook parts is another type; a broken one is left to the workbook reader."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            names = {name.replace("\\", "/") for name in package.namelist()}
            if "mimetype" in names:
                return kind_of_open_document(package.open("mimetype").read(100))
    except BROKEN:
        return ""
    for part, kind in PARTS:
        if any(name.startswith(part) for name in names):
            return kind
    return "" if any(name.startswith("xl/") for name in names) else ARCHIVE


def kind_of_open_document(mimetype: bytes) -> "StrOrPromise":
    family = mimetype.removeprefix(OPEN_DOCUMENT)
    if family.startswith(b"spreadsheet"):
        return ""
    return next((kind for start, kind in OPEN_DOCUMENTS if family.startswith(start)), ARCHIVE)


def kind_of_streams(data: bytes) -> "StrOrPromise":
    """Older office files, by the names in their directory."""
    if any(has_stream(data, name) for name in BOOK_STREAMS):
        return ""
    return next((kind for name, kind in OLE_STREAMS if has_stream(data, name)), "")


def is_encrypted(data: bytes) -> bool:
    """An xlsx with a password is an OLE file with the encrypted package as one stream."""
    return (
        data.startswith(OLE_START)
        and has_stream(data, "EncryptedPackage")
        and not any(has_stream(data, name) for name in BOOK_STREAMS)
    )


def has_stream(data: bytes, name: str) -> bool:
    return name.encode("utf-16-le") in data
