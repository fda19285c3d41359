"""Returns the user's own workbook with faulty cells coloured, the reason in each, and a list of all findings."""

import csv
import io
import zipfile
from collections.abc import Sequence
from typing import Any, Protocol

import openpyxl
from django.utils.translation import gettext as _
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

from relations.errors import Problem
from relations.readers.sheet import content_of
from relations.rows.resource import ERRORS
from relations.text.cell_syntax import guarded


class Finding(Protocol):
    """One error or warning of an import: where it is in the sheet, and what is wrong."""

    sheet: str
    row: int | None
    column: str
    header: str
    value: str
    problem: Problem


class Report(Protocol):
    """All that an import has found in a sheet."""

    header_row: int

    @property
    def errors(self) -> Sequence[Finding]: ...

    @property
    def warnings(self) -> Sequence[Finding]: ...


RED, YELLOW = (PatternFill("solid", fgColor=colour) for colour in ("F4B6B6", "FDEEB5"))
LONGEST_COMMENT = 1000
#: bytes of a workbook unpacked, and merged ranges on a sheet; beyond them it comes back as csv
MOST_TO_MARK, MOST_MERGED = 40 * 2**20, 2000


def annotated(
    data: bytes, report: Report, sheet_name: str = "", encoding: str = "", most: int = MOST_TO_MARK
) -> tuple[bytes, str]:
    """(bytes, extension) of the uploaded `data` with the findings of `report` in it.

    An xlsx keeps its sheets and formulas; any other table, and a workbook with more than `most` bytes unpacked, comes
    back as csv with one column more. `encoding` is that of a text file, where it is known.
    """
    if is_light(data, most) and (marked := marked_workbook(data, report)):
        return marked, "xlsx"
    return marked_table(data, report, sheet_name, encoding), "csv"


def is_light(data: bytes, most: int) -> bool:
    """Whether an xlsx can be held in memory as a whole, as marking its cells needs."""
    if not data.startswith(b"PK"):
        return False
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        if sum(one.file_size for one in package.infolist()) > most:
            return False
        sheets = (
            name for name in package.namelist() if name.startswith("xl/worksheets/") and name.endswith(".xml")
        )
        return all(package.read(name).count(b"mergeCell ") <= MOST_MERGED for name in sheets)


def marked_workbook(data: bytes, report: Report) -> bytes | None:
    """None for an ods, or a workbook that only the other reader can take."""
    try:
        book = openpyxl.load_workbook(io.BytesIO(data))
        mark_all(book, report)
        stream = io.BytesIO()
        book.save(stream)
    except Exception:  # noqa: BLE001 - what openpyxl raises of strange workbooks has no common class
        return None
    return stream.getvalue()


def mark_all(book: openpyxl.Workbook, report: Report) -> None:
    findings = [(finding, RED) for finding in report.errors] + [
        (finding, YELLOW) for finding in report.warnings
    ]
    for finding, fill in reversed(findings):
        if finding.row and finding.column and finding.sheet in book.sheetnames:
            mark(book[finding.sheet][f"{finding.column}{finding.row}"], str(finding.problem), fill)
    list_findings(book, findings)


def mark(cell: Any, sentence: str, fill: PatternFill) -> None:
    if isinstance(cell, openpyxl.cell.MergedCell):
        return
    cell.fill = fill
    said = f"{cell.comment.text}\n" if cell.comment else ""
    cell.comment = Comment(f"{sentence}\n{said}"[:LONGEST_COMMENT], "register", height=120, width=320)


def list_findings(book: openpyxl.Workbook, findings: Sequence[tuple[Finding, PatternFill]]) -> None:
    """A last sheet with every finding, linked to its cell."""
    title = _("errors")
    if title in book.sheetnames:
        del book[title]
    sheet = book.create_sheet(title)
    sheet.append([_("cell"), _("column"), _("value"), _("what is wrong")])
    for finding, fill in findings:
        where = f"{finding.column}{finding.row or ''}"
        sheet.append(
            [where, finding.header, without_formula(finding.value), without_formula(str(finding.problem))]
        )
        cell = sheet.cell(sheet.max_row, 1)
        cell.fill = fill
        if finding.row and finding.column and finding.sheet in book.sheetnames:
            cell.hyperlink = f"#'{finding.sheet}'!{where}"
    for letter, width in zip("ABCD", (10, 20, 30, 90), strict=True):
        sheet.column_dimensions[letter].width = width


def without_formula(text: str) -> str:
    """Text that stays text: what begins like a formula gets a blank in front."""
    text = "".join(letter for letter in text if ord(letter) >= 32 or letter in "\t\n")
    return f" {text}" if text[:1] in ("=", "+", "-", "@") else text


def marked_table(data: bytes, report: Report, sheet_name: str, encoding: str) -> bytes:
    rows = content_of(data, sheet_name, encoding).rows
    said: dict[int | None, list[str]] = {}
    for finding in report.errors:
        said.setdefault(finding.row, []).append(
            f"{finding.header}: {finding.problem}" if finding.header else str(finding.problem)
        )
    width = max((len(row) for row in rows), default=0)
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=";")
    for number, row in enumerate(rows, 1):
        own = ERRORS if number == report.header_row else " ".join(said.get(number, []))
        cells = [guarded(cell) for cell in row]
        writer.writerow([*cells, *[""] * (width - len(row)), own])
    return b"\xef\xbb\xbf" + stream.getvalue().encode()
