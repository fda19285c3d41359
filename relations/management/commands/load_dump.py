"""Command: rebuild an empty register from a dump."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError

from relations.dumps.rebuilding import load_dump
from relations.errors import Problem


class Command(BaseCommand):
    help = (
        "Loads a dump into an empty register: reference data, sources, records, their public versions, corrections"
        " and redirects. Everything is public; all is stored or nothing. Exit code 0: loaded, or the register has"
        " exactly these rows already; 1: refused; 2: wrong usage."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="a zip that dump_register has written")

    def handle(self, **options: Any) -> None:
        path = Path(options["file"])
        if not path.is_file():
            raise CommandError(f"There is no file {path}.", returncode=2)
        try:
            loaded = load_dump(path, self.tell)
        except Problem as problem:
            raise CommandError(str(problem)) from problem
        except OperationalError as error:
            raise CommandError(
                f"The dump cannot be loaded: {str(error).strip()}. Nothing was stored."
            ) from error
        if not loaded.rows:
            self.stdout.write(f"The register has the rows of {path.name} already; nothing was loaded.")
            return
        self.stdout.write(
            f"{path.name} is loaded: {', '.join(f'{n} {slug}' for slug, n in loaded.rows.items())}"
        )

    def tell(self, slug: str, number: int) -> None:
        if self.stderr.isatty():
            self.stderr.write(f"{slug}: {number}")
