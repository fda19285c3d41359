"""Command: import a sheet of one type."""

import hashlib
import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractUser
from django.core.management.base import BaseCommand, CommandError, CommandParser

from relations.catalog import ROWS
from relations.errors import Problem
from relations.imports.pipeline import load_long_sheet
from relations.imports.report import Report, refused
from relations.mapping.guessing import guess
from relations.mapping.recipe import Recipe
from relations.readers.sheet import read_file
from relations.rows.lookups import Lookups
from relations.rows.row_change import RowChange

if TYPE_CHECKING:
    from relations.imports.options import Watch

#: of the command line
Options = dict[str, Any]


class Command(BaseCommand):
    help = (
        "Imports one sheet, either all rows or none."
        " Exit code 0: stored (or would be stored); 1: rejected, with reasons; 2: wrong usage."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("type", choices=ROWS)
        parser.add_argument("file")
        parser.add_argument(
            "--sheet", default="", help="the sheet of a workbook (default: the first visible one)"
        )
        parser.add_argument(
            "--encoding", default="", help="the encoding of a text file (default: found by its letters)"
        )
        parser.add_argument(
            "--recipe", default="", help="read a foreign table by the answers of this JSON file"
        )
        parser.add_argument(
            "--write-recipe",
            default="",
            help="write what can be guessed of a foreign table to this file, and end",
        )
        parser.add_argument("--dry-run", action="store_true", help="check all rows but store nothing")
        parser.add_argument("--user", default="", help="the user for whom to import")
        parser.add_argument("--report", default="", help="write the report to this JSON file")
        parser.add_argument(
            "--publish",
            action="store_true",
            help="publish the imported records, and change public ones at once (the user needs permission);"
            " without it, changes of public records wait for approval",
        )
        parser.add_argument("--reason", default="", help="the reason for the changes, kept with each version")

    def handle(self, **options: Any) -> None:
        user = self.user_of(options)
        place = Path(options["report"]).resolve()
        if options["report"] and (place.is_dir() or not place.parent.is_dir()):
            raise CommandError(f"The report cannot be written to {options['report']}.", returncode=2)
        if options["write_recipe"]:
            self.write_recipe(options)
            return
        report = self.load(options, user)
        if options["report"]:
            Path(options["report"]).write_text(
                json.dumps(report.as_json(), ensure_ascii=False, indent=2), encoding="utf-8"
            )
        self.say(report)
        if report.is_rejected:
            raise SystemExit(1)

    def user_of(self, options: Options) -> AbstractUser | None:
        """The user of the import; None without one. Refuses what that user may not do."""
        resource = ROWS[options["type"]]
        user = get_user_model().objects.filter(username=options["user"], is_active=True).first()
        if options["user"] and not user:
            raise CommandError(f"There is no user “{options['user']}”.", returncode=2)
        if user and not resource.may_import(user):
            raise CommandError(f"The user “{user}” may not import {options['type']}.", returncode=2)
        if user and options["publish"] and not resource.may_publish(user):
            raise CommandError(f"The user “{user}” may not publish {options['type']}.", returncode=2)
        return user

    def load(self, options: Any, user: AbstractUser | None) -> Report:
        path = Path(options["file"])
        if not path.is_file():
            raise CommandError(f"There is no file {path}.", returncode=2)
        recipe = self.recipe_of(options)
        try:
            name = options["sheet"] or (recipe.sheet if recipe else "")
            sheet = read_file(path, name, options["encoding"] or (recipe.encoding if recipe else ""))
        except Problem as problem:
            sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
            about = {
                "type": options["type"],
                "file": path.name,
                "dry_run": options["dry_run"],
                "sha256": sha256,
            }
            return refused(problem, **about)
        resource = ROWS[options["type"]]
        details = {
            "dry_run": options["dry_run"],
            "publish": options["publish"],
            "file_name": path.name,
            "user": user,
            "proposes": not options["publish"],
            "reason": options["reason"],
            "may_quote": user is None or resource.may_quote(user),
            "keep_batch": True,
            "watch": self.watch(sheet.expected),
        }
        return load_long_sheet(resource, sheet, recipe, **details)

    def recipe_of(self, options: Any) -> Recipe | None:
        """The recipe of the command line; None without one. What is none of this type is wrong usage."""
        if not options["recipe"]:
            return None
        path = Path(options["recipe"])
        if not path.is_file():
            raise CommandError(f"There is no file {path}.", returncode=2)
        try:
            recipe = Recipe.parse(path.read_text(encoding="utf-8"))
        except (Problem, UnicodeDecodeError) as error:
            raise CommandError(f"{path.name}: {error}", returncode=2) from error
        if recipe.type != options["type"]:
            raise CommandError(f"{path.name} is a recipe for {recipe.type}.", returncode=2)
        return recipe

    def write_recipe(self, options: Any) -> None:
        """Writes what the table itself says of how it is read, to be corrected by hand."""
        sheet = read_file(Path(options["file"]), options["sheet"])
        found = guess(ROWS[options["type"]], sheet, Lookups()).recipe
        Path(options["write_recipe"]).write_text(found.as_text(), encoding="utf-8")
        self.stdout.write(f"The recipe was written to {options['write_recipe']}. Check it before you use it.")

    def watch(self, expected: int) -> "Watch":
        """Shows the progress on a terminal."""
        began = time.monotonic()

        def tell(report: Report, drafts: Sequence[RowChange]) -> None:
            if not self.stderr.isatty():
                return
            expects = max(expected, report.rows)
            left = (time.monotonic() - began) * (expects - report.rows) / max(report.rows, 1)
            self.stderr.write(f"\r{report.rows} of about {expects} rows, {left:.0f} s left   ", ending="")
            if report.rows >= expects:
                self.stderr.write("")

        return tell

    def say(self, report: Report) -> None:
        for finding in report.errors:
            self.stderr.write(str(finding))
        counts = f"{report.rows} rows: {report.created} new, {report.updated} changed, {report.unchanged} unchanged"
        self.stdout.write(
            f"{report.outcome}; {counts}, {len(report.errors)} errors, {len(report.warnings)} warnings"
        )
        if report.proposed and not report.is_rejected:
            self.stdout.write(
                f"{report.proposed} of the changed rows are public: their changes wait for approval."
            )
