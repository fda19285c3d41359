"""Writers of csv, xlsx and JSON, row by row."""

import csv
import json
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from typing import IO, BinaryIO

import xlsxwriter
from django.utils.translation import gettext_lazy as _

from relations.errors import Problem
from relations.text.cell_syntax import NUMBER, guarded

FORMATS = ("csv", "xlsx", "json")
MARK = "\ufeff"
#: columns that a reader adds up or sorts
FIGURES = frozenset({"value", "value_to", "unit_mult", "edition"})


def write_sheet(stream: BinaryIO, names: Sequence[str], rows: Iterable[Sequence[str]], form: str) -> None:
    """Writes rows of text to a binary stream in one of FORMATS, one at a time."""
    for piece in encoded_rows(names, rows, form):
        stream.write(piece)


def encoded_rows(names: Sequence[str], rows: Iterable[Sequence[str]], form: str) -> Iterator[bytes]:
    """The bytes of a file in one of FORMATS, piece by piece."""
    match form:
        case "csv":
            return csv_pieces(names, rows)
        case "xlsx":
            return xlsx_pieces(names, rows)
        case "json":
            return json_pieces(names, rows)
    raise ValueError(form)


class PassThrough:
    """What csv.writer writes to when each line goes straight on."""

    @staticmethod
    def write(line: str) -> str:
        return line


#: so many lines go out together: one by one they would be slow to send
LINES = 200


def csv_pieces(names: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[bytes]:
    """With the byte order mark, without which Excel misreads Cyrillic."""
    writer = csv.writer(PassThrough)
    lines = [MARK, writer.writerow(names)]
    for row in rows:
        lines.append(
            writer.writerow([guarded(cell) if cell and cell[0] in "'=+-@\t\r" else cell for cell in row])
        )
        if len(lines) >= LINES:
            yield "".join(lines).encode()
            lines = []
    yield "".join(lines).encode()


def json_pieces(names: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[bytes]:
    yield b"["
    for i, row in enumerate(rows):
        line = json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False)
        yield f"{',' if i else ''}\n{line}".encode()
    yield b"\n]\n"


def xlsx_pieces(names: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[bytes]:
    """A workbook is complete only at its end: it is written to a file that is gone when it has been read."""
    with tempfile.TemporaryFile() as file:
        write_xlsx(file, names, rows)
        file.seek(0)
        while piece := file.read(2**16):
            yield piece


def is_exact(cell: str) -> bool:
    """Whether a workbook's number is just this text; what it would round or write otherwise stays text."""
    return bool(NUMBER.fullmatch(cell)) and format(float(cell.replace(",", ".")), ".15g") == cell


def write_xlsx(stream: IO[bytes], names: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
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
        figures = {j for j, name in enumerate(names) if name in FIGURES}
        for i, row in enumerate(rows, 1):
            for j, cell in enumerate(row):
                if j in figures and is_exact(cell):
                    sheet.write_number(i, j, float(cell))
                elif cell and sheet.write_string(i, j, cell):
                    message = _(
                        "Row %(row)d contains a text that is too long for a workbook cell. Use csv or json."
                    )
                    raise Problem("cell.too_long", message, row=i + 1)
