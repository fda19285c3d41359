"""Command: what connections through PgBouncer cannot ask for when they are opened, set for all of them."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection


class Command(BaseCommand):
    help = (
        "With PGBOUNCER=1, switches JIT off for this user of the database. Without, there is nothing to do."
    )

    def handle(self, **options: Any) -> None:
        if settings.PGBOUNCER and connection.vendor == "postgresql":
            switch_jit_off()


def switch_jit_off() -> None:
    """Compiling a query takes PostgreSQL longer than answering it. Anyone may set this for themselves."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_database()")  # the pooler may call it by another name
            name = connection.ops.quote_name(cursor.fetchone()[0])
            cursor.execute(f"ALTER ROLE CURRENT_USER IN DATABASE {name} SET jit = off")
    except DatabaseError as error:
        raise CommandError(f"JIT could not be switched off: {' '.join(str(error).split())}") from error
