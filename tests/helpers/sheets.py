"""Sheets as tests write them, and what an import reports of them."""

import io
from datetime import date, datetime

import xlsxwriter

from relations.catalog import ROWS
from relations.imports.pipeline import load_sheet
from relations.models import ImportBatch
from relations.readers.sheet import make_sheet


def load_table(slug, *rows, **options):
    """The report of importing rows, lists of cells; the first filled row holds the headings."""
    return load_sheet(ROWS[slug], make_sheet("Лист1", [list(row) for row in rows], ""), **options)


def load_rows(slug, *rows, **options):
    """The report of importing rows, dictionaries of cells, with the headings of the first."""
    header = list(rows[0])
    return load_table(slug, header, *([row.get(name, "") for name in header] for row in rows), **options)


def import_rows(slug, *rows, **options):
    """The import that stored these rows, or None if they changed nothing."""
    report = load_rows(slug, *rows, keep_batch=True, **options)
    assert not report.errors, report.errors
    return ImportBatch.objects.filter(pk=report.batch).first()


def codes(findings):
    return [finding.problem.code for finding in findings]


def warnings(report):
    """The codes of all warnings but those of the rules, which ask whether what was read can be so."""
    return [code for code in codes(report.warnings) if not code.startswith("rule.")]


def problems(report):
    """[(cell, code)] of the errors."""
    return [(finding.column + str(finding.row), finding.problem.code) for finding in report.errors]


def workbook(rows, name="Лист1"):
    """The bytes of a workbook with one sheet; dates are real dates."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        sheet, as_date = book.add_worksheet(name), book.add_format({"num_format": "dd.mm.yyyy"})
        for i, row in enumerate(rows):
            for j, cell in enumerate(row):
                if isinstance(cell, date):
                    sheet.write_datetime(i, j, datetime.combine(cell, datetime.min.time()), as_date)
                else:
                    sheet.write(i, j, cell)
    return stream.getvalue()


def styled(fill, **options):
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, options) as book:
        fill(book, book.add_worksheet("Данные"))
    return stream.getvalue()
