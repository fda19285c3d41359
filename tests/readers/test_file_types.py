"""Files that hold no table are refused by the name of their kind."""

import io
import struct
import zipfile

import pytest

from relations.readers.file_types import kind_of
from tests.helpers.reading import refusal

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 504


def package(**members):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as file:
        for name, content in members.items():
            file.writestr(name.replace("__", "/").replace("_", "."), content)
    return stream.getvalue()


def stream_of(name):
    """An office file of the older form whose directory has one stream."""
    return OLE + name.encode("utf-16-le").ljust(64, b"\x00") + struct.pack("<H", 2 * len(name) + 2)


def open_document(kind):
    return package(mimetype=f"application/vnd.oasis.opendocument.{kind}", content_xml="<x/>")


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n\x00\x00", "a picture"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "a picture"),
        (b"GIF89a\x01\x00", "a picture"),
        (b"%PDF-1.7\n", "a PDF file"),
        (b"\x1f\x8b\x08\x00\x00", "an archive"),
        (b"7z\xbc\xaf\x27\x1c\x00\x04", "an archive"),
        (b"Rar!\x1a\x07\x01\x00", "an archive"),
        (package(a_csv="key\na\n"), "an archive"),
        (package(), "an archive"),
        (b"{\\rtf1\\ansi key}", "a text document"),
        (package(word__document_xml="<x/>"), "a text document"),
        (open_document("text"), "a text document"),
        (stream_of("WordDocument"), "a text document"),
        (package(ppt__presentation_xml="<x/>"), "a presentation"),
        (open_document("presentation"), "a presentation"),
        (stream_of("PowerPoint Document"), "a presentation"),
        (package(xl__workbook_bin="x"), "a binary workbook (.xlsb)"),
        (b"SQLite format 3\x00\x10\x00", "a database"),
        (b"PAR1\x15\x04\x15\x00PAR1", "a data file of programs (Parquet, Feather)"),
        (b"ARROW1\x00\x00\xff\xff", "a data file of programs (Parquet, Feather)"),
        (b"\x00\x01\x00\x00Standard Jet DB\x00\x01", "a database"),
        (b"\x00\x01\x00\x00Standard ACE DB\x00\x02", "a database"),
        (b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n--x", "a web page (.mht)"),
        (
            b"From: <Saved by Blink>\nSubject: =?utf-8?Q?x?=\nContent-Type: multipart/related;\n\ttype=x\n\n",
            "a web page (.mht)",
        ),
        (b"Received: from a\n\tby b\nFrom: a@example.org\nSubject: key\n\ntext", "an e-mail message"),
        (b"BEGIN:VCARD\r\nVERSION:3.0\r\n", "a list of contacts (.vcf)"),
        (b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n", "a calendar (.ics)"),
        (b"<div><table><tr><td>key</td></tr></table></div>", "a web page"),
        (b"<tr><td>key</td></tr>", "a web page"),
        (b'ID;PWXL;N;E\nC;Y1;X1;K"key"\n', "a table of an old program"),
        (b'TABLE\r\n0,1\r\n"EXCEL"\r\nVECTORS\r\n', "a table of an old program"),
        (b"\x00\x00\x02\x00\x06\x04\x06\x00\x08\x00", "a table of an old program"),
        (
            b"\x03\x7c\x05\x19"
            + struct.pack("<IHH", 1, 65, 11)
            + bytes(20)
            + b"KEY".ljust(32, b"\x00")
            + b"\r a",
            "a table of an old program",
        ),
        (package(Index__Document_iwa="x"), "a file of an Apple program"),
        (b"\x00\x00\x27\x0a" + bytes(96), "a file of a map"),
        (b"<html><table><tr><td>key</td></tr></table>", "a web page"),
        (b"\xef\xbb\xbf\n<!DOCTYPE HTML PUBLIC>\n<html>", "a web page"),
        (b"<!-- saved --><table border=1>", "a web page"),
        (b'<?xml version="1.0"?>\n<html xmlns="x">', "a web page"),
        ("<html>".encode("utf-16"), "a web page"),
        (
            b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook>',
            "an XML Spreadsheet 2003 file",
        ),
        (b'<?xml version="1.0"?>\n<records><key>a</key></records>', "an XML file"),
    ],
)
def test_a_file_that_is_not_a_table_is_refused_by_its_kind(data, kind):
    problem = refusal(data)
    assert problem.code == "file.kind"
    assert kind in problem.in_every_language()["en"]


@pytest.mark.parametrize(
    "data",
    [
        b"key,title_ru\na,<html>\n",
        b"PAR1,PAR2\na,b\n",
        b"<5,>6\na,b\n",
        b"PK,title\na,b\n",
        b"From: to\nMoscow,Tashkent\n",
        b"Date: signed;Subject: matter\n1992;x\n",
        b"ID;Parties\na;RU\n",
        b"TABLE 5\nkey,title\n",
        b"<division>,x\n",
        b"BEGIN,VCARD\n",
        package(xl__workbook_xml="<x/>"),
        package(xl__workbook2_xml="<x/>"),
        open_document("spreadsheet"),
        open_document("spreadsheet-template"),
        stream_of("Workbook"),
        stream_of("Workbook") + stream_of("WordDocument"),
        b"PK\x03\x04broken",
    ],
)
def test_a_possible_table_is_not_refused_by_its_kind(data):
    assert kind_of(data) == ""


def test_a_workbook_with_a_password_is_refused_as_such():
    assert refusal(stream_of("EncryptedPackage")).code == "file.encrypted"
    assert refusal(stream_of("Workbook") + stream_of("EncryptedPackage")).code != "file.encrypted"
