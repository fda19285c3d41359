"""What the tables of a SQLite database are called and made of."""

from __future__ import annotations

from sqlite3 import Connection
from typing import NamedTuple

#: these say of themselves what has been written, or belong to one connection
NOT_FOLLOWED = frozenset({"django_session", "django_migrations"})
DATA_CHANGES, SOURCES = "relations_datachange", "relations_source"
WORDS = "_words"


class Table(NamedTuple):
    """A table with numbered rows. `words` is its index of words, empty where it has none."""

    name: str
    columns: tuple[str, ...]
    words: str


def tables_of(connection: Connection) -> list[Table]:
    """Every table whose rows have a primary key of their own that is a number."""
    found = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'").fetchall()
    indexes = {name for name, sql in found if sql and sql.upper().startswith("CREATE VIRTUAL")}
    tables = []
    for name, sql in found:
        is_ours = not any(name.startswith(f"{index}_") for index in indexes) and name not in indexes
        if is_ours and name not in NOT_FOLLOWED and "AUTOINCREMENT" in sql.upper():
            columns = tuple(row[1] for row in connection.execute(f"PRAGMA table_info({quoted(name)})"))
            tables.append(Table(name, columns, f"{name}{WORDS}" if f"{name}{WORDS}" in indexes else ""))
    return tables


def quoted(name: str) -> str:
    return '"{}"'.format(name.replace('"', '""'))


def listed(columns: tuple[str, ...], prefix: str = "") -> str:
    """“a.x, a.y”"""
    return ", ".join(prefix + quoted(column) for column in columns)
