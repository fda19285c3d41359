"""Reader of workbooks (xlsx, xls, ods): passes on the rows of one sheet, read by a separate process."""

import marshal
import struct
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import IO, NamedTuple

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from relations.errors import Problem

from .workbook_pieces import Failure, Found
from .zip_safety import check_package, unreadable

LENGTH = struct.Struct("<Q")
WORKBOOK_STARTS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


class Remark(NamedTuple):
    """A detail that is not visible, of the whole sheet, a row, a column or a cell. The column is an index."""

    row: int | None
    column: int | None
    problem: Problem


class Table(NamedTuple):
    """The content of a file: name of the sheet, its rows (can be iterated more than once), how many, remarks, links.

    `shows_formats` is false of a file in which the formats of numbers cannot be seen.
    """

    name: str
    rows: Iterable[list[str]]
    expected: int = 0
    remarks: Sequence[Remark] = ()
    links: Mapping[tuple[int, int], str] = MappingProxyType({})
    shows_formats: bool = True


def workbook_table(data: bytes, sheet_name: str) -> Table:
    """The Table of the sheet named, else of the first visible one."""
    file = read_apart(data, sheet_name)
    found = first_piece_of(file)
    if "problem" in found:
        raise problem_of(found, sheet_name)
    links = {(row, column): address for row, column, address in found["links"]}
    shows_formats = data.startswith(b"PK")  # all but .xls
    said = list(remarks(found, shows_formats))
    return Table(found["name"], KeptRows(file), found["expected"], said, links, shows_formats)


def read_apart(data: bytes, sheet_name: str) -> IO[bytes]:
    """An unlinked temporary file with the output of the reading process."""
    with tempfile.TemporaryFile() as source:
        source.write(data)
        source.seek(0)
        file = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as its rows
        command = [
            sys.executable,
            "-m",
            "relations.readers.workbook_process",
            str(settings.READER_MB),
            sheet_name,
        ]
        with subprocess.Popen(
            command, cwd=settings.BASE_DIR, stdin=source, stdout=file, stderr=subprocess.PIPE
        ) as reader:
            try:
                if data.startswith(b"PK"):
                    check_package(data)  # meanwhile: it can name what the reader would only break at
                reader.communicate(timeout=settings.READER_SECONDS)
            except BaseException as error:
                reader.kill()
                if isinstance(error, subprocess.TimeoutExpired):
                    raise too_heavy() from error
                raise
    if reader.returncode:
        raise too_heavy()
    file.seek(0)
    return file


def too_heavy() -> Problem:
    message = _(
        "The workbook is damaged, or reading it takes more than %(megabytes)d MB of memory or"
        " %(seconds)d seconds. Delete cells far outside the table, split the workbook or save it"
        " again."
    )
    limits = {"megabytes": settings.READER_MB, "seconds": settings.READER_SECONDS}
    return Problem("file.too_heavy", message, **limits)


def encrypted() -> Problem:
    return Problem("file.encrypted", _("The workbook is protected by a password. Save it without one."))


def unknown_sheet(sheet_name: str, names: list[str]) -> Problem:
    message = _("There is no sheet “%(name)s” in the workbook. Its sheets: %(names)s.")
    return Problem("sheet.unknown", message, name=sheet_name[:80], names=", ".join(names))


def formula_error(cell: str, text: str) -> Problem:
    message = _(
        "The formula in cell %(cell)s returns the error %(text)s, so the workbook cannot be"
        " read. Correct it in the workbook."
    )
    return Problem("file.formula_error", message, cell=cell, text=text)


def problem_of(failure: Failure, sheet_name: str) -> Problem:
    match failure["problem"]:
        case "error":
            return formula_error(*failure["cell"])
        case "encrypted":
            return encrypted()
        case "sheet":
            return unknown_sheet(sheet_name, failure["names"])
        case _:
            return unreadable()


def first_piece_of(file: IO[bytes]) -> Found | Failure:
    piece: Found | Failure = marshal.loads(bytes_of_piece(file))
    return piece


def bytes_of_piece(file: IO[bytes]) -> bytes:
    """The next piece the reading process has written; nothing at the end."""
    length = file.read(LENGTH.size)
    return file.read(*LENGTH.unpack(length)) if length else b""


class KeptRows:
    """The rows of the file, which can be iterated more than once."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file, self.start = file, file.tell()

    def __iter__(self) -> Iterator[list[str]]:
        at = self.start
        while True:
            self.file.seek(at)  # another iterator may be reading, too
            piece = bytes_of_piece(self.file)
            if not piece:
                return
            at = self.file.tell()
            yield from marshal.loads(piece)


def remarks(found: Found, shows_formats: bool) -> Iterator[Remark]:
    """What an eye would not see."""
    if not shows_formats:
        message = _(
            "Formulas, formula errors, hidden rows, number formats and links cannot be detected in"
            " .xls files. If they matter, save the file as .xlsx."
        )
        yield Remark(None, None, Problem("file.less_is_seen", message))
    others = ", ".join(other for other in found["names"] if other != found["name"])
    if others:
        message = _("Only the sheet “%(name)s” was read. Other sheets in the workbook: %(others)s.")
        yield Remark(
            None,
            None,
            Problem("sheet.others", message, name=found["name"], others=others, names=found["names"]),
        )
    merged = Problem("cell.merged", _("Merged cells: the value was used for each of them."))
    yield from (Remark(row, column, merged) for row, column in found["merged"])
    formula = Problem("cell.formula", _("This cell contains a formula: its last calculated value was read."))
    yield from (Remark(row, column, formula) for row, column in found["formulas"])
    hidden = Problem("row.hidden", _("This row is hidden in the sheet but was read."))
    yield from (Remark(row, None, hidden) for row in found["hidden"])
    hidden = Problem("column.hidden", _("This column is hidden in the sheet but was read."))
    yield from (Remark(None, column, hidden) for column in found["hidden_columns"])
    struck = _("What is struck out was left out: “%(text)s”.")
    for row, column, text in found["struck"]:
        yield Remark(row, column, Problem("cell.struck", struck, text=text[:80]))
