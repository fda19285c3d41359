"""Report of an import: findings by cell, in both languages, and the counts of rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from relations.errors import Problem
from relations.rows.row_change import RowChange

#: the most findings in a report, since an author corrects some and uploads the file again
MOST_FINDINGS = 10_000
#: from this length on, what a sentence quotes of a cell may be shortened
LONGEST_PART = 80
#: the code of near duplicates, which a report lists apart
NEAR_DUPLICATE = "duplicate.near"
#: the code of columns that are not read, which a page names together
IGNORED_COLUMN = "column.ignored"
#: how many rows an import has, and what it does with them; proposed ones are updated ones, too
COUNTS = ("rows", "created", "updated", "proposed", "unchanged")


@dataclass(slots=True)
class Finding:
    """One error or warning at one cell of the sheet as its author sees it."""

    sheet: str
    row: int | None
    column: str
    header: str
    value: str
    problem: Problem

    @property
    def part(self) -> str:
        """The one value that is meant, of a cell with several."""
        text = str(self.problem.params.get("text", ""))
        return text if text in self.value and len(text) < LONGEST_PART else self.value

    def as_json(self) -> dict[str, Any]:
        """The shape that scripts rely on."""
        return {
            "sheet": self.sheet,
            "row": self.row,
            "column": self.column,
            "header": self.header,
            "value": self.value[:200],
            "part": self.part,
            "code": self.problem.code,
            "message": self.problem.in_every_language(),
        }

    def __str__(self) -> str:
        where = ", ".join(filter(None, (self.sheet, f"{self.column}{self.row or ''}")))
        return f"{where}: {self.problem}" if where else str(self.problem)


def refused(problem: Problem, **about: Any) -> Report:
    """The Report of a file that cannot be read at all."""
    report = Report(**about)
    report.refuse(problem)
    return report


@dataclass
class Report:
    """The outcome of one import of one sheet."""

    type: str
    file: str = ""
    sha256: str = ""
    dry_run: bool = False
    header_row: int = 1
    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    published: int = 0
    #: of the updated ones, those that wait for approval
    proposed: int = 0
    batch: int | None = None
    fingerprint: str = ""
    file_refused: bool = False
    errors: list[Finding] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)
    #: the numbers of rows with an error; None is an error of the sheet as a whole
    bad_rows: set[int | None] = field(default_factory=set)
    #: the keys that rows would have about which somebody has decided
    decided: set[str] = field(default_factory=set)
    #: findings beyond the first MOST_FINDINGS of each kind
    left_out: dict[str, int] = field(default_factory=lambda: {"errors": 0, "warnings": 0})

    def refuse(self, problem: Problem) -> None:
        """The file cannot be read."""
        self.file_refused = True
        self.add(Finding("", None, "", "", "", problem))
        self.bad_rows.add(None)

    def count(self, changes: Sequence[RowChange]) -> None:
        """Adds the changes of some more rows."""
        self.rows += len(changes)
        self.created += sum(change.is_new for change in changes)
        self.updated += sum(change.is_changed for change in changes)
        self.unchanged = self.rows - self.created - self.updated
        self.proposed += sum(change.changes_public for change in changes)

    def add(self, finding: Finding, warning: bool = False) -> None:
        findings, kind = (self.warnings, "warnings") if warning else (self.errors, "errors")
        if finding.row in (None, self.header_row):
            findings.insert(0, finding)  # of the sheet as a whole: always included
        elif len(findings) < MOST_FINDINGS:
            findings.append(finding)
        else:
            self.left_out[kind] += 1

    def sort(self) -> None:
        """In the order of the sheet, since some findings appear only after all rows have been read."""
        for findings in (self.errors, self.warnings):
            findings.sort(key=lambda finding: finding.row or 0)

    @property
    def duplicates(self) -> int:
        return sum(finding.problem.code == NEAR_DUPLICATE for finding in self.warnings)

    @property
    def is_rejected(self) -> bool:
        return bool(self.errors)

    @property
    def outcome(self) -> str:
        if self.file_refused:
            return "rejected_file"
        if self.errors:
            return "rejected_rows"
        return "accepted_with_conversions" if self.warnings else "accepted"

    @property
    def good_rows(self) -> int:
        """How many rows could be stored without the faulty ones; none if the sheet itself is faulty."""
        return 0 if None in self.bad_rows else self.rows - len(self.bad_rows)

    def as_json(self, most: int | None = None) -> dict[str, Any]:
        """The shape that scripts rely on; at most `most` findings of each kind."""
        counts = {name: getattr(self, name) for name in COUNTS}
        return {
            "outcome": self.outcome,
            "type": self.type,
            "file": self.file,
            "sha256": self.sha256,
            "dry_run": self.dry_run,
            "batch": self.batch,
            **counts,
            "errors": [finding.as_json() for finding in self.errors[:most]],
            "warnings": [finding.as_json() for finding in self.warnings[:most]],
            "errors_left_out": self.left_out["errors"],
            "warnings_left_out": self.left_out["warnings"],
        }


#: {(value, sentence in English): the sentence in both languages}
Examples = dict[tuple[str, str], dict[str, str]]
#: cells and examples named of one cause; the marked file names them all
MOST_CELLS, MOST_EXAMPLES = 200, 12


def grouped(findings: Iterable[Finding], by_kind: bool = False) -> list[dict[str, Any]]:
    """Findings grouped by cause, as `grouped_again` does."""
    return grouped_again((finding.as_json() for finding in findings), by_kind)


def grouped_again(findings: Iterable[dict[str, Any]], by_kind: bool = False) -> list[dict[str, Any]]:
    """Findings as_json(), grouped by cause, the most frequent first: one of them, with `cells`, `count`, `examples`.

    The same message about the same column is one cause; with `by_kind` all columns that are not read are one. All
    conversions of a column are one cause, too, as is with `by_kind` whatever has the same code: `examples` contains
    some of them as [value, {language: sentence}]. What is likely a duplicate is listed by itself.
    """
    found: dict[tuple[str, str, str], tuple[dict[str, Any], dict[str, None], Examples]] = {}
    for finding in findings:
        if finding["code"] == NEAR_DUPLICATE:
            continue
        is_one = by_kind or finding["code"] == "converted"
        if by_kind and finding["code"] == IGNORED_COLUMN:
            finding = {**finding, "header": ""}
        cause = finding["header"], finding["code"], "" if is_one else finding["message"]["en"]
        first, cells, examples = found.setdefault(cause, (finding, {}, {}))
        # one label may be of several unfolded rows
        cells[f"{finding['column']}{finding['row'] or ''}"] = None
        if is_one and len(examples) < MOST_EXAMPLES:
            examples.setdefault((finding["value"], finding["message"]["en"]), finding["message"])
    groups = sorted(found.values(), key=lambda cause: -len(cause[1]))
    return [
        {**first, "cells": list(cells)[:MOST_CELLS], "count": len(cells), "examples": told(first, examples)}
        for first, cells, examples in groups
    ]


def told(first: dict[str, Any], examples: Examples) -> list[tuple[str, Any]]:
    """The examples of a cause; none where there is one, which says it itself."""
    is_said = len(examples) < 2 and first["code"] != "converted"
    return [] if is_said else [(value, message) for (value, _english), message in examples.items()]
