"""What an import tells the person: one finding a cell, in both languages, and the counts."""

from dataclasses import dataclass, field

from relations.problems import Problem


@dataclass
class Finding:
    """One error or warning at one cell of the sheet as its author sees it."""

    sheet: str
    row: int | None
    column: str
    header: str
    value: str
    problem: Problem

    def as_json(self):
        """The shape that scripts rely on."""
        return {
            "sheet": self.sheet,
            "row": self.row,
            "column": self.column,
            "header": self.header,
            "value": self.value[:200],
            "code": self.problem.code,
            "message": self.problem.in_every_language(),
        }

    def __str__(self):
        where = f"{self.sheet}, {self.column}{self.row}" if self.row else self.sheet
        return f"{where}: {self.problem}" if where else str(self.problem)


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
    batch: int | None = None
    fingerprint: str = ""
    file_refused: bool = False
    errors: list = field(default_factory=list)
    warnings: list = field(default_factory=list)

    @property
    def is_rejected(self):
        return bool(self.errors)

    @property
    def outcome(self):
        if self.file_refused:
            return "rejected_file"
        if self.errors:
            return "rejected_rows"
        return "accepted_with_conversions" if self.warnings else "accepted"

    @property
    def bad_rows(self):
        """The numbers of rows with an error; None stands for an error of the sheet as a whole."""
        return {finding.row if finding.row != self.header_row else None for finding in self.errors}

    @property
    def good_rows(self):
        """How many rows could be stored without the bad ones; none where the sheet itself is at fault."""
        return 0 if None in self.bad_rows else self.rows - len(self.bad_rows)

    def error_groups(self):
        return grouped(self.errors)

    def warning_groups(self):
        return grouped(self.warnings)

    def as_json(self):
        counts = {name: getattr(self, name) for name in ("rows", "created", "updated", "unchanged")}
        return {
            "outcome": self.outcome,
            "type": self.type,
            "file": self.file,
            "sha256": self.sha256,
            "dry_run": self.dry_run,
            "batch": self.batch,
            **counts,
            "errors": [finding.as_json() for finding in self.errors],
            "warnings": [finding.as_json() for finding in self.warnings],
        }


@dataclass
class Group:
    """Findings of one cause: the same sentence about the same column."""

    header: str
    sentence: str
    code: str
    cells: list
    value: str

    @property
    def shown(self):
        return self.cells[:MOST_CELLS]

    @property
    def more(self):
        return len(self.cells) - len(self.shown)


MOST_CELLS = 30


def grouped(findings):
    """Groups of findings, the most frequent cause first. A conversion is one cause, whatever it made of each cell."""
    found = {}
    for finding in findings:
        sentence = str(finding.problem)
        cause = (
            finding.header,
            finding.problem.code,
            "" if finding.problem.code == "converted" else sentence,
        )
        if cause not in found:
            found[cause] = Group(finding.header, sentence, finding.problem.code, [], finding.value)
        found[cause].cells.append(f"{finding.column}{finding.row or ''}")
    return sorted(found.values(), key=lambda group: -len(group.cells))
