"""Workbooks (xlsx, xls, ods): the cells of one sheet, and what in it an eye would not see: formulas, hidden rows."""

import io
import re
import zipfile
from datetime import date, datetime
from decimal import Decimal

import python_calamine
from django.utils.translation import gettext_lazy as _

from relations.problems import Problem

from .packages import check_package, unreadable

WORKBOOK_STARTS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
VISIBLE = python_calamine.SheetVisibleEnum.Visible
FORMULA = re.compile(rb'<c\s[^>]*?r="([A-Z]{1,2})(\d+)"[^>]*>\s*<f[\s/>]')
HIDDEN_ROW = re.compile(rb'<row\s(?=[^>]*?\shidden="(?:1|true)")[^>]*?r="(\d+)"')
SHEET_ENTRY = re.compile(rb'<(?:\w+:)?sheet\s[^>]*?name="([^"]*)"[^>]*?:id="([^"]*)"')
RELATION = re.compile(rb"<Relationship\s[^>]*>")
#: one remark a cell would drown the others
MOST_REMARKS = 20


def workbook_rows(data, sheet_name):
    """(name, rows, remarks) of the sheet named, else of the first visible one."""
    if data.startswith(b"PK"):
        check_package(data)
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        name = sheet_name or first_visible(book)
        if name not in book.sheet_names:
            message = _("There is no sheet “%(name)s” in the workbook; it holds: %(names)s.")
            raise Problem("sheet.unknown", message, name=name[:80], names=", ".join(book.sheet_names))
        sheet = book.get_sheet_by_name(name)
        rows = sheet.to_python(skip_empty_area=False)
        merged = fill_merged(rows, sheet.merged_cell_ranges or ())
    except python_calamine.PasswordError as error:
        raise Problem(
            "file.encrypted", _("The workbook is protected by a password. Save it without one.")
        ) from error
    except (python_calamine.CalamineError, IndexError, OSError) as error:
        raise unreadable() from error
    return name, rows, [*other_sheets(book, name), *merged, *unseen(data, name)]


def first_visible(book):
    visible = [sheet.name for sheet in book.sheets_metadata if sheet.visible == VISIBLE]
    return (visible or book.sheet_names)[0]


def other_sheets(book, name):
    others = ", ".join(other for other in book.sheet_names if other != name)
    if others:
        message = _("Only the sheet “%(name)s” was read; the workbook also holds: %(others)s.")
        yield None, None, Problem("sheet.others", message, name=name, others=others)


def fill_merged(rows, ranges):
    """Writes the value of merged cells into each of them, as their author means it, and says so."""
    remarks = []
    for (top, left), (bottom, right) in ranges:
        if top >= len(rows) or left >= len(rows[top]) or rows[top][left] == "":
            continue
        for row in rows[top : bottom + 1]:
            row[left : right + 1] = [rows[top][left]] * len(row[left : right + 1])
        message = _("Merged cells: the value counts for all of them.")
        remarks.append((top + 1, left, Problem("cell.merged", message)))
    return remarks[:MOST_REMARKS]


def unseen(data, name):
    """Remarks on formulas and hidden rows of an xlsx sheet."""
    xml = sheet_xml(data, name) if data.startswith(b"PK") else b""
    remarks = []
    for column, number in FORMULA.findall(xml):
        message = _("A formula: its last calculated value was read.")
        remarks.append((int(number), column_index(column.decode()), Problem("cell.formula", message)))
    hidden = Problem("row.hidden", _("This row is hidden in the sheet; it was read all the same."))
    rows = [(int(number), None, hidden) for number in HIDDEN_ROW.findall(xml)]
    return remarks[:MOST_REMARKS] + rows[:MOST_REMARKS]


def sheet_xml(data, name):
    """The XML of the sheet with this name; nothing where the package is laid out in another way."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = set(package.namelist())
        if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= parts:
            return b""
        entries = SHEET_ENTRY.findall(package.read("xl/workbook.xml"))
        ids = {unescaped(title): key for title, key in entries}
        for relation in RELATION.findall(package.read("xl/_rels/workbook.xml.rels")):
            attributes = dict(re.findall(rb'(\w+)="([^"]*)"', relation))
            if attributes.get(b"Id") == ids.get(name):
                path = "xl/" + attributes.get(b"Target", b"").decode().removeprefix("/xl/")
                return package.read(path) if path in parts else b""
    return b""


def unescaped(title):
    text = title.decode("utf-8", errors="replace")
    for entity, letter in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&")):
        text = text.replace(entity, letter)
    return text


def column_index(letters):
    """A is 0, AA is 26."""
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - 64
    return index - 1


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
