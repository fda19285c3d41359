"""Command: draw the citations that second readers check in a month."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from relations.errors import Problem
from relations.revisions.sampling import MOST_DRAWN, USUAL, Drawn, sample, this_month


class Command(BaseCommand):
    help = (
        "Draws citations of public records by lot and lists those that no second reader has checked yet."
        " The same month gives the same citations."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--month", default="", help="for example 2026-11; this month if not given")
        parser.add_argument(
            "--number", type=int, default=USUAL, help=f"how many are drawn: {USUAL}, at most {MOST_DRAWN}"
        )

    def handle(self, **options: Any) -> None:
        number = options["number"]
        if not 1 <= number <= MOST_DRAWN:
            raise CommandError(f"The number must be between 1 and {MOST_DRAWN}.", returncode=2)
        try:
            drawn = sample(options["month"] or this_month(), number)
        except Problem as problem:
            raise CommandError(str(problem), returncode=2) from problem
        left = [one for one in drawn if not one.check]
        for one in left:
            self.stdout.write(in_one_line(one))
        self.stdout.write(f"drawn: {len(drawn)}; not checked yet: {len(left)}")


def in_one_line(drawn: Drawn) -> str:
    """“agreements treaty-ru-uz: Vestnik 3, page 5: date”"""
    return f"{drawn.lot.slug} {drawn.lot.key}: {drawn.words}"
