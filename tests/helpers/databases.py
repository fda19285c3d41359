"""A database of its own for a separate process."""

import os
import sqlite3
from contextlib import closing, contextmanager

from django.db import connection


@contextmanager
def copied_database(folder):
    """Yields the address of a copy of the suite's database."""
    if connection.vendor == "sqlite":
        path = folder / "register.sqlite3"
        with closing(sqlite3.connect(path)) as copy:
            connection.ensure_connection()
            connection.connection.backup(copy)
        yield f"sqlite:///{path}"
        return
    name, data = f"copied_{os.getpid()}_{folder.name}".replace("-", "_"), connection.settings_dict
    connection.close()  # a database with open connections cannot be copied; threads of a test server may leave some
    with connection._nodb_cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [data["NAME"]]
        )
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{data["NAME"]}"')
        try:
            yield f"postgres://{data['USER']}:{data['PASSWORD']}@{data['HOST']}:{data['PORT']}/{name}"
        finally:
            cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
