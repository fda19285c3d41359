"""Command: write synthetic records, to try the register at a given size, or take them away again."""

import re
from argparse import ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.db.models import ProtectedError

from relations.synthetic.content import Content
from relations.synthetic.removing import are_there, remove
from relations.synthetic.writing import Sizes, generate

SUFFIXES = {"": 1, "k": 1_000, "m": 1_000_000}
MOST_FIGURES = 10_000_000
#: records between two lines that say how far it has got
TOLD_EVERY = 50_000


def number(text: str) -> int:
    """A number such as 300, 10k or 1m."""
    match = re.fullmatch(r"(\d{1,8})([km]?)", text.strip().lower())
    if not match:
        raise ArgumentTypeError(f"“{text}” is no number such as 10k, 100k or 1m.")
    return int(match[1]) * SUFFIXES[match[2]]


def share(text: str) -> float:
    try:
        found = float(text)
    except ValueError:
        found = -1
    if not 0 <= found <= 1:
        raise ArgumentTypeError(f"“{text}” is no share between 0 and 1.")
    return found


class Command(BaseCommand):
    help = (
        "Writes synthetic agreements, a twentieth as many forums and visits, and figures, always the same ones."
        " No versions are kept of them. They are not true: use it in a database of its own."
        " Exit code 2: wrong usage, reference data are missing, or synthetic records are there already."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--size", type=number, help="the number of agreements: 10k, 100k, 1m")
        what.add_argument("--remove", action="store_true", help="delete all synthetic records")
        parser.add_argument(
            "--figures",
            type=number,
            help="the number of figures, at most 10m (default: as many as agreements)",
        )
        parser.add_argument("--drafts", type=share, default=0.0, help="the share of records that stay drafts")
        parser.add_argument(
            "--more", action="store_true", help="add what is missing to synthetic records that are there"
        )
        parser.add_argument(
            "--processes",
            type=int,
            default=1,
            help="write in this many processes at once (PostgreSQL)",
        )

    def handle(self, **options: Any) -> None:
        if options["remove"]:
            self.remove()
            return
        figures = options["size"] if options["figures"] is None else options["figures"]
        if max(figures, options["size"]) > MOST_FIGURES:
            raise CommandError("There can be at most 10m agreements and 10m figures.", returncode=2)
        if missing := Content().missing():
            listed = ", ".join(missing[:10])
            raise CommandError(
                f"Run load_content first: the register lacks reference data that synthetic records need ({listed}).",
                returncode=2,
            )
        if are_there() and not options["more"]:
            raise CommandError(
                "There are synthetic records already. Add what is missing with --more, or delete them with --remove.",
                returncode=2,
            )
        processes = max(options["processes"], 1)
        if processes > 1 and connection.vendor == "sqlite":
            raise CommandError(
                "SQLite lets one process write at a time: leave out --processes.", returncode=2
            )
        generate(Sizes(options["size"], figures, options["drafts"]), self.tell, processes)

    def remove(self) -> None:
        try:
            removed = remove()
        except ProtectedError as error:
            others = ", ".join(sorted(map(str, error.protected_objects))[:5])
            raise CommandError(
                f"Other records refer to synthetic sources or indicators: {others}."
            ) from error
        self.stdout.write(f"{removed} removed")

    def tell(self, slug: str, written: int) -> None:
        if written % TOLD_EVERY == 0:
            self.stdout.write(f"{slug}: {written}")
