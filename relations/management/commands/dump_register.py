"""Command: write a dump of everything published."""

import time
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError
from django.utils import timezone

from relations.dumps.previous import Earlier, newest_before, opened
from relations.dumps.storage import Dump
from relations.dumps.tables import TABLES, Table
from relations.dumps.writer import Tell, write_dump
from relations.errors import Problem


class Command(BaseCommand):
    help = (
        "Writes all published records to register-YYYY-MM-DD.zip, with the changes since the previous dump."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--output", default="", help="the target directory (default: DUMPS_DIR)")
        parser.add_argument("--date", default="", help="the date of the dump, YYYY-MM-DD (default: today)")
        parser.add_argument(
            "--since", default="", help="the dump to compare with (default: the newest earlier one)"
        )

    def handle(self, **options: Any) -> None:
        directory, day = Path(options["output"] or settings.DUMPS_DIR), self.day_of(options["date"])
        with ExitStack() as stack:
            try:
                directory.mkdir(parents=True, exist_ok=True)
                earlier = self.earlier(directory, day, options["since"], stack)
                dump = write_dump(directory, day, earlier, self.watch())
            except (OSError, OperationalError) as error:  # the database sorts on the disk as well
                reason = getattr(error, "strerror", None) or str(error).strip()
                raise CommandError(f"The dump cannot be written to {directory}: {reason}.") from error
        self.say(directory, dump)

    def day_of(self, text: str) -> date:
        try:
            return date.fromisoformat(text) if text else timezone.localdate()
        except ValueError as error:
            raise CommandError(f"“{text}” is not a date. Write it as 2026-01-31.", returncode=2) from error

    def earlier(self, directory: Path, day: date, compared_with: str, stack: ExitStack) -> Earlier | None:
        if not compared_with:
            return newest_before(directory, day, stack, lambda problem: self.stderr.write(str(problem)))
        path = Path(compared_with)
        if not path.is_file():
            raise CommandError(f"There is no file {path}.", returncode=2)
        if path.resolve() == (directory / f"register-{day.isoformat()}.zip").resolve():
            raise CommandError("A dump cannot be compared with itself.", returncode=2)
        try:
            return stack.enter_context(opened(path))
        except Problem as problem:
            raise CommandError(str(problem)) from problem

    def watch(self) -> Tell:
        """Shows the progress on a terminal."""
        if not self.stderr.isatty():
            return lambda table, number: None
        began, totals = time.monotonic(), [table.entities().count() for table in TABLES]
        before = {table.slug: sum(totals[:i]) for i, table in enumerate(TABLES)}

        def tell(table: Table, number: int) -> None:
            done = before[table.slug] + number
            left = (time.monotonic() - began) * (sum(totals) - done) / max(done, 1)
            self.stderr.write(f"\r{done} of {sum(totals)} rows, {left:.0f} s left   ", ending="")

        return tell

    def say(self, directory: Path, dump: Dump) -> None:
        if self.stderr.isatty():
            self.stderr.write("")
        counts = ", ".join(f"{number} {kind}" for kind, number in (dump.changes or {}).items())
        since = f"since {dump.since}: {counts}" if dump.since else "the first dump"
        self.stdout.write(f"{directory / dump.name}: {dump.records} records, {dump.bytes} bytes; {since}")
