"""Command: put a backup in the place of the database."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from relations.backups.restoring import check_before, database_name, restore
from relations.management.progress import progress, sentences


class Command(BaseCommand):
    help = (
        "Restores a backup into the database of the settings, SQLite or PostgreSQL, whichever it came from."
        " All of it or nothing: what is interrupted leaves the database as it was."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="a file that manage.py backup has written")
        parser.add_argument(
            "--replace", action="store_true", help="delete what is in the database; asks for its name"
        )
        parser.add_argument("--yes", action="store_true", help="with --replace: do not ask")
        parser.add_argument("--identity", default="", metavar="FILE", help="the key that decrypts (age)")

    def handle(self, **options: Any) -> None:
        path, identity = Path(options["file"]), options["identity"]
        if not path.is_file():
            raise CommandError(f"There is no file {path}.", returncode=2)
        with sentences(f"{path} cannot be restored"):
            checked = check_before(path, identity, options["replace"])
        if options["replace"] and not options["yes"]:
            self.ask()
        failed = f"{path} could not be restored, and the database is as it was"
        with sentences(failed), progress(self.stderr, "restored") as tell:
            restore(path, checked, identity, tell)
        manifest = checked.manifest
        self.stdout.write(
            f"Restored into {database_name()}: {checked.rows} rows of {manifest.at}, from version {manifest.program}."
            " Restart the server and the worker."
        )

    def ask(self) -> None:
        """Deleting everything takes more than a key pressed by mistake."""
        name = database_name()
        if not sys.stdin.isatty():
            raise CommandError(
                "--replace deletes what is in the database. Without a terminal it needs --yes."
            )
        if input(f"Everything in the database {name} will be deleted. Type its name: ").strip() != name:
            raise CommandError("This is not its name, so nothing was changed.")
