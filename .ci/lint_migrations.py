"""Looks at what new migrations ask of PostgreSQL: locks for long, lost columns. No database is needed.

With names of migrations it looks at those alone.
"""

import os
import sys
from pathlib import Path

#: Migrations up to this number are applied everywhere and are not changed any more.
LAST_BEFORE = 34
#: The server is stopped while an upgrade runs (docs/operations.md), so no older program writes rows without a new
#: column; and a name of a variable locks nothing.
LEFT_OUT = ["NOT_NULL", "RUNPYTHON_MODEL_VARIABLE_NAME"]
#: A new type of record has indexes of its own empty table, and of new columns that are empty everywhere; the server is
#: stopped while they are made. Such a migration is known by the search index that it creates.
OF_A_NEW_TYPE = "CreateSearchIndex("
EMPTY_YET = ["ADD_UNIQUE", "CREATE_INDEX"]
#: {name of a migration: why what is found in it does no harm}
ALLOWED: dict[str, str] = {}
#: never connected to: only the SQL for it is written
NOWHERE = "postgres://nobody@127.0.0.1:1/nothing"


def main():
    os.environ.update(DATABASE_URL=NOWHERE, REPLICA_URL="", DJANGO_SETTINGS_MODULE="config.settings")
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    import django

    django.setup()
    without_database()
    if not lint(sys.argv[1:] or new_migrations()):
        sys.exit(1)


def new_migrations():
    paths = Path("relations/migrations").glob("[0-9]*.py")
    return sorted(path.stem for path in paths if is_new(path.stem))


def is_new(name):
    return int(name[:4]) > LAST_BEFORE and name not in ALLOWED


def lint(names):
    """Whether they may be applied; nothing is looked at where there are none."""
    if not names:
        print("No new migrations.")
        return True
    of_types = [name for name in names if makes_a_type(name)]
    others = [name for name in names if name not in of_types]
    found = [may_be_applied(some, out) for some, out in ((others, []), (of_types, EMPTY_YET)) if some]
    return all(found)


def makes_a_type(name):
    return OF_A_NEW_TYPE in Path("relations/migrations", f"{name}.py").read_text(encoding="utf-8")


def may_be_applied(names, left_out):
    from django.db import OperationalError
    from django_migration_linter import MigrationLinter

    linter = MigrationLinter(
        str(Path.cwd()),
        include_apps=["relations"],
        include_name=names,
        exclude_migration_tests=[*LEFT_OUT, *left_out],
        no_cache=True,
        quiet=["ok", "ignore"],
    )
    try:
        linter.lint_all_migrations()
    except OperationalError:
        print("One of these can be written only with a database at hand: " + ", ".join(names))
        return False
    linter.print_summary()
    return not linter.has_errors


def without_database():
    """Nothing counts as applied, and no transaction is begun for SQL that is only written."""
    from django.db import connection
    from django.db.migrations.recorder import MigrationRecorder
    from psycopg.sql import quote

    MigrationRecorder.applied_migrations = lambda self: {}
    connection.features.can_rollback_ddl = False
    connection.ops.compose_sql = lambda text, params: (
        text % tuple(map(quote, params or ())) if params else text
    )


if __name__ == "__main__":
    main()
