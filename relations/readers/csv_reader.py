"""Reader of csv files: detects the delimiter and reports unclosed quotes."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, partial
from itertools import chain, islice

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from relations.errors import Problem
from relations.registry import resources
from relations.text.cell_syntax import shown
from relations.text.normalize import fold

DELIMITERS = ";,\t|"
#: the number of characters used to detect the delimiter
SAMPLE = 200_000
SEP_LINE = re.compile(r"^sep=([^\w\"\r\n])\r?\n", re.IGNORECASE)
LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+")
#: how many rows are searched for the header, and how many are used to judge a delimiter
TOP, EVEN_ROWS = 30, 200

# The limit is one for the whole process, so it is set once; cells too long for their column are reported later.
csv.field_size_limit(max(csv.field_size_limit(), settings.MAX_UPLOAD_BYTES))


@dataclass(frozen=True)
class CsvTable:
    """The rows of a text as lists of cells, which can be iterated more than once."""

    text: str
    delimiter: str
    start: int

    def __iter__(self) -> Iterator[list[str]]:
        return csv_rows(self.text, self.delimiter, self.start)


def csv_table(text: str) -> CsvTable:
    """The rows of a text, split at the delimiter that `sep=` in the first line names, else at the best one."""
    if "\x00" in text:
        raise Problem(
            "file.unreadable", _("This is not a table: the file contains bytes that do not occur in text.")
        )
    stated = SEP_LINE.match(text)
    delimiter = stated[1] if stated else max(DELIMITERS, key=partial(fitness, text[:SAMPLE]))
    return CsvTable(text, delimiter, stated.end() if stated else 0)


def csv_rows(text: str, delimiter: str, start: int = 0) -> Iterator[list[str]]:
    """Lists of cells. Everything before `start` is one empty row."""
    if start:
        yield []
    most = settings.MOST_COLUMNS
    for row in records(Lines(text, start), delimiter, first=2 if start else 1):
        while len(row) > most and not row[-1]:  # millions of delimiters are not worth a copy
            row.pop()
        yield [shown(cell) for cell in row] if row else row


class Lines:
    """The lines of a text one by one; `held` counts those of the row being read, whose first is `line`."""

    def __init__(self, text: str, start: int) -> None:
        self.left = LINE.finditer(text, start)
        self.held, self.line, self.ended = 0, "", False

    def __iter__(self) -> "Lines":
        return self

    def __next__(self) -> str:
        match = next(self.left, None)
        if match is None:
            self.ended = True
            raise StopIteration
        self.held += 1
        if self.held == 1:
            self.line = match[0]
        return match[0]


def records(lines: Lines, delimiter: str, first: int) -> Iterator[list[str]]:
    """Rows of cells. An unclosed quotation mark is refused, because it would swallow the rows below it."""
    reader, number = csv.reader(lines, delimiter=delimiter, strict=True), first
    while True:
        lines.held = 0
        try:
            row = next(reader, None)
        except csv.Error as error:
            if lines.ended or lines.held > 1:
                message = _("The quotation mark opened in row %(row)d is not closed at the end of its cell.")
                raise Problem("csv.quote", message, row=number) from error
            # Text after a closing quotation mark is read as in a spreadsheet.
            row = lenient(lines.line, delimiter, number)
        if row is None:
            return
        yield row
        number += 1


def lenient(line: str, delimiter: str, number: int) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter))
    except csv.Error as error:
        message = _("Row %(row)d could not be read as a row of a table.")
        raise Problem("file.unreadable", message, row=number) from error


def fitness(sample: str, delimiter: str) -> tuple[int, int, int]:
    """Rates the table that a delimiter gives: (how far up the header is, how many cells, how even)."""
    try:
        reader = csv.reader(Lines(sample, 0), delimiter=delimiter)
        rows = list(islice(filter(any, reader), EVEN_ROWS))
    except csv.Error:
        return -TOP, 0, 0
    if not rows:  # only delimiters
        return -TOP, 0, 1
    known = [known_in(row) for row in rows[:TOP]]
    # The uppermost row, not the fullest, because cells below may list names of columns, too.
    at = next((at for at, number in enumerate(known) if number > 1), TOP)
    if at < TOP:
        return -at, known[at], evenness(rows)
    if any(number and len(row) == 1 for number, row in zip(known, rows, strict=False)):
        # In a table of one column, what splits it further is not a delimiter.
        return -TOP, 1, -sum(map(bool, chain.from_iterable(rows)))
    return -TOP, max(known), evenness(rows)


def known_in(row: list[str]) -> int:
    return sum(fold(cell) in all_headings() for cell in row)


@cache
def all_headings() -> frozenset[str]:
    """The folded headings of all types: their names, and their labels in both languages."""
    return frozenset(chain.from_iterable(schema.known_headings() for schema in resources()))


def evenness(rows: list[list[str]]) -> int:
    """How many rows have the usual number of cells, times that number less one."""
    widths = [len(row) for row in rows]
    usual = max(set(widths), key=widths.count, default=0)
    return widths.count(usual) * (usual - 1)
