"""Puts the rows of a backup into empty tables."""

import json
from collections.abc import Iterable
from typing import Any

from django.db import DatabaseError, connection, transaction

from .archive import HEADER, Members
from .errors import BackupError
from .history import History
from .manifest import Manifest
from .schema import complete, create_tables
from .tables import Table, insert, models_at, quoted, tables_of
from .watching import Tell


def restore_rows(members: Members, manifest: Manifest, tell: Tell) -> None:
    """Into an empty database: tables, rows with their keys, and what follows from them."""
    history = History.of(manifest.migrations)
    create_tables(history)
    made = models_at(history)
    tables = {table.name: table for table in tables_of(made)}
    compare_columns(manifest, tables.values())
    with transaction.atomic():
        for name, data in members:
            if name == HEADER:
                continue
            table = tables[table_name(name)]
            rows = [json.loads(line) for line in data.decode().split("\n")[:-1]]
            put_in(table, rows)
            tell(table.name, len(rows))
        complete(made)


def put_in(table: Table, rows: list[Any]) -> None:
    try:
        insert(table, rows)
    except (DatabaseError, ValueError) as error:
        reason = " ".join(str(error).split())
        raise BackupError(f"Rows of {table.name} cannot be put into this database: {reason}") from error


def table_name(member: str) -> str:
    """That of tables/NAME/000001.jsonl."""
    return member.split("/")[1]


def compare_columns(manifest: Manifest, tables: Iterable[Table]) -> None:
    """Other columns under the same migrations: a backup by another program."""
    here = {table.name: table.described() for table in tables}
    for table in manifest.tables:
        if here.pop(table["name"], None) != table:
            raise BackupError(
                f"The table {table['name']} of the backup has other columns than in this program."
            )
    if here:
        raise BackupError(f"The backup has no table {min(here)}.")


def is_empty() -> bool:
    """Whether the database has no tables, or nothing in them but what migrations write."""
    with connection.cursor() as cursor:
        names = connection.introspection.table_names(cursor)
        return not any(has_rows(cursor, name) for name in names if not is_of_migrations(name))


#: what `manage.py migrate` fills itself
OF_MIGRATIONS = frozenset(
    {"django_migrations", "django_content_type", "auth_permission", "relations_datachange"}
)


def is_of_migrations(name: str) -> bool:
    """Words for search are no rows of their own, though their tables are never quite empty."""
    return name in OF_MIGRATIONS or "_words" in name


def has_rows(cursor: Any, name: str) -> bool:
    cursor.execute(f"SELECT 1 FROM {quoted(name)} LIMIT 1")
    return bool(cursor.fetchone())
