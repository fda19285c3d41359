"""Command: apply the plausibility rules to all records."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from relations.catalog import RECORD_TYPES, RecordType
from relations.rules.findings import findings_of, stored, unanswered
from relations.rules.reference import Reference
from relations.rules.rule import RuleFinding


class Command(BaseCommand):
    help = (
        "Applies the plausibility rules to all records, whatever their state, and names what has no answer."
        " Exit code 0: no errors (hints are only named); 1: errors; 2: wrong usage."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--report", default="", help="write the findings to this JSON file")

    def handle(self, **options: Any) -> None:
        place = Path(options["report"]).resolve()
        if options["report"] and (place.is_dir() or not place.parent.is_dir()):
            raise CommandError(f"The report cannot be written to {options['report']}.", returncode=2)
        self.rows, self.answered = 0, 0
        self.errors: list[dict[str, Any]] = []
        self.warnings: list[dict[str, Any]] = []
        reference = Reference()
        for one in RECORD_TYPES:
            self.check_type(one, reference)
        if options["report"]:
            Path(options["report"]).write_text(
                json.dumps(self.report(), ensure_ascii=False, indent=2), encoding="utf-8"
            )
        self.stdout.write(
            f"checked {self.rows} records: {len(self.errors)} errors, {len(self.warnings)} hints,"
            f" {self.answered} answered"
        )
        if self.errors:
            raise SystemExit(1)

    def check_type(self, record_type: RecordType, reference: Reference) -> None:
        """All records of one type, a chunk at a time."""
        slug, model = record_type.slug, record_type.model
        for pks, rows in stored(model, list(model.objects.values_list("pk", flat=True))):
            found = findings_of(slug, rows, reference)
            left = unanswered(slug, pks, found)
            self.rows += len(rows)
            self.answered += sum(map(len, found)) - sum(map(len, left))
            for row, findings in zip(rows, left, strict=True):
                for one in findings:
                    self.take(slug, one, row.get(one.column, ""))

    def take(self, slug: str, finding: RuleFinding, value: str) -> None:
        kind = "error" if finding.is_error else "hint"
        self.stdout.write(f"{slug} {finding.key}: {kind} {finding.rule.code}: {finding.problem}")
        (self.errors if finding.is_error else self.warnings).append(as_json(slug, finding, value))

    def report(self) -> dict[str, Any]:
        """The shape of the report of an import."""
        outcome = "rejected_rows" if self.errors else "accepted"
        return {
            "outcome": outcome,
            "rows": self.rows,
            "answered": self.answered,
            "errors": self.errors,
            "warnings": self.warnings,
        }


def as_json(slug: str, finding: RuleFinding, value: str) -> dict[str, Any]:
    """The shape of a finding of an import; `sheet` is the type, and the record has a key, not a row number."""
    problem = finding.problem
    return {
        "sheet": slug,
        "row": None,
        "key": finding.key,
        "column": "",
        "header": finding.column,
        "value": value[:200],
        "code": problem.code,
        "message": problem.in_every_language(),
    }
