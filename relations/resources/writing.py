"""Sheets out: csv, xlsx and json, a row at a time."""

import csv
import json

import xlsxwriter
from django.utils.translation import gettext_lazy as _

from relations.problems import Problem

FORMATS = ("csv", "xlsx", "json")


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
