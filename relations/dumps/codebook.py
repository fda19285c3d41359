"""Codebook of a dump: a table that describes every column of every file, in the words of the import
templates.
"""

from collections.abc import Iterable, Iterator

from django.db.models import BooleanField

from relations.dumps.described import Described
from relations.dumps.history import History
from relations.dumps.tables import Table
from relations.rows.citation_parts import Part
from relations.rows.columns import Choice, Column, Lines, Number, PeriodColumn, Reference, Whole
from relations.rows.related_columns import RelatedColumn
from relations.writers.template import choices_of, help_of, in_both

HEAD = (
    "file", "column", "label_ru", "label_en", "meaning_ru", "meaning_en", "kind", "code", "code_ru", "code_en",
)  # fmt: skip
#: the first that matches; all others are text
KINDS = (
    ((Lines, RelatedColumn, Part), "list"),
    (PeriodColumn, "date"),
    (Choice, "code"),
    (Whole, "integer"),
    (Number, "number"),
    (Reference, "reference"),
)
SILENT = {"ru": "", "en": ""}


def kind_of(column: Column) -> str:
    """list, date (EDTF), code, integer, number, reference (a key or code of another table), boolean or text.

    Of what is told beside the records also moment (ISO 8601) and json.
    """
    if isinstance(column, Described):
        return column.kind
    if isinstance(getattr(column, "field", None), BooleanField):
        return "boolean"
    return next((kind for kinds, kind in KINDS if isinstance(column, kinds)), "text")


def codebook_rows(tables: Iterable[Table | History]) -> Iterator[list[str]]:
    """A line a column; a coded column has one for each of its codes."""
    for table in tables:
        for column in table.columns():
            yield from lines_of(f"{table.slug}.csv", column)


def lines_of(file: str, column: Column) -> Iterator[list[str]]:
    labels, meaning = in_both(lambda: str(column.label)), in_both(lambda: help_of(column))
    own = [file, column.name, labels["ru"], labels["en"], meaning["ru"], meaning["en"], kind_of(column)]
    for code, label in choices_of(column) or [("", SILENT)]:
        yield [*own, code, label["ru"], label["en"]]
