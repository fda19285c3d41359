"""A cell of an .ods workbook is read as it is shown, as in .xlsx."""

import io
import zipfile

import pytest

from relations.errors import Problem
from relations.readers.sheet import read_sheet

SPACES = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    ' xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"'
    ' xmlns:number="urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0"'
    ' xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
)
LOOKS = (
    ("up", "text", 'style:text-position="super 58%"'),
    ("out", "text", 'style:text-line-through-style="solid"'),
    ("gone", "table-cell", 'style:text-line-through-style="solid"'),
    ("bold", "text", 'style:text-line-through-style="none"'),
)
STYLES = "".join(
    f'<style:style style:name="{name}" style:family="{family}"><style:text-properties {look}/></style:style>'
    for name, family, look in LOOKS
)


FORMATS = "<number:number-style><number:number/><number:text> </number:text></number:number-style>"


def ods(rows, columns="", doctype=""):
    """A workbook whose rows are this XML; the first holds the headings key and value."""
    looks = (STYLES if "style-name" in rows else "") + (FORMATS if 'value-type="float"' in rows else "")
    head = f"<table:table-row>{text('key')}{text('value')}</table:table-row>"
    content = (
        f'<?xml version="1.0"?>{doctype}<office:document-content {SPACES}>'
        f"<office:automatic-styles>{looks}</office:automatic-styles><office:body><office:spreadsheet>"
        f'<table:table table:name="L">{columns}{head}{rows}</table:table>'
        f'<table:table table:name="M"><table:table-row>{text("a")}</table:table-row></table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr("content.xml", content)
        kind = 'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"'
        package.writestr("META-INF/manifest.xml", f"<manifest:manifest {kind}/>")
    return stream.getvalue()


def cell(attributes, shown):
    return f"<table:table-cell {attributes}><text:p>{shown}</text:p></table:table-cell>"


def text(shown):
    return cell('office:value-type="string"', shown)


def number(value, shown, kind="float", more=""):
    return cell(f'office:value-type="{kind}" office:value="{value}" {more}', shown)


def row(*cells, attributes=""):
    return f"<table:table-row {attributes}>{''.join(cells)}</table:table-row>"


def read(*cells):
    return next(iter(read_sheet(ods(row(text("a"), *cells))).rows)).cells[1:]


def remarks(sheet):
    return [
        (row, column, problem.code)
        for row, column, problem in sheet.remarks
        if problem.code != "sheet.others"
    ]


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        (number(0.075, "7,5%", "percentage"), "7.5%"),
        (number(0.07512, "8%", "percentage"), "7.512%"),
        (number(1234.5, "1 234,50 ₽", "currency", 'office:currency="RUB"'), "RUB 1234.5"),
        (number(-1234, "-$1,234", "currency", 'office:currency="USD"'), "-USD 1234"),
        (number(1234, "$1,234", "currency"), "$1234"),
        (number(16.5, "16,5 тыс."), "16.5 тыс."),
        (number(18500000, "18,5 млн"), "18.5 млн"),
        (number(18512345, "18,5"), "18.512345"),
        (number(1234.567, "1.234,57"), "1234.567"),
        (number(1234567, "1,234,567"), "1234567"),
        (number(5, "(5)"), "5"),
        (number(123456, "1,23E+05"), "123456"),
        (number(0.5, "1/2"), "0.5"),
        (number(5, "Н/Д"), "Н/Д"),
        (number(5, "17"), "5"),
        (number(5, "1,2,3.4.5 штук"), "5"),
        (cell('office:value-type="date" office:date-value="1993-05-25"', "25.05.1993"), "1993-05-25"),
        (cell('office:value-type="date" office:date-value="1993-05-25"', "май 1993"), "1993-05"),
        (cell('office:value-type="date" office:date-value="1993-05-25"', "1993"), "1993"),
    ],
)
def test_a_number_and_a_date_are_read_as_they_are_shown(written, seen):
    assert read(written) == [seen]


def test_a_number_that_its_format_hides_is_an_empty_cell():
    assert read(number(0, "")) == []
    assert read('<table:table-cell office:value-type="float" office:value="7"/>') == ["7"]


