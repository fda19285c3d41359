"""datapackage.json of a dump: a Frictionless Data Package (version 1) with the schema of every table."""

import json
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.conf import settings
from django.utils.translation import override

from relations.bibliography.csl import LICENCE, register_description, register_name
from relations.dumps.history import History
from relations.dumps.tables import Table
from relations.dumps.zip_archive import Written
from relations.rows.columns import Choice, Column, Reference
from relations.version import program_version
from relations.writers.template import help_of

from .codebook import kind_of

TYPES = {"integer": "integer", "number": "number", "boolean": "boolean", "json": "object"}
#: raised with each change of what a dump contains that an older program cannot load
FORMAT = 2


def data_package(
    day: date, files: Iterable[Written], tables: Iterable[Table | History], compared_with: str
) -> str:
    """As text. `files` are the csv files already written, `compared_with` is the name of a dump or ""."""
    by_slug = {table.slug: table for table in tables}
    with override("en"):
        package = {
            "profile": "tabular-data-package",
            "name": "register",
            "title": register_name(),
            "description": register_description(),
            "version": day.isoformat(),
            "format_version": FORMAT,
            "created": f"{day.isoformat()}T00:00:00Z",
            **({"homepage": settings.SITE_URL} if settings.SITE_URL else {}),
            "licenses": [LICENCE],
            "program_version": program_version(),
            "compared_with": compared_with,
            "resources": [resource(file, by_slug.get(file.slug)) for file in files],
        }
    return json.dumps(package, ensure_ascii=False, indent=1) + "\n"


def resource(file: Written, table: Table | History | None) -> dict[str, Any]:
    return {
        "profile": "tabular-data-resource",
        "name": file.slug,
        "path": file.name,
        **({"title": str(table.label)} if table else {}),
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": file.bytes,
        "hash": f"sha256:{file.sha256}",
        "rows": file.rows,
        "schema": schema(table)
        if table
        else {"fields": [{"name": name, "type": "string"} for name in file.names]},
    }


def schema(table: Table | History) -> dict[str, Any]:
    return {
        "fields": [field(column) for column in table.columns()],
        "primaryKey": table.key,
        "foreignKeys": [
            foreign_key(column, table) for column in table.columns() if isinstance(column, Reference)
        ],
    }


def field(column: Column) -> dict[str, Any]:
    codes = [code for code, _label in column.field.choices] if isinstance(column, Choice) else []
    words = {
        "title": str(column.label),
        "description": help_of(column),
        "constraints": {"enum": codes} if codes else {},
    }
    kind = TYPES.get(kind_of(column), "string")
    return {"name": column.name, "type": kind, **{name: value for name, value in words.items() if value}}


def foreign_key(column: Reference, table: Table | History) -> dict[str, Any]:
    """The foreign key of a column; the table's own name is "" in a Table Schema."""
    other = "" if column.lookup == table.slug else column.lookup
    key = column.field.related_model.natural_key_field
    return {"fields": column.name, "reference": {"resource": other, "fields": key}}
