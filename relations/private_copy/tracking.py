"""What is changed on a private copy: triggers keep the rows that were there before, as they were."""

from __future__ import annotations

from sqlite3 import Connection

from .ids import Ranges
from .tables import DATA_CHANGES, Table, listed, quoted, tables_of

BEFORE, AGAIN = "copy_before_", "copy_again_"


def follow(copy: Connection, ranges: Ranges) -> None:
    """From now on `copy_before_TABLE` has each row with an older key as it was before it was changed or deleted, and
    `copy_again_TABLE` the older keys that were given again. Rows with reserved keys are new.
    """
    copy.execute("PRAGMA recursive_triggers = ON")  # else INSERT OR REPLACE deletes unseen
    followed = [table for table in tables_of(copy) if table.name in ranges]
    for table in followed:
        for statement in statements(table, ranges[table.name][0]):
            copy.execute(statement)
    refuse_others(copy, {DATA_CHANGES, *(table.name for table in followed)})


def statements(table: Table, first: int) -> list[str]:
    name, before, again = (quoted(f"{prefix}{table.name}") for prefix in ("", BEFORE, AGAIN))
    definitions = ", ".join(
        f"{quoted(column)} INTEGER PRIMARY KEY" if column == "id" else quoted(column)
        for column in table.columns
    )
    keep = f"INSERT OR IGNORE INTO {before} SELECT {listed(table.columns, 'OLD.')}"
    unless_given = f"WHERE NOT EXISTS (SELECT 1 FROM {again} WHERE id = OLD.id)"
    made = [f"CREATE TABLE {before} ({definitions})", f"CREATE TABLE {again} (id INTEGER PRIMARY KEY)"]
    for event in ("UPDATE", "DELETE"):
        trigger = quoted(f"copy_{event}_{table.name}")
        made.append(
            f"CREATE TRIGGER {trigger} AFTER {event} ON {name} WHEN OLD.id < {first}"
            f" BEGIN {keep} {unless_given}; END"
        )
    trigger = quoted(f"copy_INSERT_{table.name}")
    made.append(
        f"CREATE TRIGGER {trigger} AFTER INSERT ON {name} WHEN NEW.id < {first}"
        f" BEGIN INSERT OR IGNORE INTO {again} VALUES (NEW.id); END"
    )
    return made


def refuse_others(copy: Connection, followed: set[str]) -> None:
    """A change of any other table would be lost: it fails instead."""
    found = copy.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'").fetchall()
    for name, sql in found:
        is_ours = name.startswith(("copy_", "sqlite_")) or name in followed
        if not is_ours and "WITHOUT ROWID" not in sql.upper() and not is_of_words(name, sql):
            for event in ("INSERT", "UPDATE", "DELETE"):
                copy.execute(
                    f"CREATE TRIGGER {quoted(f'copy_{event}_{name}')} BEFORE {event} ON {quoted(name)}"
                    " BEGIN SELECT RAISE(ABORT, 'This table cannot be changed on a private copy.'); END"
                )


def is_of_words(name: str, sql: str) -> bool:
    """An index of words, or one of the tables it is made of."""
    return sql.upper().startswith("CREATE VIRTUAL") or "_words_" in name