@pytest.mark.parametrize(
    ("attributes", "shown", "seen"),
    [
        (
            'office:value-type="string" office:string-value="" calcext:value-type="error"',
            "#DIV/0!",
            "#DIV/0!",
        ),
        ('office:value-type="float" office:value="0"', "#ДЕЛ/0!", "#ДЕЛ/0!"),
        (
            'office:value-type="string" office:string-value="" calcext:value-type="error"',
            "Err:502",
            "#VALUE!",
        ),
    ],
)
def test_an_error_of_a_formula_is_the_error_that_xlsx_gives(attributes, shown, seen):
    assert read(cell(f'table:formula="of:=1/0" {attributes}', shown)) == [seen]


def test_a_formula_that_was_never_calculated_is_an_error():
    assert read('<table:table-cell table:formula="of:=1+1"/>') == ["#CALC!"]


def test_formulas_hidden_rows_and_hidden_columns_are_named():
    rows = row(text("a"), number(42, "42", more='table:formula="of:=40+2"')) + row(
        text("b"), attributes='table:visibility="filter"'
    )
    sheet = read_sheet(ods(rows, '<table:table-column/><table:table-column table:visibility="collapse"/>'))
    assert [one.cells for one in sheet.rows] == [["a", "42"], ["b"]]
    assert remarks(sheet) == [(2, 1, "cell.formula"), (3, None, "row.hidden"), (None, 1, "column.hidden")]


def test_raised_parts_are_marks_and_what_is_struck_out_is_left_out():
    raised = '18,5<text:span text:style-name="up">2</text:span>'
    struck = (
        '<text:span text:style-name="out">18,5</text:span> <text:span text:style-name="bold">19,5</text:span>'
    )
    gone = cell('office:value-type="float" office:value="7" table:style-name="gone"', "7")
    sheet = read_sheet(
        ods(row(text("a"), text(raised)) + row(text("b"), text(struck)) + row(text("c"), gone))
    )
    assert [one.cells for one in sheet.rows] == [["a", "18,5²"], ["b", "19,5"], ["c"]]
    assert remarks(sheet) == [(3, 1, "cell.struck"), (4, 1, "cell.struck")]


def test_a_comment_is_not_part_of_its_cell():
    comment = "<office:annotation><text:p>прежнее 7 %</text:p></office:annotation>"
    share = number(0.5, "50%", "percentage").replace("<text:p>", f"{comment}<text:p>")
    assert read(share) == ["50%"]


def test_repeated_rows_and_cells_are_read_alike_and_cost_nothing_where_they_are_empty():
    share = number(0.5, "50%", "percentage", 'table:number-columns-repeated="3"')
    rows = (
        row(text("a"), share, attributes='table:number-rows-repeated="2"')
        + row(text("b"), number(1, "1"))
        + row(
            '<table:table-cell table:number-columns-repeated="16384"/>',
            attributes='table:number-rows-repeated="1048570"',
        )
    )
    assert [one.cells for one in read_sheet(ods(rows)).rows] == [["a", "50%", "50%", "50%"]] * 2 + [
        ["b", "1"]
    ]


def test_a_repetition_that_is_no_number_is_refused():
    with pytest.raises(Problem) as caught:
        read_sheet(ods(row(text("a"), attributes='table:number-rows-repeated="many"')))
    assert caught.value.code == "file.unreadable"


@pytest.mark.parametrize(("value", "seen"), [("NaN", "NaN"), ("1e999999", "Infinity")])
def test_a_value_that_is_no_number_is_left_to_its_column(value, seen):
    assert read(number(value, "5 шт.")) == [seen]


def test_a_value_of_letters_is_refused():
    with pytest.raises(Problem) as caught:
        read_sheet(ods(row(text("a"), number("many", "5 шт."))))
    assert caught.value.code == "file.unreadable"


def test_declared_entities_are_refused():
    with pytest.raises(Problem) as caught:
        read_sheet(ods(row(text("&x;")), doctype='<!DOCTYPE a [<!ENTITY x "y">]>'))
    assert caught.value.code == "file.unreadable"


def test_nothing_of_another_sheet_is_noted():
    sheet = read_sheet(ods(row(text("a"), number(0.5, "50%", "percentage"))), "M")
    assert sheet.header == ["a"]
