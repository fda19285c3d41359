"""Workbooks (xlsx, xls, ods): the cells of one sheet."""

import io
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from typing import NamedTuple

import python_calamine
from django.utils.translation import gettext_lazy as _

from relations.problems import Problem

from .packages import check_package, unreadable
from .unseen import MOST_REMARKS, unseen_in

WORKBOOK_STARTS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
VISIBLE = python_calamine.SheetVisibleEnum.Visible


class Table(NamedTuple):
    """What a file holds: the name of the sheet, its rows (to be gone through again and again) and how many, remarks."""

    name: str
    rows: object
    expected: int = 0
    remarks: list = []


def workbook_table(data, sheet_name):
    """The Table of the sheet named, else of the first visible one."""
    if data.startswith(b"PK"):
        check_package(data)
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        name = sheet_name or first_visible(book)
        if name not in book.sheet_names:
            message = _("There is no sheet “%(name)s” in the workbook; it holds: %(names)s.")
            raise Problem("sheet.unknown", message, name=name[:80], names=", ".join(book.sheet_names))
        sheet = book.get_sheet_by_name(name)
        ranges = sorted(sheet.merged_cell_ranges or ())
    except python_calamine.PasswordError as error:
        raise Problem(
            "file.encrypted", _("The workbook is protected by a password. Save it without one.")
        ) from error
    except (python_calamine.CalamineError, IndexError, OSError) as error:
        raise unreadable() from error
    unseen = unseen_in(data, name)
    rows = SheetRows(sheet, ranges, unseen)
    remarks = [*other_sheets(book, name), *rows.merged(), *unseen.remarks()]
    return Table(name, rows, sheet.total_height, remarks)


class SheetRows:
    """The rows of a sheet as their author sees them: merged cells filled, per cent as such, errors of formulas."""

    def __init__(self, sheet, ranges, unseen):
        self.sheet, self.ranges, self.unseen = sheet, ranges, unseen
        self.left = sheet.start[1] if sheet.start else 0

    def __iter__(self):
        waiting, filling = list(reversed(self.ranges)), []
        for number, row in enumerate(self.sheet.iter_rows()):
            row = [""] * self.left + row if self.left else row
            for column, make in self.unseen.cells.get(number, ()):
                row[column : column + 1] = [make(cell) for cell in row[column : column + 1]]
            while waiting and waiting[-1][0][0] <= number:
                (_top, first), (bottom, last) = waiting.pop()
                filling.append((bottom, first, last, row[first] if first < len(row) else ""))
            if filling:
                filling = [one for one in filling if one[0] >= number]
            for _bottom, first, last, value in filling:
                row[first : last + 1] = [value] * len(row[first : last + 1])
            yield row

    def merged(self):
        """A remark for each merged range that holds something."""
        tops = {top for top, _bottom in self.ranges}
        rows = {number for number, _column in tops}
        values = {number: row for number, row in enumerate(self if rows else ()) if number in rows}
        message = _("Merged cells: the value counts for all of them.")
        found = (
            (row, column)
            for row, column in sorted(tops)
            if "".join(map(str, values.get(row, [])[column : column + 1]))
        )
        return [
            (row + 1, column, Problem("cell.merged", message)) for row, column in islice(found, MOST_REMARKS)
        ]


def first_visible(book):
    visible = [sheet.name for sheet in book.sheets_metadata if sheet.visible == VISIBLE]
    return (visible or book.sheet_names)[0]


def other_sheets(book, name):
    others = ", ".join(other for other in book.sheet_names if other != name)
    if others:
        message = _("Only the sheet “%(name)s” was read; the workbook also holds: %(others)s.")
        yield None, None, Problem("sheet.others", message, name=name, others=others)


def as_text(cell):
    """A cell as its author sees it: 16500.0 is 16500, a date is its ISO form."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else f"{Decimal(repr(cell)):f}"
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, date) else str(cell).strip()
