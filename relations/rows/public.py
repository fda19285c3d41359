"""Rows as readers may have them: without editors' columns, and without the names of records that are not public."""

from itertools import islice

from relations.registry import schemas
from relations.text.cell_syntax import join, split

from .related_columns import Links

#: columns that are for editors alone
FOR_EDITORS = frozenset({"notes"})
CHUNK = 500


def public_names(resource):
    return [name for name in resource.names() if name not in FOR_EDITORS]


def public_rows(resource, records):
    """Lists of cells in the order of public_names(); links lead to published records only."""
    names = resource.names()
    kept = [i for i, name in enumerate(names) if name not in FOR_EDITORS]
    links = {names.index(column.name): column for column in link_columns(resource)}
    rows = iter(resource.rows(records))
    while chunk := list(islice(rows, CHUNK)):
        known = published(chunk, links)
        for row in chunk:
            for i in links:
                if row[i]:
                    row[i] = join(key for key in split(row[i]) if key in known)
            yield [row[i] for i in kept]


def link_columns(resource):
    return [column for column in resource.columns() if isinstance(column, Links)]


def published(rows, links):
    """The keys among those that these rows point at which belong to published records."""
    wanted = {key for row in rows for i in links for key in split(row[i])}
    ends = {end for column in links.values() for end in column.ends} if wanted else ()
    models = (schema.model for schema in schemas() if schema.slug in ends)
    return {
        key
        for model in models
        for key in model.objects.published().filter(key__in=wanted).order_by().values_list("key", flat=True)
    }
