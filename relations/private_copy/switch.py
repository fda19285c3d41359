"""Brings what was changed on a private copy over to the database: what nobody sees yet in short steps, then all else in
one short transaction.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from sqlite3 import Connection
from typing import Any, NamedTuple

from django.apps import apps
from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from relations.models import IdReservation, StaleRecords

from .ids import Ranges, give_back
from .tables import DATA_CHANGES, SOURCES, Table, listed, quoted, tables_of
from .tracking import AGAIN, BEFORE

#: rows that are written in one step, and seconds between two of them, longer than a waiting writer sleeps
ROWS_AT_ONCE, PAUSE = 2_000, 0.12
#: with the usual 2 MiB the same pages of indexes are written again and again
CACHE_KIB = 100 * 1024
NAMED = "copy_named"


class ChangedMeanwhile(Exception):
    """Somebody else has changed or deleted a row that was changed, or is named, on the copy."""


class Part(NamedTuple):
    """The changes of one table: new rows with the keys from `first` to `last`, and older rows in `before` or `again`
    (see tracking.follow); `columns` are those that differ in them; `loses` says whether some have gone.
    """

    table: Table
    first: int
    last: int
    columns: tuple[str, ...]
    is_changed: bool
    loses: bool

    @property
    def name(self) -> str:
        return quoted(self.table.name)

    @property
    def before(self) -> str:
        return f"copy.{quoted(f'{BEFORE}{self.table.name}')}"

    @property
    def again(self) -> str:
        return f"copy.{quoted(f'{AGAIN}{self.table.name}')}"

    @property
    def keys(self) -> tuple[int, int]:
        return self.first, self.last

    @property
    def has_new(self) -> bool:
        return self.last >= self.first


def bring_over(main: BaseDatabaseWrapper, copy: Path, reservation: IdReservation, newest_change: int) -> None:
    """Everything or nothing. Raises ChangedMeanwhile, or IntegrityError where a row has become impossible.

    `newest_change` is the key of the newest DataChange that the copy began with.
    """
    main.ensure_connection()
    connection: Connection = main.connection
    with attached(connection, copy), main.wrap_database_errors:
        parts = parts_of(connection, reservation.ranges)
        if not any(part.has_new or part.is_changed for part in parts):
            return
        note_named(connection, parts)
        write_ahead(connection, parts)
        with transaction.atomic():
            switch(connection, parts)
            if newest_of(connection) > newest_change:
                leave_to_worker(connection, parts)
            add_data_changes(connection, newest_change)
            give_back(connection, reservation.ranges)
            reservation.delete()


def newest_of(connection: Connection) -> int:
    (found,) = connection.execute(f"SELECT MAX(id) FROM main.{DATA_CHANGES}").fetchone()
    return found or 0


@contextmanager
def attached(main: Connection, copy: Path) -> Iterator[None]:
    """Within it the copy is called `copy`. Its rows may be written before the records to which they belong."""
    main.execute("ATTACH DATABASE ? AS copy", (str(copy),))
    main.execute("PRAGMA foreign_keys = OFF")
    (usual,) = main.execute("PRAGMA main.cache_size").fetchone()
    main.execute(f"PRAGMA main.cache_size = {-CACHE_KIB}")
    try:
        yield
    finally:
        main.execute(f"PRAGMA main.cache_size = {usual}")
        main.execute("PRAGMA foreign_keys = ON")
        main.execute("DETACH DATABASE copy")


def parts_of(main: Connection, ranges: Ranges) -> list[Part]:
    return [part_of(main, table, ranges[table.name]) for table in tables_of(main) if table.name in ranges]


def part_of(main: Connection, table: Table, reserved: Sequence[int]) -> Part:
    first, most = reserved
    part = Part(table, first, 0, (), False, False)
    (given,) = main.execute(f"SELECT MAX(id) FROM copy.{part.name} WHERE id >= ?", (first,)).fetchone()
    assert (given or 0) <= most, f"{table.name}: more rows than were reserved"
    older = [main.execute(f"SELECT 1 FROM {one} LIMIT 1").fetchone() for one in (part.before, part.again)]
    return part._replace(
        last=given or 0,
        columns=changed_columns(main, part),
        is_changed=any(older),
        loses=bool(main.execute(f"{gone(part)} LIMIT 1").fetchone()),
    )


def changed_columns(main: Connection, part: Part) -> tuple[str, ...]:
    """Where a column is the same in all rows, its indexes need not be written again."""
    differ = [f"MAX(n.{quoted(name)} IS NOT b.{quoted(name)})" for name in part.table.columns]
    found = main.execute(
        f"SELECT {', '.join(differ)} FROM {part.before} b JOIN copy.{part.name} n ON n.id = b.id"
    ).fetchone()
    return tuple(name for name, is_changed in zip(part.table.columns, found, strict=True) if is_changed)


def references(main: Connection, table: str) -> list[tuple[str, str]]:
    """[(column, table to which it refers)]"""
    found = main.execute(f"PRAGMA main.foreign_key_list({quoted(table)})").fetchall()
    return [(row[3], row[2]) for row in found]


def note_named(main: Connection, parts: Sequence[Part]) -> None:
    """`copy_named` has the keys of older rows to which new or changed rows refer: these must still be there."""
    main.execute(f"CREATE TABLE copy.{NAMED} (name, id, PRIMARY KEY (name, id)) WITHOUT ROWID")
    firsts = {part.table.name: part.first for part in parts}
    for part in parts:
        for column, parent in references(main, part.table.name):
            key = f"n.{quoted(column)}"
            below = f"AND {key} < {firsts[parent]}" if parent in firsts else ""
            main.execute(
                f"INSERT OR IGNORE INTO copy.{NAMED} SELECT ?, {key} FROM copy.{part.name} n"
                f" WHERE ({touched(part)}) AND {key} IS NOT NULL {below}",
                (parent, *part.keys),
            )


def touched(part: Part, alias: str = "n") -> str:
    """The condition for rows that are new or changed."""
    key = f"{alias}.id"
    older = (f"{key} IN (SELECT id FROM {one})" for one in (part.before, part.again))
    return f"{key} BETWEEN ? AND ? OR {' OR '.join(older)}"


# In short steps.


def write_ahead(main: Connection, parts: Sequence[Part]) -> None:
    """Words of new records, and what belongs to new records: nobody finds either before the records are there."""
    records = {part.table.name: part for part in parts if part.table.words and part.table.name != SOURCES}
    for part in parts:
        if part.table.words:
            in_steps(part, lambda keys, part=part: write_words(main, part, "n.id BETWEEN ? AND ?", keys))
        elif owned := of_new_records(main, part, records):
            in_steps(part, lambda keys, part=part, owned=owned: add_rows(main, part, owned, keys))


def in_steps(part: Part, write: Any) -> None:
    for start in range(part.first, part.last + 1, ROWS_AT_ONCE):
        with transaction.atomic():
            write((start, min(start + ROWS_AT_ONCE - 1, part.last)))
        time.sleep(PAUSE)


def of_new_records(main: Connection, part: Part, records: dict[str, Part]) -> str:
    """The condition for rows of a new record; empty for tables whose rows may belong to two records."""
    owners = [(column, parent) for column, parent in references(main, part.table.name) if parent in records]
    if len({parent for _column, parent in owners}) < len(owners):
        return ""
    return " OR ".join(f"n.{quoted(column)} >= {records[parent].first}" for column, parent in owners)


def add_rows(main: Connection, part: Part, condition: str, keys: tuple[int, int]) -> None:
    columns = part.table.columns
    main.execute(
        f"INSERT INTO main.{part.name} ({listed(columns)}) SELECT {listed(columns, 'n.')}"
        f" FROM copy.{part.name} n WHERE n.id BETWEEN ? AND ? AND ({condition}) ORDER BY n.id",
        keys,
    )


def write_words(main: Connection, part: Part, condition: str, keys: Sequence[int] = ()) -> None:
    main.execute(
        f"INSERT OR REPLACE INTO main.{quoted(part.table.words)} (rowid, words)"
        f" SELECT n.id, n.search_text FROM copy.{part.name} n WHERE {condition} ORDER BY n.id",
        keys,
    )


# At once.


def switch(main: Connection, parts: Sequence[Part]) -> None:
    for part in parts:
        refuse_changed(main, part)
    for part in parts:
        if part.loses:
            delete_rows(main, part)
        if part.is_changed:
            update_rows(main, part)
        if part.has_new:
            is_begun = main.execute(f"SELECT 1 FROM main.{part.name} WHERE id >= ? LIMIT 1", (part.first,))
            rest = f"NOT EXISTS (SELECT 1 FROM main.{part.name} m WHERE m.id = n.id)"
            add_rows(main, part, rest if is_begun.fetchone() else "TRUE", part.keys)
    refuse_unreferred(main, parts)


def refuse_changed(main: Connection, part: Part) -> None:
    """Where an older row is not as it was when the copy was made."""
    same = " AND ".join(f"m.{quoted(name)} IS b.{quoted(name)}" for name in part.table.columns)
    if main.execute(
        f"SELECT 1 FROM {part.before} b LEFT JOIN main.{part.name} m ON m.id = b.id WHERE NOT ({same}) LIMIT 1"
    ).fetchone():
        raise ChangedMeanwhile


def delete_rows(main: Connection, part: Part) -> None:
    main.execute(f"DELETE FROM main.{part.name} WHERE id IN ({gone(part)})")
    if part.table.words:
        main.execute(f"DELETE FROM main.{quoted(part.table.words)} WHERE rowid IN ({gone(part)})")


def gone(part: Part) -> str:
    return f"SELECT id FROM {part.before} EXCEPT SELECT id FROM copy.{part.name}"


def update_rows(main: Connection, part: Part) -> None:
    columns = part.table.columns
    if part.columns:
        values = ", ".join(f"{quoted(name)} = n.{quoted(name)}" for name in part.columns)
        main.execute(
            f"UPDATE main.{part.name} AS m SET {values} FROM copy.{part.name} n"
            f" WHERE n.id = m.id AND m.id IN (SELECT id FROM {part.before})"
        )
    main.execute(
        f"INSERT INTO main.{part.name} ({listed(columns)}) SELECT {listed(columns, 'n.')} FROM copy.{part.name} n"
        f" WHERE n.id IN (SELECT id FROM {part.again} EXCEPT SELECT id FROM {part.before})"
    )
    if "search_text" in part.columns:
        older = f"n.id IN (SELECT id FROM {part.before} UNION SELECT id FROM {part.again})"
        write_words(main, part, older)


def refuse_unreferred(main: Connection, parts: Sequence[Part]) -> None:
    """Where a new row names what has gone, or what has gone is named by somebody."""
    for (name,) in main.execute(f"SELECT DISTINCT name FROM copy.{NAMED}").fetchall():
        missing = f"SELECT id FROM copy.{NAMED} WHERE name = ? EXCEPT SELECT id FROM main.{quoted(name)}"
        if main.execute(f"{missing} LIMIT 1", (name,)).fetchone():
            raise ChangedMeanwhile
    losing = {part.table.name: part for part in parts if part.loses}
    for table in tables_of(main) if losing else ():
        for column, parent in references(main, table.name):
            if parent in losing and is_named(main, table, column, losing[parent]):
                raise ChangedMeanwhile


def is_named(main: Connection, table: Table, column: str, part: Part) -> bool:
    found = f"SELECT 1 FROM main.{quoted(table.name)} WHERE {quoted(column)} IN ({gone(part)}) LIMIT 1"
    return main.execute(found).fetchone() is not None


def add_data_changes(main: Connection, newest_change: int) -> None:
    """Numbered anew, in the order in which everybody else counts them."""
    main.execute(
        f"INSERT INTO main.{DATA_CHANGES} (type, keys, mark) SELECT type, keys, mark FROM copy.{DATA_CHANGES}"
        " WHERE id > ? ORDER BY id",
        (newest_change,),
    )


def leave_to_worker(main: Connection, parts: Sequence[Part]) -> None:
    """What somebody has renamed meanwhile is shown by its former name in the rows that were written here."""
    models = {model._meta.db_table: model for model in apps.get_app_config("relations").get_models()}
    for part in parts:
        if part.table.words:
            found = main.execute(f"SELECT n.id FROM copy.{part.name} n WHERE {touched(part)}", part.keys)
            StaleRecords.objects.note({models[part.table.name]: [row[0] for row in found.fetchall()]})
