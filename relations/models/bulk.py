"""Bulk inserts: COPY on PostgreSQL, executemany on SQLite.

Values pass through the model's fields as in save(); nothing else of save() happens here. Callers must update derived
data themselves.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any

from django.db import connection, models

from .fields import PeriodField


def find(model: type[models.Model], names: Sequence[str], keys: Sequence[str]) -> list[tuple[Any, ...]]:
    """[(values of the named fields)] of the rows with these keys, without the joins of the query set.

    The first of the fields is the one with the key.
    """
    if not keys:
        return []
    table, columns = quoted(model, names)
    marks = ", ".join(["%s"] * len(keys))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(columns)} FROM {table} WHERE {columns[0]} IN ({marks})", keys)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


def insert(model: type[models.Model], names: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> int:
    """Writes `rows`, tuples of values of the fields named, in one statement. Returns their number."""
    written = prepared(model, names, rows)
    if not written:
        return 0
    table, columns = quoted(model, names)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with (
                connection.wrap_database_errors,
                cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy,
            ):
                for row in written:
                    copy.write_row(row)
        else:
            marks = ", ".join(["%s"] * len(columns))
            cursor.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", written)
    return len(written)


def update(model: type[models.Model], names: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    """Sets the fields named; the last value of each row is its primary key."""
    written = prepared(model, [*names, model._meta.pk.name], rows)
    table, columns = quoted(model, names)
    values = ", ".join(f"{column} = %s" for column in columns)
    if written:
        with connection.cursor() as cursor:
            cursor.executemany(f"UPDATE {table} SET {values} WHERE id = %s", written)


def prepared(
    model: type[models.Model], names: Sequence[str], rows: Iterable[tuple[Any, ...]]
) -> list[tuple[Any, ...]]:
    """The same rows with values prepared for the database, column by column."""
    columns = zip(*rows, strict=True)
    made = zip((preparer(field_of(model, name)) for name in names), columns, strict=False)
    return list(zip(*(map(make, values) if make else values for make, values in made), strict=True))


def field_of(model: type[models.Model], name: str) -> models.Field[Any, Any]:
    """The column of that name; relations from elsewhere have none."""
    field = model._meta.get_field(name)
    assert isinstance(field, models.Field)
    return field


def preparer(field: models.Field[Any, Any]) -> Callable[[Any], Any] | None:
    """The function that prepares a value of a field for the database; None if it needs none."""
    if field.is_relation or type(field) in PLAIN:
        return None
    if isinstance(field, PeriodField):
        return str
    return lru_cache(lambda value: field.get_db_prep_save(value, connection))


#: types whose values every database driver takes as they are
PLAIN = {
    models.BigAutoField, models.BigIntegerField, models.CharField, models.JSONField, models.PositiveIntegerField,
    models.PositiveSmallIntegerField, models.SlugField, models.TextField, models.URLField,
}  # fmt: skip


def quoted(model: type[models.Model], names: Sequence[str]) -> tuple[str, list[str]]:
    quote = connection.ops.quote_name
    return quote(model._meta.db_table), [quote(str(field_of(model, name).column)) for name in names]


def reserve(model: type[models.Model], number: int) -> list[int]:
    """Reserves the next `number` primary keys of a table, for rows that others will point at."""
    if not number:
        return []
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            sequence = "pg_get_serial_sequence(%s, 'id')"
            cursor.execute(f"SELECT nextval({sequence}) FROM generate_series(1, %s)", [table, number])
            return [row[0] for row in cursor.fetchall()]
        # Writers wait for each other on SQLite, so these keys cannot be taken meanwhile.
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        last = (cursor.fetchone() or [0])[0]
        return list(range(last + 1, last + 1 + number))
