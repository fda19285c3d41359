"""Command: what a database keeps for all its connections, or connections through PgBouncer cannot ask for."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection


class Command(BaseCommand):
    help = (
        "Prepares a new database: SQLite gets a journal in which readers do not wait for a writer; with PGBOUNCER=1 the"
        " user of PostgreSQL gets what connections otherwise set for themselves: no JIT, memory for searches."
    )

    def handle(self, **options: Any) -> None:
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA journal_mode = WAL")
        if settings.PGBOUNCER and connection.vendor == "postgresql":
            set_for_user(settings.POSTGRES)


def set_for_user(values: dict[str, str]) -> None:
    """For all connections of this user to this database. Anyone may set this for themselves."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_database()")  # the pooler may call it by another name
            name = connection.ops.quote_name(cursor.fetchone()[0])
            for setting, value in values.items():
                cursor.execute(f"ALTER ROLE CURRENT_USER IN DATABASE {name} SET {setting} = '{value}'")
    except DatabaseError as error:
        raise CommandError(f"The database could not be prepared: {' '.join(str(error).split())}") from error
