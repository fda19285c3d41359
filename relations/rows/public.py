"""Public rows: without private columns, and without the keys of unpublished records."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from django.db.models import QuerySet

from relations.models import Organization
from relations.models.key_history import FormerKey
from relations.models.row_cache import FlatRow
from relations.registry import resource_named, resources
from relations.text.cell_syntax import join, split

from .about_column import AboutColumn
from .bound_columns import WORDS
from .columns import Column
from .related_columns import PREFIXES, Links
from .resource import SheetResource

ROWS_AT_ONCE = 500
#: organisations are public, whatever cites them
OF_ORGANIZATION = PREFIXES[Organization]


def public_columns(resource: type[SheetResource]) -> list[Column]:
    return [column for column in resource.columns() if not column.is_private]


def public_names(resource: type[SheetResource]) -> list[str]:
    return [column.name for column in public_columns(resource)]


def public_rows(resource: type[SheetResource], records: QuerySet[Any]) -> Iterator[list[str]]:
    """Lists of cells in the order of public_names(); only keys of published records are kept."""
    names = resource.names()
    kept = [names.index(name) for name in public_names(resource)]
    links = {names.index(column.name): column for column in link_columns(resource)}
    rows = iter(resource.rows(records))
    while chunk := list(islice(rows, ROWS_AT_ONCE)):
        known = published(chunk, links)
        for row in chunk:
            for i in links:
                if row[i]:
                    row[i] = join(key for key in split(row[i]) if key in known or is_no_key(key))
            yield [row[i] for i in kept]


def is_no_key(text: str) -> bool:
    """Whether a cell of links says something other than the key of a record."""
    return text in WORDS or text.startswith(OF_ORGANIZATION)


def link_columns(resource: type[SheetResource]) -> list[Links | AboutColumn]:
    return [column for column in resource.columns() if isinstance(column, (Links, AboutColumn))]


def published(rows: Sequence[Sequence[str]], links: Mapping[int, Links | AboutColumn]) -> set[str]:
    """Those keys in the links of these rows that belong to published records."""
    wanted = {key for row in rows for i in links for key in split(row[i])}
    ends = {end for column in links.values() for end in column.ends} if wanted else ()
    models = (schema.model for schema in resources() if schema.slug in ends)
    return {
        key
        for model in models
        for key in model.objects.published().filter(key__in=wanted).order_by().values_list("key", flat=True)
    }


# Rows of versions.


def public_cells(resource: type[SheetResource], rows: Sequence[FlatRow]) -> list[FlatRow]:
    """Rows of versions as readers may see them today: linked records by their present keys, if they are public."""
    columns = link_columns(resource)
    wanted: defaultdict[str, set[str]] = defaultdict(set)
    for row in rows:
        for column in columns:
            for end in column.ends:
                wanted[end].update(key for key in split(row.get(column.name, "")) if not is_no_key(key))
    known = {end: present_keys(end, keys) for end, keys in wanted.items() if keys}
    return [public_row(resource, row, columns, known) for row in rows]


def public_row(
    resource: type[SheetResource],
    row: FlatRow,
    columns: Sequence[Links | AboutColumn],
    known: Mapping[str, Mapping[str, str]],
) -> FlatRow:
    cells = resource.content_of(row)
    for column in columns:
        if column.name in cells:
            found = (present_key(key, column, known) for key in split(cells[column.name]))
            cells[column.name] = join(filter(None, found))
    return {name: cell for name, cell in cells.items() if cell}


def present_key(key: str, column: Links | AboutColumn, known: Mapping[str, Mapping[str, str]]) -> str:
    """The key of a public record, or a cell that is no key; "" for anything else."""
    if is_no_key(key):
        return key
    return next((known[end][key] for end in column.ends if key in known.get(end, {})), "")


def present_keys(slug: str, keys: Collection[str]) -> dict[str, str]:
    """{key, present or former: present key} of those of these keys that belong to published records of a type."""
    model = resource_named(slug).model
    public = model.objects.published()
    found = {key: key for key in public.filter(key__in=keys).order_by().values_list("key", flat=True)}
    former = FormerKey.objects.present(model, set(keys) - found.keys())
    shown = set(public.filter(key__in=former.values()).order_by().values_list("key", flat=True))
    return found | {key: present for key, present in former.items() if present in shown}
