"""Import template of a type: a workbook with headings in both languages, drop-downs, an example and a
codebook.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import BinaryIO, NamedTuple

import xlsxwriter
from django.utils.translation import gettext as _
from django.utils.translation import override
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from relations.catalog import BY_SLUG, REFERENCE
from relations.rows.bound_columns import BoundReasonColumn
from relations.rows.columns import Choice, Column, Number, PeriodColumn, Whole
from relations.rows.related_columns import Links, Participants
from relations.rows.resource import EXAMPLE_KEY, SheetResource

#: a text in both languages
InBoth = dict[str, str]


class Heading(NamedTuple):
    """The canonical name of a column, its label in both languages, and the column."""

    name: str
    labels: InBoth
    column: Column


#: rows that get a drop-down; more can be pasted below
LISTED_ROWS = 1000
SOURCE_EXAMPLE = {
    "type": "article-newspaper", "title": "Название статьи", "author": "Автор А. А.", "issued": "2024-05-27",
}  # fmt: skip
CITED = {
    "source_title": "Название статьи",
    "source_url": "https://example.org/article",
    "source_date": "27.05.2024",
    "source_type": "webpage",
    "locator": "paragraph 1",
}


def write_template(stream: BinaryIO, resource: type[SheetResource]) -> None:
    """Writes the xlsx template of a resource to a binary stream."""
    with xlsxwriter.Workbook(stream, {"strings_to_urls": False, "strings_to_formulas": False}) as book:
        columns = headings_of(resource)
        sheet = book.add_worksheet(resource.slug)
        codebook = book.add_worksheet("codebook")
        formats = {name: book.add_format(look) for name, look in LOOKS.items()}
        write_headings(sheet, columns, formats)
        ranges = write_codebook(codebook, resource, columns, formats)
        for index, (name, _labels, _column) in enumerate(columns):
            if name in ranges:
                sheet.data_validation(
                    3, index, 2 + LISTED_ROWS, index, {"validate": "list", "source": ranges[name]}
                )


LOOKS = {
    "label": {"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#E6F0F1"},
    "name": {"font_color": "#555F69", "bottom": 1},
    "example": {"italic": True, "font_color": "#555F69"},
    "wrapped": {"text_wrap": True, "valign": "top"},
}


def headings_of(resource: type[SheetResource]) -> list[Heading]:
    """The headings of a type, with those of the columns that describe a new source."""
    found = [Heading(column.name, in_both(label_of(column)), column) for column in resource.columns()]
    if resource.citations:
        described = resource.citations.description()
        source = in_both(lambda: _("new source"))
        for column in described:
            own = in_both(label_of(column))
            labels = {language: f"{source[language]}: {own[language]}" for language in own}
            found.append(Heading(f"source_{column.name}", labels, column))
    return found


def label_of(column: Column) -> Callable[[], str]:
    return lambda: str(column.label)


def in_both(words: Callable[[], str]) -> InBoth:
    texts = {}
    for language in ("ru", "en"):
        with override(language):
            texts[language] = words()
    return texts


def write_headings(sheet: Worksheet, columns: Sequence[Heading], formats: dict[str, Format]) -> None:
    """Rows 1 and 2: labels in Russian and English; row 3: canonical names; row 4: the example."""
    example = {"key": EXAMPLE_KEY, **example_of(sheet.get_name())}
    sheet.freeze_panes(3, 2)
    sheet.set_row(0, 45)
    sheet.set_row(1, 45)
    for index, (name, labels, column) in enumerate(columns):
        sheet.set_column(index, index, 30 if "title" in name or "summary" in name else 18)
        sheet.write(0, index, labels["ru"], formats["label"])
        sheet.write(1, index, labels["en"], formats["label"])
        sheet.write(2, index, name, formats["name"])
        sheet.write(3, index, example.get(name, ""), formats["example"])
        if help_text := explained(column):
            sheet.write_comment(
                2, index, f"{help_text['ru']}\n\n{help_text['en']}", {"x_scale": 2, "y_scale": 1.5}
            )


def example_of(slug: str) -> dict[str, str]:
    """{column: cell} of the example row; of a record with the source that it cites."""
    if slug in REFERENCE:
        return REFERENCE[slug].example
    return BY_SLUG[slug].example | CITED if slug in BY_SLUG else SOURCE_EXAMPLE


def explained(column: Column) -> InBoth | None:
    """What to write into a column, in both languages; None where the label suffices."""

    texts = in_both(lambda: " ".join(text for text in (help_of(column), str(kind_of(column))) if text))
    return texts if texts["en"] else None


def help_of(column: Column) -> str:
    """The help text of the model for a column, in the reader's language."""
    return str(getattr(column, "help_text", "") or "")


def kind_of(column: Column) -> str:
    if isinstance(column, PeriodColumn):
        return _(
            "A date, as precise as it is known: 2009, 2009-09, 25.05.1993, 2018-10-24/2018-10-26, около 2014."
        )
    if isinstance(column, Choice):
        return _("One of the values in the codebook.")
    if isinstance(column, BoundReasonColumn):
        return _("“text”, “source”, or the key of an earlier or later event.")
    if isinstance(column, Links):
        return _("Keys of records, separated by semicolons.")
    if isinstance(column, Participants):
        return _("Codes, keys or names, separated by semicolons.")
    return _("A number.") if isinstance(column, (Number, Whole)) else ""


def write_codebook(
    sheet: Worksheet, resource: type[SheetResource], columns: Sequence[Heading], formats: dict[str, Format]
) -> dict[str, str]:
    """Every column explained, with its values. Returns {name: range of its values} for the drop-downs."""
    sheet.set_column(0, 0, 22)
    sheet.set_column(1, 4, 34)
    heads = ("column", "столбец", "in English", "что писать", "what to write", "code", "значение", "value")
    sheet.write_row(0, 0, heads, formats["label"])
    line = 1
    ranges: dict[str, str] = {}
    for name, labels, column in columns:
        texts = explained(column) or {"ru": "", "en": ""}
        sheet.write_row(
            line, 0, [name, labels["ru"], labels["en"], texts["ru"], texts["en"]], formats["wrapped"]
        )
        values = choices_of(column)
        for offset, (code, label) in enumerate(values):
            sheet.write_row(line + offset, 5, [code, label["ru"], label["en"]])
        if values:
            ranges[name] = f"=codebook!$F${line + 1}:$F${line + len(values)}"
        line += max(len(values), 1)
    return ranges


def choices_of(column: Column) -> list[tuple[str, InBoth]]:
    """[(code, {"ru", "en"} labels)] of a coded column."""
    if not isinstance(column, Choice) or column.field is None:
        return []
    return [(code, in_both(partial(str, label))) for code, label in column.field.choices]
