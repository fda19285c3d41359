"""The register's own way, through the entry points that its pages and commands use."""

from django.db import connection

from benchmarks.generate import COLUMNS
from benchmarks.measuring import Nowhere, expect, measured
from relations.catalog import RESOURCES
from relations.imports.pipeline import load_sheet
from relations.models import Agreement
from relations.readers.sheet import read_file
from relations.writers.formats import write_sheet


def wake():
    """Like a server that has answered a question, the process has the dictionaries of the search in memory."""
    Agreement.objects.matching("договор").exists()


def preview(path, rows):
    wake()
    with measured() as taken:
        report = take(path, dry_run=True)
    expect("new rows", report.created, int(rows))
    return taken


def store(path, rows):
    wake()
    with measured() as taken:
        report = take(path)
    expect("new rows", report.created, int(rows))
    return taken


def again(path, rows):
    """The same sheet once more."""
    wake()
    with measured() as taken:
        report = take(path)
    expect("unchanged rows", report.unchanged, int(rows))
    return taken


def both(path, rows):
    """Preview and import in one process, as a server's worker may do them."""
    wake()
    with measured() as taken:
        take(path, dry_run=True)
        report = take(path)
    expect("new rows", report.created, int(rows))
    return taken


def take(path, dry_run=False):
    report = load_sheet(RESOURCES["agreements"], read_file(path), dry_run=dry_run, keep_batch=True)
    expect("cells", [str(finding) for finding in report.errors[:3]], [])
    return report


def read(path, rows):
    with measured() as taken:
        number = sum(1 for _row in read_file(path).rows)
    expect("rows read", number, int(rows))
    return taken


def idle():
    """A process of the register that has done nothing yet."""
    with measured() as taken:
        connection.ensure_connection()
    return taken


def export_csv():
    """All records; also how long the first of them took, since the heading alone is no answer."""
    names, rows = sheet_of_all()
    stream = Nowhere(head=len("\ufeff".encode() + ",".join(names).encode() + b"\r\n"))
    with measured() as taken:
        write_sheet(stream, names, rows, "csv")
    expect("lines written", stream.lines, Agreement.objects.count() + 1)
    return taken | {"first": stream.first, "size": stream.size}


def export_xlsx():
    names, rows = narrow_sheet_of_all()
    with measured() as taken:
        write_sheet(Nowhere(), names, rows, "xlsx")
    return taken


def sheet_of_all():
    resource = RESOURCES["agreements"]
    return resource.names(), resource.rows(Agreement.objects.order_by("pk"))


def narrow_sheet_of_all():
    """The columns that the large synthetic file fills."""
    narrow, (names, rows) = COLUMNS[:-1], sheet_of_all()
    places = [names.index(name) for name in narrow]
    return narrow, ([row[place] for place in places] for row in rows)
