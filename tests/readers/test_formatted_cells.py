"""Cells of workbooks are read as their author sees them."""

import io
from datetime import date

import openpyxl
import pytest
import xlsxwriter

from relations.errors import Problem
from relations.readers.number_formats import make_of
from relations.readers.sheet import read_sheet
from relations.rows.cells import refuse_controls
from relations.writers.formats import encoded_rows
from tests.helpers.sheets import styled, workbook


def test_cells_of_a_workbook_become_the_text_their_author_sees():
    sheet = read_sheet(workbook([["date", "number", "share", "flag"], [date(2009, 9, 5), 16500, 6.5, True]]))
    assert list(sheet.rows)[0].cells == ["2009-09-05", "16500", "6.5", "TRUE"]


def test_dates_of_both_calendars_of_excel_are_the_same_days():
    def fill(book, sheet):
        sheet.write(0, 0, "date")
        sheet.write_datetime(1, 0, date(2009, 9, 5), book.add_format({"num_format": "dd.mm.yyyy"}))

    for options in ({}, {"date_1904": True}):
        assert next(iter(read_sheet(styled(fill, **options)).rows)).cells == ["2009-09-05"]


def formatted(value, number_format, formula=None, result=None):
    """A workbook whose second row holds one cell in this format."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        sheet = book.add_worksheet()
        sheet.write("A1", "key")
        form = book.add_format({"num_format": number_format})
        if formula:
            sheet.write_formula("A2", formula, form, result)
        else:
            sheet.write("A2", value, form)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("value", "number_format", "seen"),
    [
        (0.25, "0%", "25%"),
        (0.255, "0.0%", "25.5%"),
        (0.25, "0.00", "0.25"),
        (date(1993, 5, 25), "dd.mm.yyyy", "1993-05-25"),
        (date(1993, 5, 25), "mmm yyyy", "1993-05"),
        (date(1993, 5, 25), "mmmm yyyy", "1993-05"),
        (date(1993, 5, 25), "yyyy", "1993"),
        (date(1993, 5, 25), "d mmmm yyyy", "1993-05-25"),
        (date(1993, 5, 25), "[$-419]mmmm yyyy;@", "1993-05"),
    ],
)
def test_a_cell_is_read_as_its_author_sees_it_and_not_more_precisely(value, number_format, seen):
    assert next(iter(read_sheet(formatted(value, number_format)).rows)).cells == [seen]


def test_the_error_of_a_formula_is_an_error_and_not_an_empty_cell():
    assert next(iter(read_sheet(formatted(0, "0", "=1/0", "#DIV/0!")).rows)).cells == ["#DIV/0!"]
    with pytest.raises(Problem) as caught:
        refuse_controls("#DIV/0!")
    assert caught.value.code == "cell.error"


def test_a_formula_without_a_calculated_value_is_an_error_and_not_an_empty_cell():
    book = openpyxl.Workbook()
    book.active.append(["key"])
    book.active.append(["=1+1"])
    stream = io.BytesIO()
    book.save(stream)
    (row,) = read_sheet(stream.getvalue()).rows
    with pytest.raises(Problem) as caught:
        refuse_controls(row.cells[0])
    assert caught.value.code == "cell.uncalculated"


@pytest.mark.parametrize(
    ("value", "number_format", "seen"),
    [
        (12.345678, "0.00%", "1234.5678%"),
        (1234.5678, "0%", "123456.78%"),
        (5, r"0\%", "5%"),
        (5, '0"%"', "5%"),
        (0.00001, "0%", "0.001%"),
    ],
)
def test_per_cent_keeps_its_digits_and_its_sign(value, number_format, seen):
    assert next(iter(read_sheet(formatted(value, number_format)).rows)).cells == [seen]


@pytest.mark.parametrize(
    ("value", "number_format", "seen"),
    [
        (18_500_000, '0.0,," млн"', "18.5 млн"),
        (18_512_345, '0.0,," млн"', "18.512345 млн"),
        (18_500_000, "0.0,,", "18.5"),
        (16.5, '0" тыс."', "16.5 тыс."),
        (5, '"Н/Д"', "Н/Д"),
        (1234, "[$$-409]#,##0", "$1234"),
        (-1234, "[$$-409]#,##0_);([$$-409]#,##0)", "-$1234"),
        (1234.5, '#,##0.00 "₽"', "1234.5 ₽"),
        (1234.5, '_-* #,##0.00\\ "₽"_-;\\-* #,##0.00\\ "₽"_-;_-* "-"??\\ "₽"_-;_-@_-', "1234.5 ₽"),
        (5, "[$€-2] #,##0", "€ 5"),
        (5, "[$USD] 0", "USD 5"),
        (2_500_000, '[>=1000000]0.0,," млн";[>=1000]0.0," тыс.";0', "2.5 млн"),
        (2_500, '[>=1000000]0.0,," млн";[>=1000]0.0," тыс.";0', "2.5 тыс."),
        (25, '[>=1000000]0.0,," млн";[>=1000]0.0," тыс.";0', "25"),
    ],
)
def test_the_scale_the_words_and_the_sign_of_a_number_format_are_part_of_the_figure(
    value, number_format, seen
):
    assert next(iter(read_sheet(formatted(value, number_format)).rows)).cells == [seen]


@pytest.mark.parametrize(
    ("value", "number_format", "seen"),
    [
        (-5, "General;[Red]-General", "-5"),
        (-5, "#,##0_);(#,##0)", "-5"),
        (0, '#,##0;-#,##0;"-"', "0"),
        (1234.5678, "# ##0.00", "1234.5678"),
        (123456, "0.00E+00", "123456"),
        (0.5, "# ?/?", "0.5"),
        (5, "0;;;@", "5"),
    ],
)
def test_a_format_that_shows_the_number_itself_leaves_it_as_it_is(value, number_format, seen):
    assert next(iter(read_sheet(formatted(value, number_format)).rows)).cells == [seen]


def test_a_number_that_its_format_hides_is_an_empty_cell():
    def fill(book, sheet):
        sheet.write_row(0, 0, ["key", "value"])
        sheet.write(1, 0, "a")
        sheet.write(1, 1, 0, book.add_format({"num_format": "0;;;@"}))

    assert next(iter(read_sheet(styled(fill)).rows)).cells == ["a"]


def test_figures_are_numbers_in_a_workbook_where_the_number_is_just_the_text():
    rows = [
        ["a", "961", "14052.644309"],
        ["b", "007", "1e5"],
        ["c", "", "0.1234567890123456789"],
        ["d", "-8", "12,5"],
    ]
    book = b"".join(encoded_rows(["key", "value", "value_to"], rows, "xlsx"))
    found = openpyxl.load_workbook(io.BytesIO(book)).active.iter_rows(min_row=2, values_only=True)
    assert list(found) == [
        ("a", 961, 14052.644309),
        ("b", "007", "1e5"),
        ("c", None, "0.1234567890123456789"),
        ("d", -8, "12,5"),
    ]


@pytest.mark.parametrize(
    "code",
    ["[a]" * 150 + '"', '"' * 499, "\\" * 501, "[" * 500, ";" * 500, "0" * 500 + "e", "_", "[>x]0", "0;@"],
)
def test_a_format_that_is_no_format_harms_nobody(code):
    make = make_of(code)
    assert make is None or isinstance(make(5), (int, str))
