"""The rows of a sheet as the steps of an import take them: a chunk at a time, so that memory does not grow with the sheet."""

from collections.abc import Iterable, Iterator
from itertools import islice

from django.utils.translation import gettext_lazy as _

from relations.errors import Problem
from relations.rows.lookups import Lookups
from relations.rows.related_columns import Links
from relations.rows.resource import EXAMPLE_KEY
from relations.rows.sheet_row import SheetRow

from .findings import Findings
from .header import Header
from .parser import columns_of

CHUNK = 1000


def chunks(header: Header, findings: Findings) -> Iterator[list[SheetRow]]:
    """At most CHUNK rows each, without the example row of the template."""
    rows = iter(header.sheet.rows)
    while chunk := list(islice(rows, CHUNK)):
        yield without_example(chunk, header, findings)


def without_example(rows: Iterable[SheetRow], header: Header, findings: Findings) -> list[SheetRow]:
    at, kept = header.index("key"), []
    for row in rows:
        if at is not None and row.cell(at) == EXAMPLE_KEY:
            message = _("The example row of the template was passed over.")
            findings.remark(row.number, at, Problem("row.example", message))
        else:
            kept.append(row)
    return kept


def expect_own_keys(header: Header, lookups: Lookups) -> None:
    """Lets a row point at the record of a row further below: the keys of the sheet count as known from the start."""
    resource, at = header.resource, header.index("key")
    links = (column for column, _at in columns_of(header) if isinstance(column, Links))
    if at is None or not any(resource.slug in column.ends for column in links):
        return
    keys = lookups.keys(resource.slug)
    for row in header.sheet.rows:
        if key := row.cell(at):
            keys.setdefault(key, None)
