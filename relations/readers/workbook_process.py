"""Reads one sheet of a workbook in a separate process, so that a hostile file can only crash that process.

`python -m relations.readers.workbook_process MEGABYTES [SHEET]` reads the workbook from standard input and writes to
standard output, with marshal, each piece preceded by its length in eight bytes: first Found or Failure, then lists of
rows, each row a list of texts. Django is not loaded here.
"""

import gc
import io
import marshal
import resource
import struct
import sys
import zipfile
from collections.abc import Iterator
from itertools import islice
from threading import Thread
from typing import Any, BinaryIO

import python_calamine

from .cell_text import as_text
from .number_formats import Make
from .ods_details import CONTENT, ods_details
from .sheet_details import MOST_REMARKS, SheetDetails
from .workbook_pieces import Failure, Found
from .xlsx_details import unknown_error, xlsx_details

#: the upper left and the lower right cell
Range = tuple[tuple[int, int], tuple[int, int]]
ROWS_PER_PIECE = 500
VISIBLE = python_calamine.SheetVisibleEnum.Visible


def main(megabytes: int, sheet_name: str = "") -> None:
    gc.disable()  # the process is short-lived, so cycles need no collection
    resource.setrlimit(resource.RLIMIT_AS, (megabytes * 2**20,) * 2)
    data, out = sys.stdin.buffer.read(), sys.stdout.buffer
    try:
        for record in records(data, sheet_name):
            write(record, out)
    except python_calamine.PasswordError:
        write(Failure(problem="encrypted"), out)
    except python_calamine.CalamineError:
        cell = first_error(data)
        write(Failure(problem="error", cell=cell) if cell else Failure(problem="unreadable"), out)
    except (IndexError, OSError, ValueError, KeyError):
        write(Failure(problem="unreadable"), out)


def first_error(data: bytes) -> tuple[str, str] | None:
    """("D7", "#SPILL!"): the first error of a kind that prevents calamine from reading the sheet."""
    try:
        return unknown_error(data)
    except (ValueError, OSError, KeyError):
        return None


def write(record: Any, out: BinaryIO) -> None:
    packed = marshal.dumps(record)  # a TypedDict is a dict to marshal, though not to its type
    out.write(struct.pack("<Q", len(packed)) + packed)


def records(data: bytes, sheet_name: str) -> Iterator[Found | Failure | list[list[str]]]:
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    name = sheet_name or first_visible(book)
    if name not in book.sheet_names:
        yield Failure(problem="sheet", names=book.sheet_names)
        return
    looking = Looking(data, name)
    looking.start()  # both read the same megabytes, mostly in parallel
    sheet = book.get_sheet_by_name(name)
    details = looking.found()
    rows = SheetRows(sheet, sorted(sheet.merged_cell_ranges or ()), details)
    yield Found(
        name=name,
        names=book.sheet_names,
        expected=sheet.total_height,
        merged=rows.merged(),
        formulas=list(details.formulas),
        hidden=list(details.hidden),
        hidden_columns=list(details.hidden_columns),
        struck=rows.struck(),
        links=[(row, column, address) for (row, column), address in details.links.items()],
    )
    left = iter(rows)
    while chunk := list(islice(left, ROWS_PER_PIECE)):
        yield [[as_text(cell) for cell in row] for row in chunk]


class Looking(Thread):
    """Finds, in a thread, what calamine omits."""

    def __init__(self, data: bytes, name: str) -> None:
        super().__init__(daemon=True)
        self.asked, self.result = (data, name), SheetDetails()
        self.error: Exception | None = None

    def run(self) -> None:
        try:
            self.result = details_of(*self.asked)
        except Exception as error:  # noqa: BLE001 - raised again in the waiting thread
            self.error = error

    def found(self) -> SheetDetails:
        self.join()
        if self.error:
            raise self.error
        return self.result


def details_of(data: bytes, name: str) -> SheetDetails:
    """The details of the sheet with this name; none of the older format."""
    if not data.startswith(b"PK"):
        return SheetDetails()
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return ods_details(package, name) if is_ods(package) else xlsx_details(package, name)


def is_ods(package: zipfile.ZipFile) -> bool:
    return CONTENT in package.namelist() and "xl/workbook.xml" not in package.namelist()


def first_visible(book: python_calamine.CalamineWorkbook) -> str:
    visible = [sheet.name for sheet in book.sheets_metadata if sheet.visible == VISIBLE]
    return (visible or book.sheet_names)[0]


class SheetRows:
    """The rows of a sheet as their author sees them: merged cells filled, per cent as such, errors of formulas."""

    def __init__(
        self, sheet: python_calamine.CalamineSheet, ranges: list[Range], details: SheetDetails
    ) -> None:
        self.sheet, self.ranges, self.details = sheet, ranges, details
        self.left = sheet.start[1] if sheet.start else 0

    def __iter__(self) -> Iterator[list[Any]]:
        waiting = list(reversed(self.ranges))
        filling: list[tuple[int, int, int, object]] = []
        noted: list[tuple[int, Make]] = []
        last = -1
        for number, row in enumerate(self.raw_rows()):
            row = [""] * self.left + row if self.left else row
            if number in self.details.cells:
                noted, last = self.details.cells[number], self.details.alike.get(number, number)
            for column, make in noted if number <= last else ():
                row.extend([""] * (column + 1 - len(row)))
                row[column] = make(row[column])
            while waiting and waiting[-1][0][0] <= number:
                (_top, first), (bottom, last) = waiting.pop()
                filling.append((bottom, first, last, row[first] if first < len(row) else ""))
            if filling:
                filling = [one for one in filling if one[0] >= number]
            for _bottom, first, last, value in filling:
                row[first : last + 1] = [value] * len(row[first : last + 1])
            yield row

    def raw_rows(self) -> Iterator[list[Any]]:
        """The rows of calamine, then the rows below them that look empty to it."""
        yield from self.sheet.iter_rows()
        last = self.sheet.end[0] if self.sheet.end else -1
        yield from ([] for _below in range(last, self.details.last_row))

    def merged(self) -> list[tuple[int, int]]:
        """[(row number, column index)] of the first non-empty merged ranges."""
        tops = {top for top, _bottom in self.ranges}
        rows = {number for number, _column in tops}
        held = {number: row for number, row in enumerate(self if rows else ()) if number in rows}
        found = (top for top in sorted(tops) if held.get(top[0], [])[top[1] : top[1] + 1] not in ([], [""]))
        return [(row + 1, column) for row, column in islice(found, MOST_REMARKS)]

    def struck(self) -> list[tuple[int, int, str]]:
        """[(row number, column index, what is struck out)]"""
        whole = {row for (row, _column), text in self.details.struck.items() if text is None}
        held = {
            number: [""] * self.left + row
            for number, row in enumerate(self.raw_rows() if whole else (), 1)
            if number in whole
        }
        found = (
            (row, column, as_text((held[row][column : column + 1] or [""])[0]) if text is None else text)
            for (row, column), text in sorted(self.details.struck.items())
        )
        return [one for one in found if one[2].strip()]


if __name__ == "__main__":
    main(int(sys.argv[1]), *sys.argv[2:])
