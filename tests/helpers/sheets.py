"""Sheets as tests write them, and what an import says of them."""

from relations.catalog import RESOURCES
from relations.imports.pipeline import load_sheet
from relations.readers.sheet import make_sheet


def take(slug, *rows, dry_run=False, publish=False):
    """The report of importing rows, dictionaries of cells, with the headings of the first."""
    header = list(rows[0])
    sheet = make_sheet("Лист1", [header, *([row.get(name, "") for name in header] for row in rows)], "")
    return load_sheet(RESOURCES[slug], sheet, dry_run=dry_run, publish=publish)


def problems(report):
    return [(finding.column + str(finding.row), finding.problem.code) for finding in report.errors]
