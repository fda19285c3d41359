"""The tables of a backup, as they are at the migrations of a database, and their rows as lines of text."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db import connection, models

from relations.models import IdReservation

from .history import History, Key
from .kinds import Column, canonical, column_of, from_plain, to_plain

RESERVATIONS = IdReservation._meta.db_table
#: sessions, workers and changes under way end with the machine; data changes only say that something has changed, as a
#: restore says too
LEFT_OUT = frozenset({"django_session", "relations_datachange", "relations_workerheartbeat", RESERVATIONS})
ROWS_AT_ONCE = 1_000
encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@dataclass(frozen=True)
class Table:
    """A table and its columns; `key` is the column of its primary key."""

    name: str
    key: str
    columns: tuple[Column, ...]

    @property
    def at_once(self) -> int:
        """Rows with whole files in them are taken one by one."""
        return 1 if any(one.kind == "binary" for one in self.columns) else ROWS_AT_ONCE

    def described(self) -> dict[str, Any]:
        return {"name": self.name, "key": self.key, "columns": {one.name: one.kind for one in self.columns}}


def models_at(history: History) -> list[type[models.Model]]:
    """Every model with a table of its own at these migrations, those of many-to-many fields too."""
    return models_after(history.applied)


@lru_cache(maxsize=4)
def models_after(applied: frozenset[Key]) -> list[type[models.Model]]:
    """Kept, since making models of migrations takes a second."""
    found = History.of(applied).state().apps.get_models(include_auto_created=True)
    return [one for one in found if one._meta.managed and not one._meta.proxy and not one._meta.swapped]


def tables_of(found: Iterable[type[models.Model]]) -> list[Table]:
    tables = [
        Table(
            one._meta.db_table,
            str(one._meta.pk.column),
            tuple(column_of(field) for field in one._meta.concrete_fields),
        )
        for one in found
        if one._meta.db_table not in LEFT_OUT
    ]
    return sorted(tables, key=lambda table: table.name)


def quoted(*names: str) -> str:
    return ", ".join(map(connection.ops.quote_name, names))


def chunks_of(table: Table) -> Iterator[list[list[Any]]]:
    """The rows in the order of their keys, in plain values, so many at once that memory does not grow."""
    converters = [to_plain(column) for column in table.columns]
    names = [column.name for column in table.columns]
    at = names.index(table.key)
    head, key = f"SELECT {quoted(*names)} FROM {quoted(table.name)}", quoted(table.key)
    conditions = [f"NOT {key} BETWEEN {first} AND {last}" for first, last in written_ahead(table)]
    after: list[Any] = []
    with connection.cursor() as cursor:
        while True:
            where = " AND ".join([*conditions, *([f"{key} > %s"] if after else [])])
            where = f" WHERE {where}" if where else ""
            cursor.execute(f"{head}{where} ORDER BY {key} LIMIT {table.at_once}", after)
            rows = cursor.fetchall()
            if not rows:
                return
            after = [rows[-1][at]]
            yield [converted(row, converters) for row in rows]


def written_ahead(table: Table) -> list[tuple[int, int]]:
    """The keys of rows that belong to records of a change under way, which are not there yet (SQLite)."""
    if connection.vendor != "sqlite" or RESERVATIONS not in connection.introspection.table_names():
        return []
    reserved = IdReservation.objects.values_list("ranges", flat=True)
    return [
        (int(first), int(last)) for one in reserved if table.name in one for first, last in [one[table.name]]
    ]


def converted(row: Sequence[Any], converters: Sequence[Any]) -> list[Any]:
    return [
        value if value is None or convert is None else convert(value)
        for value, convert in zip(row, converters, strict=True)
    ]


def line_of(row: Sequence[Any]) -> bytes:
    return (encode(row) + "\n").encode()


class TableHash:
    """Counts and hashes the plain rows of a table, alike in every database."""

    def __init__(self, table: Table) -> None:
        self.converters = [canonical(column) for column in table.columns]
        self.is_plain = not any(self.converters)
        self.rows, self.digest = 0, hashlib.sha256()

    def add(self, rows: Iterable[Sequence[Any]]) -> None:
        for row in rows:
            self.digest.update(line_of(row if self.is_plain else converted(row, self.converters)))
            self.rows += 1

    def described(self) -> dict[str, Any]:
        return {"rows": self.rows, "sha256": self.digest.hexdigest()}


def hash_of(table: Table) -> dict[str, Any]:
    """That of a table as the database has it now."""
    found = TableHash(table)
    for rows in chunks_of(table):
        found.add(rows)
    return found.described()


def insert(table: Table, rows: Iterable[Sequence[Any]]) -> None:
    """Plain rows into a table, with their keys."""
    converters = [from_plain(column, connection.vendor) for column in table.columns]
    values = [converted(row, converters) for row in rows]
    names, target = quoted(*(column.name for column in table.columns)), quoted(table.name)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with connection.wrap_database_errors, cursor.copy(f"COPY {target} ({names}) FROM STDIN") as copy:
                for row in values:
                    copy.write_row(row)
        else:
            marks = ", ".join(["%s"] * len(table.columns))
            cursor.executemany(f"INSERT INTO {target} ({names}) VALUES ({marks})", values)


def number_of_rows(table: Table) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM {quoted(table.name)}")
        return int(cursor.fetchone()[0])
