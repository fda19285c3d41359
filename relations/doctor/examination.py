"""All checks in their order, and the few without which nothing can be answered."""

from collections.abc import Iterator

from . import caches, configuration, database, files, records, translations, work
from .bounded import Check, bounded
from .lines import Line, warning

#: seconds for all rows of a large register
LONG = 3600
#: for what is asked by monitoring, which waits three seconds for all
AT_ONCE = 1.4
DATABASE = Check(database.PART, database.look_at_database)
#: for a new installation: what its file lacks are migrations
ANSWER = Check(database.PART, database.look_at_answer, AT_ONCE)
MIGRATIONS = Check("migrations", database.look_at_migrations, needs_database=True)
CACHE = Check(caches.PART, caches.look_at_caches, AT_ONCE)
TRANSLATIONS = Check(translations.PART, translations.look_at_translations)


def checks(is_full: bool) -> list[Check]:
    return [
        Check(configuration.PART, configuration.look_at_settings),
        Check("versions", configuration.look_at_versions),
        DATABASE,
        MIGRATIONS,
        Check("database settings", database.look_at_database_settings, needs_database=True),
        Check("integrity", database.look_at_integrity, LONG if is_full else 20, needs_database=True),
        Check("indexes", database.look_at_indexes, needs_database=True),
        Check("clock", database.look_at_clock, needs_database=True),
        TRANSLATIONS,
        Check("static files", files.look_at_static_files, 10),
        Check(files.DISK, files.look_at_folders),
        CACHE,
        Check("worker", work.look_at_tasks, needs_database=True),
        Check("backup", work.look_at_backups),
        Check("links", work.look_at_links, needs_database=True),
        Check("uploads", records.look_at_uploads, needs_database=True),
        Check(
            "kept rows",
            lambda: records.look_at_rows(is_full),
            LONG if is_full else 20,
            needs_database=True,
        ),
    ]


def examine(is_full: bool = False) -> Iterator[Line]:
    """Line by line, as they are found. What needs the database is not looked at while that is away."""
    left: list[str] = []
    is_away = False
    for check in checks(is_full):
        if check.needs_database and is_away:
            left.append(check.part)
            continue
        found = bounded(check)
        is_away = is_away or (check is DATABASE and any(line.level == "error" for line in found))
        yield from found
    if left:
        text = f"Not looked at, since the database is away: {', '.join(left)}."
        yield warning(database.PART, text, "When it answers, run again: manage.py doctor")


#: {part: what it is said to be while it is away}
NEEDED = {
    "database": "the database does not respond",
    "migrations": "migrations have not been applied",
    "cache": "the cache does not respond",
    "translations": "the translations are not compiled",
}


def why_not_ready() -> str:
    """Empty where the register can answer; else what is away. Without a cache it answers more slowly."""
    away: list[str] = []
    for check in (ANSWER, MIGRATIONS, TRANSLATIONS):
        if check.needs_database and away:
            continue
        if any(line.level == "error" for line in bounded(check)):
            away.append(NEEDED[check.part])
    return ", ".join(away)


def why_slow() -> str:
    """What is away without which the register still answers."""
    is_silent = any(line.level == "error" for line in bounded(CACHE))
    return NEEDED[caches.PART] if is_silent else ""
