"""Parts of a cell that are raised, lowered or struck out are not read as if they stood in the line."""

import io

import openpyxl
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

from relations.readers.sheet import read_sheet
from tests.helpers.sheets import styled


def rich(*parts):
    """A sheet whose second row has a text of parts: a text, or a text with its format."""

    def fill(book, sheet):
        sheet.write_row(0, 0, ["key", "value"])
        sheet.write(1, 0, "a")
        flat = []
        for part in parts:
            text, form = part if isinstance(part, tuple) else (part, None)
            flat += [book.add_format(form), text] if form else [text]
        sheet.write_rich_string(1, 1, *flat)

    return read_sheet(styled(fill))


def read(sheet):
    return next(iter(sheet.rows)).cells[1:]


def remarks(sheet):
    return [(row, column, problem.code) for row, column, problem in sheet.remarks]


RAISED, LOWERED, STRUCK = {"font_script": 1}, {"font_script": 2}, {"font_strikeout": True}


@pytest.mark.parametrize(
    ("parts", "seen"),
    [
        (("18,5", ("2", RAISED)), "18,5²"),
        (("199", ("1", RAISED)), "199¹"),
        (("18,5", ("12)", RAISED)), "18,5¹²⁾"),
        (("18,5", ("а", RAISED)), "18,5⁽а⁾"),
        (("18,5", ("*", RAISED)), "18,5*"),
        (("5·10", ("6", RAISED)), "5·10⁶"),
        (("CO", ("2", LOWERED), " в год"), "CO₂ в год"),
        (("Договор", ("1", RAISED), " о дружбе"), "Договор¹ о дружбе"),
    ],
)
def test_a_raised_part_stays_a_mark(parts, seen):
    sheet = rich(*parts)
    assert read(sheet) == [seen]
    assert not sheet.remarks


def test_what_is_struck_out_in_part_is_left_out_and_said():
    sheet = rich(("18,5", STRUCK), " 19,5")
    assert read(sheet) == ["19,5"]
    assert remarks(sheet) == [(2, 1, "cell.struck")]
    assert "18,5" in str(sheet.remarks[0].problem)


@pytest.mark.parametrize("value", ["старое", 18.5])
def test_a_cell_that_is_struck_out_as_a_whole_is_empty_and_said(value):
    def fill(book, sheet):
        sheet.write_row(1, 1, ["key", "value"])
        sheet.write(2, 1, "a")
        sheet.write(2, 2, value, book.add_format(STRUCK))
        sheet.write_blank(3, 2, None, book.add_format(STRUCK))

    sheet = read_sheet(styled(fill))
    assert next(iter(sheet.rows)).cells == ["", "a"]
    assert remarks(sheet) == [(3, 2, "cell.struck")]
    assert str(value) in str(sheet.remarks[0].problem)


def test_a_text_kept_in_the_cell_itself_is_read_alike():
    book = openpyxl.Workbook(write_only=False)
    book.active.append(["key", "value"])
    marked = CellRichText("18,5", TextBlock(InlineFont(vertAlign="superscript"), "2"))
    book.active.append(["a", marked])
    book.active.append(
        ["b", CellRichText(TextBlock(InlineFont(strike=True), "1"), TextBlock(InlineFont(strike=False), "2"))]
    )
    stream = io.BytesIO()
    book.save(stream)
    assert [row.cells for row in read_sheet(stream.getvalue()).rows] == [["a", "18,5²"], ["b", "2"]]


def test_how_a_text_is_pronounced_is_not_part_of_it():
    sheet = rich("東京", ("1", RAISED))
    assert read(sheet) == ["東京¹"]
