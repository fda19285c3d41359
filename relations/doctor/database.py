"""The database: whether it answers, what is missing in it, and whether it is set up so that nothing is lost."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from relations.catalog import RESOURCES

from .files import is_file
from .lines import Line, error, first_line, ok, warning

PART = "database"
LEAST_POSTGRESQL = 150000
#: years in which a clock can be right
YEARS = range(2026, 2101)
MOST_SECONDS_APART = 2.0
#: what PostgreSQL must have on so that what is stored survives a loss of power
DURABLE = ("fsync", "synchronous_commit", "full_page_writes")


def look_at_database() -> Iterator[Line]:
    """Whether it answers at all; a missing file is not made."""
    name = str(settings.DATABASES["default"]["NAME"])
    if connection.vendor == "sqlite" and is_file(name) and not Path(name).exists():
        yield error(PART, f"The file {name} does not exist.", "Correct DATABASE_URL, or run: make set-up")
        return
    yield from look_at_answer()


def look_at_answer() -> Iterator[Line]:
    start = time.monotonic()
    try:
        ask("SELECT 1")
    except DatabaseError as failure:
        text = f"It does not respond: {first_line(failure)}."
        yield error(PART, text, "Start it, or correct DATABASE_URL.")
        return
    yield ok(PART, f"{described()} answers in {(time.monotonic() - start) * 1000:.0f} ms.")


def ask(statement: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())


def described() -> str:
    version = connection.get_database_version()
    return f"{connection.display_name} {'.'.join(map(str, version))}"


def look_at_migrations() -> Iterator[Line]:
    part, executor = "migrations", MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    unknown = [
        name
        for app, name in executor.loader.applied_migrations
        if app == "relations" and (app, name) not in executor.loader.disk_migrations
    ]
    if missing:
        named = ", ".join(f"{one.app_label}.{one.name}" for one, _backwards in missing[:3])
        text = (
            f"Migrations have not been applied: {named}{' …' if len(missing) > 3 else ''} ({len(missing)})."
        )
        yield error(part, text, "make set-up")
    elif unknown:
        text = f"The database is newer than the program: it has {', '.join(sorted(unknown)[:3])}."
        yield error(part, text, "Install the version of the program that wrote it, or restore a backup.")
    else:
        yield ok(part, "All migrations have been applied.")


def look_at_database_settings() -> Iterator[Line]:
    if connection.vendor == "postgresql":
        shown = {str(name): str(value) for name, value in ask("SELECT name, setting FROM pg_settings")}
        yield from postgresql_settings(shown)
        yield ok(PART, connection_settings(shown))
    else:
        yield from sqlite_settings()


def connection_settings(shown: dict[str, str]) -> str:
    """How connections are kept, and how long one waits; 0 is for ever."""
    own = connection.settings_dict
    way = "through PgBouncer" if settings.PGBOUNCER else "one for each thread"
    waits = ", ".join(
        f"{name} {shown[name]}"
        for name in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
    )
    return (
        f"Connections: {way}, kept for {own['CONN_MAX_AGE']} s, at most {shown['max_connections']};"
        f" connect_timeout {own['OPTIONS'].get('connect_timeout', 0)} s; {waits}."
    )


def postgresql_settings(shown: dict[str, str]) -> Iterator[Line]:
    for name in DURABLE:
        if shown[name] == "off":
            text = f"{name} is off: what was stored last can be lost with the power."
            yield error(PART, text, f"ALTER SYSTEM SET {name} = on; SELECT pg_reload_conf();")
    if shown["server_encoding"] != "UTF8":
        text = f"Its encoding is {shown['server_encoding']}, which cannot hold all letters."
        yield error(PART, text, "Create the database anew with ENCODING 'UTF8', and restore a backup.")
    if int(shown["server_version_num"]) < LEAST_POSTGRESQL:
        yield error(PART, f"PostgreSQL {shown['server_version']} is too old.", "Upgrade to 15 or newer.")
    if shown["jit"] == "on":
        text = "Its JIT is on, which takes longer to compile some searches than to answer them."
        yield warning(PART, text, "manage.py prepare_database")
    yield from connections_of(int(shown["max_connections"]))


def connections_of(most: int) -> Iterator[Line]:
    """Each thread keeps one; the worker and some commands come in addition."""
    needed = settings.WEB_CONCURRENCY * settings.WEB_THREADS + 5
    if not settings.PGBOUNCER and not settings.DEBUG and needed > most:
        text = f"It allows {most} connections, and the web server may need {needed}."
        yield warning(PART, text, "Put PgBouncer in between, or raise max_connections (docs/running.md).")


def sqlite_settings() -> Iterator[Line]:
    (((mode,),), ((encoding,),)) = (ask("PRAGMA journal_mode"), ask("PRAGMA encoding"))
    if mode == "wal":
        yield ok(PART, "The journal mode is WAL.")
    elif is_file(str(connection.settings_dict["NAME"])):
        text = f"The journal mode is {mode}, so that readers wait for whoever writes."
        yield error(PART, text, "Move the file to a local disk: a network folder does not allow WAL.")
    if encoding != "UTF-8":
        yield error(PART, f"Its encoding is {encoding}.", "Restore a backup into a new file.")


def look_at_integrity() -> Iterator[Line]:
    """Of the file of SQLite; PostgreSQL says itself when a page is broken."""
    part = "integrity"
    if connection.vendor != "sqlite":
        return
    found = [str(text) for (text,) in ask("PRAGMA quick_check(5)")]
    if found == ["ok"]:
        yield ok(part, "The file of the database is whole.")
    else:
        text = f"The file of the database is damaged: {'; '.join(found)}."
        yield error(part, text, "Stop the server, keep a copy of the file, and restore the last backup.")


def look_at_indexes() -> Iterator[Line]:
    part = "indexes"
    wanted = {f"{resource.model._meta.db_table}_words" for resource in RESOURCES.values()}
    if missing := sorted(wanted - search_indexes()):
        text = f"Indexes of words are missing, so that searches are slow or fail: {', '.join(missing)}."
        yield error(part, text, "Restore a backup, or make them as the migrations do (CreateSearchIndex).")
    if broken := invalid_indexes():
        text = f"Indexes are not valid, so that they are not used: {', '.join(broken)}."
        yield error(part, text, "; ".join(f"REINDEX INDEX CONCURRENTLY {name}" for name in broken) + ";")
    if not missing and not broken:
        yield ok(part, "All indexes are there.")


def search_indexes() -> set[str]:
    if connection.vendor == "postgresql":
        found = ask("SELECT indexname FROM pg_indexes WHERE schemaname = current_schema()")
    else:
        found = ask("SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL TABLE%fts5%'")
    return {str(name) for (name,) in found}


def invalid_indexes() -> list[str]:
    if connection.vendor != "postgresql":
        return []
    found = ask("SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid ORDER BY 1")
    return [str(name) for (name,) in found]


def look_at_clock() -> Iterator[Line]:
    """Against that of the database, where it may be on another machine."""
    part, now = "clock", datetime.now(UTC)
    if now.year not in YEARS:
        yield error(part, f"The clock of this machine says {now:%Y-%m-%d}.", "Set it, and let NTP keep it.")
        return
    if connection.vendor == "postgresql":
        ((theirs,),) = ask("SELECT clock_timestamp()")
        assert isinstance(theirs, datetime)
        apart = abs((theirs - now).total_seconds())
        if apart >= MOST_SECONDS_APART:
            text = f"The clocks of this machine and of the database are {apart:.0f} seconds apart."
            yield warning(part, text, "Let NTP keep both.")
            return
    yield ok(part, f"It is {now:%Y-%m-%d %H:%M:%S} UTC.")
