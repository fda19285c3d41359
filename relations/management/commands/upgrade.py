"""Command: from whatever version the database has to that of this program, in one step."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from config.serve import collect_static_files
from relations.backups.history import History, migrations_applied
from relations.backups.restoring import database_name, folder_of_database, refuse_without_space
from relations.management.progress import sentences
from relations.version import program_version


class Command(BaseCommand):
    help = (
        "Brings the database to the version of this program: looks whether that can be done, backs up, migrates,"
        " and does what a new version needs. Stop the server and the worker before. Can be repeated."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--no-backup", action="store_true", help="do not back up before (you have done it)"
        )
        parser.add_argument(
            "--no-verify",
            action="store_true",
            help="do not verify the backup, which takes as long as a restore",
        )
        parser.add_argument(
            "--identity", default="", metavar="FILE", help="the key by which the backup is verified"
        )

    def handle(self, **options: Any) -> None:
        with sentences(f"The database {database_name()} cannot be upgraded"):
            history = History.of(migrations_applied())
            refuse(history)
            refuse_without_room(backs_up=bool(history.applied) and not options["no_backup"])
        missing = history.missing()
        if history.applied and not options["no_backup"]:
            call_command(
                "backup", no_verify=options["no_verify"], identity=options["identity"], stdout=self.stdout
            )
        self.bring_up(missing)
        self.stdout.write(f"Upgraded to version {program_version()}. Start the server and the worker.")

    def bring_up(self, missing: list[str]) -> None:
        with sentences("The upgrade stopped. Restore the backup, or correct this and run it again"):
            if not settings.PREPARED:  # with the static files; where they are nothing can be written
                self.do("compile_translations")
            self.stdout.write(f"Migrations: {len(missing)}" + (f", to {missing[-1]}" if missing else ""))
            call_command("migrate", verbosity=0, interactive=False)
            self.do("prepare_database")
            self.do("create_roles")
            self.do("load_content")
            # a new version may have new columns or words; what is as it was before is not worth a pass over everything
            self.do("refresh_records", missing=not missing)
            if not settings.DEBUG and not settings.PREPARED:
                collect_static_files()
                self.stdout.write("collectstatic: done")

    def do(self, name: str, **options: Any) -> None:
        call_command(name, stdout=self.stdout, **options)
        self.stdout.write(f"{name}: done")


def refuse(history: History) -> None:
    """Before anything is touched."""
    if unknown := history.unknown():
        raise CommandError(
            f"The database {database_name()} is newer than this program ({program_version()}): it has the migration "
            f"{unknown[-1]}. Install the version that it belongs to, or a newer one; nothing was changed."
        )
    if gaps := history.gaps():
        raise CommandError(
            f"The database {database_name()} lacks the migration {gaps[0]}, but has later ones. No version leaves it "
            "so; restore a backup. Nothing was changed."
        )


def refuse_without_room(backs_up: bool) -> None:
    """A migration may write a table of SQLite anew; a backup, and the database in which it is tried, need room too."""
    size = size_of_database()
    refuse_without_space(folder_of_database(), 2 * size)
    if backs_up:
        refuse_without_space(existing(Path(settings.BACKUPS_DIR)), size)


def existing(folder: Path) -> Path:
    """The folder, or the next one above it that is there already."""
    return next(path for path in (folder, *folder.parents) if path.exists())


def size_of_database() -> int:
    """In bytes."""
    question = (
        "SELECT pg_database_size(current_database())"
        if connection.vendor == "postgresql"
        else "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
    )
    with connection.cursor() as cursor:
        cursor.execute(question)
        return int(cursor.fetchone()[0])
