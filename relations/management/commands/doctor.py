"""Command: say what is wrong with this installation, and what to do."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from relations.doctor.examination import examine
from relations.doctor.lines import Line
from relations.operation import program_version


class Command(BaseCommand):
    help = (
        "Says what is wrong with this installation, and what to do."
        " Exit code 0: no errors (warnings are only said); 1: errors, with --strict also warnings."
    )
    #: what they look at is said here in a line of its own
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--full", action="store_true", help="compare all kept rows, not some of them")
        parser.add_argument("--json", action="store_true", help="write JSON instead of lines")
        parser.add_argument("--strict", action="store_true", help="warnings count as errors")

    def handle(self, **options: Any) -> None:
        found = []
        for line in examine(options["full"]):
            found.append(line)
            if not options["json"]:
                self.say(line)
        levels = [line.level for line in found]
        errors, warnings = levels.count("error"), levels.count("warning")
        if options["json"]:
            self.stdout.write(as_json(found, errors, warnings))
        else:
            self.stdout.write(f"{errors} errors, {warnings} warnings.")
        if errors or (options["strict"] and warnings):
            raise SystemExit(1)

    def say(self, line: Line) -> None:
        style = {"ok": self.style.SUCCESS, "warning": self.style.WARNING, "error": self.style.ERROR}
        self.stdout.write(f"{style[line.level](f'{line.level:<8}')} {line.part}: {line.text}")
        if line.advice:
            self.stdout.write(f"{'':<8} → {line.advice}")


def as_json(found: list[Line], errors: int, warnings: int) -> str:
    said = {
        "version": program_version(),
        "at": timezone.now().isoformat(),
        "errors": errors,
        "warnings": warnings,
        "lines": [line.as_json() for line in found],
    }
    return json.dumps(said, ensure_ascii=False, indent=2)
