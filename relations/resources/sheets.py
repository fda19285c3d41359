"""Sheets in and out: csv and xlsx read as rows of text with the numbers their author sees; csv, xlsx, json written."""

import csv
import hashlib
import io
import json
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import python_calamine
import xlsxwriter
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from relations.problems import Problem

from .packages import check_package, unreadable

ENCODINGS = ("utf-8-sig", "cp1251")
WORKBOOK_STARTS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
FORMATS = ("csv", "xlsx", "json")


@dataclass(frozen=True)
class Row:
    number: int
    cells: list


@dataclass
class Sheet:
    """One sheet: its heading row and the rows below that hold anything; all cells are text."""

    name: str
    header_row: int
    header: list
    rows: list
    sha256: str = ""

    def __len__(self):
        return len(self.rows)

    @staticmethod
    def letter(index):
        """0 is A, 26 is AA."""
        letters = ""
        index += 1
        while index:
            index, rest = divmod(index - 1, 26)
            letters = chr(65 + rest) + letters
        return letters


def read_sheet(data, sheet_name=""):
    """A Sheet of the bytes of an uploaded file. Raises Problem with a sentence for whatever is no table."""
    if len(data) > settings.MAX_UPLOAD_BYTES:
        limit = settings.MAX_UPLOAD_BYTES // 2**20
        raise Problem("file.too_large", _("The file is larger than %(limit)d MB."), limit=limit)
    if not data.strip():
        raise Problem("file.empty", _("The file is empty."))
    if data.startswith(WORKBOOK_STARTS):
        name, rows = workbook_rows(data, sheet_name)
    else:
        name, rows = "", json_rows(data) if data.lstrip().startswith(b"[") else csv_rows(data)
    return make_sheet(name, rows, hashlib.sha256(data).hexdigest())


def make_sheet(name, rows, sha256):
    numbered = [(i, [as_text(cell) for cell in cells]) for i, cells in enumerate(rows, 1)]
    filled = [Row(i, cells) for i, cells in numbered if any(cells)]
    if not filled:
        raise Problem("file.empty", _("The file is empty."))
    header, *rows = filled
    return Sheet(name, header.number, [cell.strip() for cell in header.cells], rows, sha256)


def workbook_rows(data, sheet_name):
    if data.startswith(b"PK"):
        check_package(data)
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        name = sheet_name or book.sheet_names[0]
        if name not in book.sheet_names:
            message = _("There is no sheet “%(name)s” in the workbook; it holds: %(names)s.")
            raise Problem("sheet.unknown", message, name=name[:80], names=", ".join(book.sheet_names))
        return name, book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except python_calamine.PasswordError as error:
        raise Problem(
            "file.encrypted", _("The workbook is protected by a password. Save it without one.")
        ) from error
    except (python_calamine.CalamineError, IndexError, OSError) as error:
        raise unreadable() from error


def csv_rows(data):
    text = decoded(data)
    if "\x00" in text:
        raise Problem("file.unreadable", _("This is not a table: it holds bytes that no text has."))
    first = text.lstrip("\n\r").split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise Problem(
            "file.unreadable", _("The table cannot be read: %(reason)s."), reason=str(error)
        ) from error


def json_rows(data):
    """The rows of a list of objects, as write_json writes it: all names that occur, then the values."""
    try:
        things = json.loads(data)
        names = list(dict.fromkeys(name for thing in things for name in thing))
        return [names, *([thing.get(name, "") for name in names] for thing in things)]
    except (ValueError, AttributeError, TypeError, RecursionError) as error:
        raise Problem("file.unreadable", _("This is not a list of records in JSON.")) from error


def decoded(data):
    for encoding in ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Problem("file.encoding", _("The letters of this file cannot be read. Save it as UTF-8."))


def as_text(cell):
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else f"{Decimal(repr(cell)):f}"
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, date) else str(cell).strip()


# Writing.


def write_sheet(stream, names, rows, form):
    """Writes rows of text to a binary stream in one of FORMATS, without holding them all."""
    {"csv": write_csv, "xlsx": write_xlsx, "json": write_json}[form](stream, names, rows)


def write_csv(stream, names, rows):
    stream.write(b"\xef\xbb\xbf")
    for line in csv_lines(names, rows):
        stream.write(line.encode())


class Echo:
    """What csv.writer writes to when each line goes straight on."""

    @staticmethod
    def write(line):
        return line


def csv_lines(names, rows):
    writer = csv.writer(Echo)
    yield writer.writerow(names)
    for row in rows:
        yield writer.writerow(row)


def write_xlsx(stream, names, rows):
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(stream, options) as book:
        sheet = book.add_worksheet("register")
        bold = book.add_format({"bold": True})
        sheet.freeze_panes(1, 0)
        sheet.write_row(0, 0, names, bold)
        for i, row in enumerate(rows, 1):
            if sheet.write_row(i, 0, row):
                message = _(
                    "Row %(row)d holds a text longer than a cell of a workbook can be. Take csv or json."
                )
                raise Problem("cell.too_long", message, row=i + 1)


def write_json(stream, names, rows):
    stream.write(b"[")
    for i, row in enumerate(rows):
        stream.write((",\n" if i else "\n").encode())
        stream.write(json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False).encode())
    stream.write(b"\n]\n")


def read_file(path, sheet_name=""):
    return read_sheet(Path(path).read_bytes(), sheet_name)
