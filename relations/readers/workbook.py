"""Workbooks (xlsx, xls, ods): the rows of one sheet, as a process of its own has read them."""

import marshal
import struct
import subprocess
import sys
import tempfile
from typing import NamedTuple

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from relations.errors import Problem

from .zip_safety import check_package, unreadable

LENGTH = struct.Struct("<Q")
WORKBOOK_STARTS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


class Table(NamedTuple):
    """What a file holds: the name of the sheet, its rows (to be gone through again and again) and how many, remarks."""

    name: str
    rows: object
    expected: int = 0
    remarks: list = []


def workbook_table(data, sheet_name):
    """The Table of the sheet named, else of the first visible one."""
    file = read_apart(data, sheet_name)
    found = piece_of(file)
    if problem := found.get("problem"):
        raise PROBLEMS[problem](sheet_name, found)
    return Table(found["name"], KeptRows(file), found["expected"], list(remarks(found, is_xlsx(data))))


def read_apart(data, sheet_name):
    """A file, already without a name, with what the reading process has written."""
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
        options = {"cwd": settings.BASE_DIR, "stdin": source, "stdout": file, "stderr": subprocess.PIPE}
        with subprocess.Popen(command, **options) as reader:
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


def is_xlsx(data):
    return data.startswith(b"PK") and b"xl/workbook.xml" in data


def too_heavy():
    message = _(
        "The workbook is damaged, or reading it takes more than %(megabytes)d MB of memory or"
        " %(seconds)d seconds. Delete cells far outside the table, split the workbook or save"
        " it again."
    )
    limits = {"megabytes": settings.READER_MB, "seconds": settings.READER_SECONDS}
    return Problem("file.too_heavy", message, **limits)


def encrypted(sheet_name, found):
    return Problem("file.encrypted", _("The workbook is protected by a password. Save it without one."))


def unknown_sheet(sheet_name, found):
    message = _("There is no sheet “%(name)s” in the workbook. Its sheets: %(names)s.")
    return Problem("sheet.unknown", message, name=sheet_name[:80], names=", ".join(found["names"]))


def formula_error(sheet_name, found):
    message = _(
        "The formula in cell %(cell)s returns the error %(text)s, so the workbook cannot be"
        " read. Correct it in the workbook."
    )
    return Problem("file.formula_error", message, cell=found["cell"][0], text=found["cell"][1])


PROBLEMS = {
    "error": formula_error,
    "encrypted": encrypted,
    "sheet": unknown_sheet,
    "unreadable": lambda sheet_name, found: unreadable(),
}


def piece_of(file):
    """The next piece the reading process has written; None at the end."""
    length = file.read(LENGTH.size)
    return marshal.loads(file.read(*LENGTH.unpack(length))) if length else None


class KeptRows:
    """The rows of the file, from the first again whenever they are asked for."""

    def __init__(self, file):
        self.file, self.start = file, file.tell()

    def __iter__(self):
        at = self.start
        while True:
            self.file.seek(at)  # somebody else may be reading, too
            chunk = piece_of(self.file)
            if chunk is None:
                return
            at = self.file.tell()
            yield from chunk


def remarks(found, is_xlsx):
    """(row number, column index, Problem) of what an eye would not see."""
    if not is_xlsx:
        message = _(
            "Formulas, formula errors, hidden rows and percentage formats cannot be detected in"
            " .xls or .ods files. If they matter, save the file as .xlsx."
        )
        yield None, None, Problem("file.less_is_seen", message)
    others = ", ".join(other for other in found["names"] if other != found["name"])
    if others:
        message = _("Only the sheet “%(name)s” was read. Other sheets in the workbook: %(others)s.")
        yield None, None, Problem("sheet.others", message, name=found["name"], others=others)
    merged = Problem("cell.merged", _("Merged cells: the value was used for each of them."))
    yield from ((row, column, merged) for row, column in found["merged"])
    formula = Problem("cell.formula", _("This cell contains a formula: its last calculated value was read."))
    yield from ((row, column, formula) for row, column in found["formulas"])
    hidden = Problem("row.hidden", _("This row is hidden in the sheet but was read."))
    yield from ((row, None, hidden) for row in found["hidden"])
    hidden = Problem("column.hidden", _("This column is hidden in the sheet but was read."))
    yield from ((None, column, hidden) for column in found["hidden_columns"])
