"""A sheet as its author sees it: rows of text with their numbers, whatever file they came in."""

import hashlib
import json
from dataclasses import dataclass, field, replace
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from relations.folding import fold
from relations.problems import Problem

from .decoding import csv_rows, decode
from .workbooks import WORKBOOK_STARTS, as_text, workbook_rows

#: how far below the top a heading row is looked for: titles, notes and blank lines stand above it in many files
DEEPEST_HEADING = 30


@dataclass(frozen=True)
class Row:
    number: int
    cells: list


@dataclass
class Sheet:
    """One sheet: its heading row and the rows below that hold anything; all cells are text.

    `remarks` are (row number or None, column index or None, Problem): what the reader of the file has to tell.
    """

    name: str
    header_row: int
    header: list
    rows: list
    sha256: str = ""
    remarks: list = field(default_factory=list)

    def __len__(self):
        return len(self.rows)

    def located(self, known):
        """This sheet with the heading row found: the row near the top with the most headings among `known` (folded)."""
        candidates = [Row(self.header_row, self.header), *self.rows[:DEEPEST_HEADING]]
        best = max(candidates, key=lambda row: sum(fold(cell) in known for cell in row.cells))
        if not any(fold(cell) in known for cell in best.cells):
            return self
        # A template repeats its headings in another language below.
        rows = [row for row in self.rows if row.number > best.number and not is_heading(row, known)]
        remarks = list(self.remarks)
        if best.number != self.header_row:
            remark = Problem("header.found", _("The headings were found in row %(row)d."), row=best.number)
            remarks.append((best.number, None, remark))
        header = [cell.strip() for cell in best.cells]
        return replace(self, header_row=best.number, header=header, rows=rows, remarks=remarks)

    @staticmethod
    def letter(index):
        """0 is A, 26 is AA."""
        letters = ""
        index += 1
        while index:
            index, rest = divmod(index - 1, 26)
            letters = chr(65 + rest) + letters
        return letters


def is_heading(row, known):
    """Whether a row holds headings only, at least two of them."""
    filled = [cell for cell in row.cells if cell]
    return len(filled) > 1 and all(fold(cell) in known for cell in filled)


def read_file(path, sheet_name=""):
    return read_sheet(Path(path).read_bytes(), sheet_name)


def read_sheet(data, sheet_name=""):
    """A Sheet of the bytes of an uploaded file. Raises Problem with a sentence for whatever is no table."""
    if len(data) > settings.MAX_UPLOAD_BYTES:
        limit = settings.MAX_UPLOAD_BYTES // 2**20
        raise Problem("file.too_large", _("The file is larger than %(limit)d MB."), limit=limit)
    if not data.strip():
        raise Problem("file.empty", _("The file is empty."))
    name, rows, remarks = content_of(data, sheet_name)
    sheet = make_sheet(name, rows, hashlib.sha256(data).hexdigest())
    sheet.remarks = remarks
    return sheet


def content_of(data, sheet_name):
    """(sheet name, rows, remarks) by what the bytes are, whatever the file is called."""
    if data.startswith(WORKBOOK_STARTS):
        return workbook_rows(data, sheet_name)
    if data.lstrip().startswith(b"["):
        return "", json_rows(data), []
    text, encoding = decode(data)
    remark = Problem("file.encoding_found", _("The file was read as %(encoding)s."), encoding=encoding)
    return "", csv_rows(text), [] if encoding == "utf-8" else [(None, None, remark)]


def make_sheet(name, rows, sha256):
    """A Sheet whose first filled row is the heading. Cells beyond the limits are refused."""
    filled = []
    for number, cells in enumerate(rows, 1):
        texts = [as_text(cell) for cell in cells]
        while texts and not texts[-1]:
            texts.pop()
        if texts:
            filled.append(Row(number, texts))
        if len(texts) > settings.MOST_COLUMNS:
            message = _("Row %(row)d has %(width)d columns; at most %(most)d can be read.")
            raise Problem("sheet.too_wide", message, row=number, width=len(texts), most=settings.MOST_COLUMNS)
        if len(filled) > settings.MOST_ROWS + DEEPEST_HEADING:
            message = _("The sheet has more than %(most)d rows. Split it into smaller ones.")
            raise Problem("sheet.too_long", message, most=settings.MOST_ROWS)
    if not filled:
        raise Problem("file.empty", _("The file is empty."))
    header, *rows = filled
    return Sheet(name, header.number, [cell.strip() for cell in header.cells], rows, sha256)


def json_rows(data):
    """The rows of a list of objects, as write_json writes it: all names that occur, then the values."""
    try:
        things = json.loads(data)
        names = list(dict.fromkeys(name for thing in things for name in thing))
        return [names, *([thing.get(name, "") for name in names] for thing in things)]
    except (ValueError, AttributeError, TypeError, RecursionError) as error:
        raise Problem("file.unreadable", _("This is not a list of records in JSON.")) from error
