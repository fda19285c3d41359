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
SAVED_PAGE, MESSAGE = _("a web page (.mht)"), _("an e-mail message")
CONTACTS, CALENDAR = _("a list of contacts (.vcf)"), _("a calendar (.ics)")
OLD_TABLE, APPLE_FILE = _("a table of an old program"), _("a file of an Apple program")
COLUMNS, MAP = _("a data file of programs (Parquet, Feather)"), _("a file of a map")

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
    (b"\x00\x01\x00\x00Standard Jet DB\x00", DATABASE),
    (b"\x00\x01\x00\x00Standard ACE DB\x00", DATABASE),
    (b"ARROW1\x00\x00", COLUMNS),
    (b"FEA1\x00", COLUMNS),
    (b"\x00\x00\x27\x0a" + bytes(20), MAP),
    (b"TABLE\r\n0,1\r\n", OLD_TABLE),
    (b"TABLE\n0,1\n", OLD_TABLE),
    (b"\x00\x00\x02\x00\x06\x04\x06\x00", OLD_TABLE),
    (b"\x00\x00\x1a\x00", OLD_TABLE),
    (b"II*\x00", PICTURE),
    (b"MM\x00*", PICTURE),
    (b"\xfd7zXZ\x00", ARCHIVE),
    (b"BZh9", ARCHIVE),
    (b"BEGIN:VCARD", CONTACTS),
    (b"BEGIN:VCALENDAR", CALENDAR),
)
#: a field of the head of a mail, several of which begin a file; and what makes a page of it
MAIL_FIELD = re.compile(
    rb"(?:mime-version|content-type|content-transfer-encoding|from|to|date|subject|received|return-path|message-id"
    rb"|delivered-to|reply-to|snapshot-content-location|x-[\w-]+): ?\S[^\n]*\n(?:[ \t][^\n]*\n)*",
    re.IGNORECASE,
)
MAIL = re.compile(rb"(?:From [^\n]*\n)?(?:%s){2}" % MAIL_FIELD.pattern, re.IGNORECASE)
#: the first line of a SYLK table, and the letter of its next record
SYLK = re.compile(rb"ID;P\w*(?:;\w)*\r?\n[A-Z];")
RELATED = re.compile(rb"multipart/related", re.IGNORECASE)
#: dBase: a version, a date of year, month and day, and fields of 32 bytes behind a head of 32
DBASE_VERSIONS = b"\x02\x03\x04\x05\x30\x31\x32\x43\x63\x83\x8b\x8e\xcb\xf5\xfb"
PARQUET = b"PAR1"
#: marks and blanks allowed before markup, and how many bytes are searched
BEFORE_MARKUP, HEAD = b"\xef\xbb\xbf\xff\xfe \t\r\n", 2000
#: with what a piece of a page begins that was saved or copied without the rest
PIECES = rb"div|span|p|tr|td|tbody|thead|style|h[1-6]"
MARKUP_STARTS = (
    (rb"<\?xml\s.*(?:excel\.sheet|urn:schemas-microsoft-com:office:spreadsheet)", XML_2003),
    (
        rb"(?:<\?xml\s[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype html|html|head|body|table|meta|%s)\b"
        % PIECES,
        WEB_PAGE,
    ),
    (rb"<\?xml\s", XML),
)
MARKUP = tuple((re.compile(begins, re.DOTALL | re.IGNORECASE), kind) for begins, kind in MARKUP_STARTS)
#: parts of a package by which it is known, and what the `mimetype` of the other family of packages begins with
PARTS = (
    ("xl/workbook.bin", BINARY_WORKBOOK),
    ("word/", DOCUMENT),
    ("ppt/", PRESENTATION),
    ("Index/", APPLE_FILE),
    ("Index.zip", APPLE_FILE),
    ("index.apxl", APPLE_FILE),
    ("index.xml", APPLE_FILE),
)
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
EXPORT = _("This is %(kind)s, not a table. Export the table from its program as .xlsx or .csv.")
TYPE = _("This is %(kind)s, not a table. Choose a file whose cells contain text.")
# Pairs and no dictionary: the hash of a lazy word changes with the language.
ADVICE = (
    (PICTURE, TYPE),
    (ARCHIVE, UNPACK),
    (PDF, COPY),
    (DOCUMENT, COPY),
    (PRESENTATION, COPY),
    (WEB_PAGE, SAVE),
    (SAVED_PAGE, SAVE),
    (OLD_TABLE, SAVE),
    (APPLE_FILE, EXPORT),
    (MESSAGE, COPY),
    (CONTACTS, EXPORT),
    (CALENDAR, EXPORT),
    (DATABASE, EXPORT),
    (COLUMNS, EXPORT),
    (MAP, EXPORT),
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
        return COLUMNS
    if SYLK.match(data) or is_dbase(data):
        return OLD_TABLE
    found = next((kind for start, kind in STARTS if data.startswith(start)), "")
    return found or kind_of_mail(data) or kind_of_markup(data)


def is_dbase(data: bytes) -> bool:
    """Whether a file has the head of a dBase table, whose fields end with a carriage return before its rows."""
    if len(data) < 33 or data[0] not in DBASE_VERSIONS:
        return False
    rows_at, width = struct.unpack_from("<HH", data, 8)
    return (
        1 <= data[2] <= 12 and 1 <= data[3] <= 31 and 33 < rows_at <= len(data) and width > 1 and not data[12]
    )


def kind_of_mail(data: bytes) -> "StrOrPromise":
    """A message, or a page that a browser has saved in the form of one."""
    head = data[:HEAD].lstrip(BEFORE_MARKUP).replace(b"\r\n", b"\n")
    if not MAIL.match(head):
        return ""
    return SAVED_PAGE if RELATED.search(head) else MESSAGE


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
