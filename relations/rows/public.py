"""Public rows: without private columns, and without the keys of unpublished records."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from django.db.models import QuerySet

from relations.models import Organization
from relations.registry import resources
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
