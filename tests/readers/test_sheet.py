"""Files are read as tables; every file that holds no table is refused with a sentence."""

import csv
import io
import zipfile

import pytest
import xlsxwriter

from relations.errors import Problem
from relations.readers.sheet import column_letters, read_sheet
from relations.text.cell_syntax import join, join_slots, split
from tests.helpers.sheets import styled, workbook


@pytest.mark.parametrize(
    "data",
    [
        "key;title_ru\na;Форум\n".encode("utf-8-sig"),
        "key;title_ru\na;Форум\n".encode("cp1251"),
        "key,title_ru\r\na,Форум\r\n".encode(),
        "key\ttitle_ru\na\tФорум\n".encode(),
        workbook([["key", "title_ru"], ["a", "Форум"]]),
    ],
)
def test_tables_of_several_programs_are_read_alike(data):
    sheet = read_sheet(data)
    assert sheet.header == ["key", "title_ru"]
    assert [row.cells for row in sheet.rows] == [["a", "Форум"]]


def test_rows_keep_their_numbers_with_blank_rows_between_them():
    sheet = read_sheet(b"key\n\na\n\n\nb\n")
    assert [row.number for row in sheet.rows] == [3, 6]


def test_the_sheet_is_picked_by_name():
    assert read_sheet(workbook([["key"], ["a"]], "Второй"), "Второй").name == "Второй"
    with pytest.raises(Problem) as caught:
        read_sheet(workbook([["key"], ["a"]]), "Третий")
    assert caught.value.code == "sheet.unknown"


def test_columns_are_lettered_as_in_a_spreadsheet():
    assert [column_letters(index) for index in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"  \n ",
        b"\x89PNG\r\n\x1a\n\x00\x00\x00",
        b"PK\x03\x04broken",
        b"\xd0\xcf\x11\xe0broken",
        b"\xff\xfe\x00\x00",
        workbook([]),
    ],
)
def test_a_file_without_a_table_is_refused_with_a_sentence(data):
    with pytest.raises(Problem) as caught:
        read_sheet(data)
    assert caught.value.code.startswith("file.")
    assert set(caught.value.in_every_language()) == {"ru", "en"}


def test_a_file_too_large_is_refused(settings):
    settings.MAX_UPLOAD_BYTES = 10
    with pytest.raises(Problem):
        read_sheet(b"key\n" + b"a" * 10)


def test_values_with_semicolons_survive_writing_and_reading():
    values = ["a; b", "c\\", "d;", "\\;"]
    assert split(join(values)) == values
    assert split("") == []
    assert split(";x") == ["", "x"]
    assert join_slots(["", ""]) == ""


def stored(members, **options):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in members.items():
            package.writestr(name, content)
    return stream.getvalue()


def far(cell):
    """A real workbook with one stray cell: a reader that fills all cells between needs gigabytes."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        sheet = book.add_worksheet()
        sheet.write("A1", "key")
        sheet.write("A2", "a")
        sheet.write(cell, "stray")
    return stream.getvalue()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (far("XFD1048576"), "file.too_heavy"),
        (far("ZZ190000"), "file.too_heavy"),
        (stored({"../../etc/passwd": "x"}), "file.unreadable"),
        (stored({str(number): "" for number in range(3000)}), "file.unreadable"),
        (stored({"xl/workbook.xml": "nonsense"}), "file.unreadable"),
        (stored({"bomb": b"0" * 30_000_000}), "file.too_large"),
    ],
)
def test_hostile_workbooks_are_refused_before_they_are_read(data, code, settings):
    settings.MAX_UNPACKED_BYTES = 10_000_000
    with pytest.raises(Problem) as caught:
        read_sheet(data)
    assert caught.value.code == code


def test_what_a_member_claims_to_unpack_to_is_not_believed(settings):
    settings.MAX_UNPACKED_BYTES = 1_000_000
    data = bytearray(stored({"bomb": b"0" * 3_000_000}))
    directory = data.rindex(b"PK\x01\x02")
    data[directory + 24 : directory + 28] = (10).to_bytes(4, "little")
    with pytest.raises(Problem) as caught:
        read_sheet(bytes(data))
    assert caught.value.code == "file.too_large"


RUSSIAN = "key;title_ru;event_type\r\nforum-6;Форум межрегионального сотрудничества, Оренбург;congress\r\nx;Ёлка;congress\r\n"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "cp1251", "koi8-r", "cp866", "utf-16", "utf-16-le", "utf-16-be"]
)
def test_russian_text_is_read_in_the_encoding_it_is_in(encoding):
    sheet = read_sheet(RUSSIAN.encode(encoding))
    assert list(sheet.rows)[0].cells[1] == "Форум межрегионального сотрудничества, Оренбург"
    assert list(sheet.rows)[1].cells[1] == "Ёлка"


def test_western_letters_are_not_read_as_cyrillic():
    text = "key,title_en\na,Côte d'Ivoire and São Tomé agreement on coöperation\n"
    assert (
        next(iter(read_sheet(text.encode("cp1252")).rows)).cells[1].startswith("Côte d'Ivoire and São Tomé")
    )


@pytest.mark.parametrize("delimiter", list(";,\t|"))
def test_the_delimiter_is_the_one_that_makes_a_table(delimiter):
    rows = [["key", "title_ru", "notes"], ["a", "Форум; Оренбург, 2009", "строка\nи ещё"], ["b", "x", ""]]
    stream = io.StringIO()
    csv.writer(stream, delimiter=delimiter).writerows(rows)
    sheet = read_sheet(stream.getvalue().encode())
    assert sheet.header == rows[0]
    assert list(sheet.rows)[0].cells == rows[1]
    assert list(sheet.rows)[1].number == 3


def test_a_stated_delimiter_is_used_and_its_line_is_not_a_row():
    sheet = read_sheet("sep=|\nkey|title_ru\na|Форум\n".encode())
    assert (sheet.header, sheet.header_row, list(sheet.rows)[0].number) == (["key", "title_ru"], 2, 3)


def test_the_headings_are_found_below_titles_and_notes():
    sheet = read_sheet("Список форумов\n\nсоставил Иванов;2024\nkey;title_ru\na;Форум\n".encode())
    found = sheet.located({"key", "title ru"})
    assert (found.header, found.header_row) == (["key", "title_ru"], 4)
    assert [row.number for row in found.rows] == [5]
    assert [problem.code for _row, _column, problem in found.remarks] == ["header.found"]


def test_headings_in_the_first_row_get_no_remark():
    assert not read_sheet(b"key;title_ru\na;b\n").located({"key", "title ru"}).remarks


def remarks_of(sheet):
    return [(row, column, problem.code) for row, column, problem in sheet.remarks]


def test_formulas_are_read_by_their_value_and_reported():
    def fill(book, sheet):
        sheet.write_row(0, 0, ["key", "value"])
        sheet.write(1, 0, "a")
        sheet.write_formula(1, 1, "=40+2", None, 42)

    sheet = read_sheet(styled(fill))
    assert list(sheet.rows)[0].cells == ["a", "42"]
    assert remarks_of(sheet) == [(2, 1, "cell.formula")]


def test_hidden_rows_are_read_and_reported():
    def fill(book, sheet):
        sheet.write_column(0, 0, ["key", "a", "b"])
        sheet.set_row(1, None, None, {"hidden": True})

    sheet = read_sheet(styled(fill))
    assert len(list(sheet.rows)) == 2
    assert remarks_of(sheet) == [(2, None, "row.hidden")]


def test_merged_cells_count_for_all_of_them():
    def fill(book, sheet):
        sheet.write_row(0, 0, ["key", "source"])
        sheet.write_column(1, 0, ["a", "b"])
        sheet.merge_range(1, 1, 2, 1, "herald")

    sheet = read_sheet(styled(fill))
    assert [row.cells for row in sheet.rows] == [["a", "herald"], ["b", "herald"]]
    assert remarks_of(sheet) == [(2, 1, "cell.merged")]


def test_hidden_sheets_are_passed_over_and_the_others_named():
    def fill(book, sheet):
        sheet.write(0, 0, "secret")
        sheet.hide()
        other = book.add_worksheet("Видимый")
        other.write_column(0, 0, ["key", "a"])
        other.activate()
        other.set_first_sheet()

    sheet = read_sheet(styled(fill))
    assert (sheet.name, sheet.header) == ("Видимый", ["key"])
    assert remarks_of(sheet) == [(None, None, "sheet.others")]


def test_too_many_rows_or_columns_are_refused_with_their_number(settings):
    settings.MOST_ROWS = 3
    with pytest.raises(Problem) as caught:
        list(read_sheet(b"key\n" + b"a\n" * 50).rows)
    assert caught.value.code == "sheet.too_long"
    with pytest.raises(Problem) as caught:
        read_sheet(b"key," * 40_000)
    assert caught.value.code == "sheet.too_wide"


def test_a_million_blank_rows_do_not_count_as_rows():
    assert len(list(read_sheet(b"key\na\n" + b",,\n" * 1_000_000).rows)) == 1


def test_a_stray_cell_within_the_limits_is_read():
    rows = list(read_sheet(far("B100000")).rows)
    assert [(row.number, row.cells) for row in rows] == [(2, ["a"]), (100_000, ["", "stray"])]


def test_two_readers_can_read_a_sheet_at_once():
    sheet = read_sheet(workbook([["key"], *([f"k{i}"] for i in range(1200))]))
    pairs = list(zip(sheet.rows, sheet.rows, strict=True))
    assert len(pairs) == 1200
    assert all(one == other for one, other in pairs)


def test_a_damaged_workbook_is_refused():
    data = bytearray(workbook([["key", "title_ru"], *([f"k{i}", "Соглашение"] for i in range(50))]))
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        (sheet,) = (one for one in package.infolist() if "sheet1" in one.filename)
    data[sheet.header_offset + 60] ^= 0xFF
    with pytest.raises(Problem) as caught:
        list(read_sheet(bytes(data)).rows)
    assert caught.value.code == "file.unreadable"


def laid_out(sheet, styles=""):
    """A workbook of one sheet with this XML, as some other program may have written it."""
    kind = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    main = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    return stored({
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"><Default Extension="xml" ContentType="application/xml"/><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="{main}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="{main}.worksheet+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{kind}" xmlns:r="{office}"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f"<Relationships xmlns='{package}/relationships'><Relationship Id='r1' Type='{office}/worksheet' Target='worksheets/sheet1.xml'/></Relationships>",
        "xl/worksheets/sheet1.xml": sheet.replace("KIND", kind),
        **({"xl/styles.xml": styles.replace("KIND", kind)} if styles else {}),
    })  # fmt: skip


HEAD_CELL = '<row r="1"><c r="A1" t="inlineStr"><is><t>key</t></is></c></row>'


@pytest.mark.parametrize(
    "sheet",
    [
        f'<worksheet xmlns="KIND"><sheetData>{HEAD_CELL}<row r="2"><c r="A2" t="e"><v>#REF!</v></c></row></sheetData></worksheet>',
        f'<worksheet xmlns="KIND"><sheetData>{HEAD_CELL}<row r="2"><c t="e" r="A2"> <v>#REF!</v></c></row></sheetData></worksheet>',
        f"<worksheet xmlns='KIND'><sheetData>{HEAD_CELL}<row r='2'><c r='A2' t='e'><v>#REF!</v></c></row></sheetData></worksheet>",
        '<x:worksheet xmlns:x="KIND"><x:sheetData><x:row r="1"><x:c r="A1" t="inlineStr"><x:is><x:t>key</x:t></x:is></x:c></x:row>'
        '<x:row r="2"><x:c r="A2" t="e"><x:v>#REF!</x:v></x:c></x:row></x:sheetData></x:worksheet>',
    ],
    ids=["as Excel", "attributes in another order", "single quotes", "with a prefix"],
)
def test_an_error_is_seen_however_the_workbook_is_laid_out(sheet):
    assert [row.cells for row in read_sheet(laid_out(sheet)).rows] == [["#REF!"]]


def test_an_error_in_a_comment_of_the_xml_is_ignored():
    sheet = f'<worksheet xmlns="KIND"><sheetData>{HEAD_CELL}<!-- <c r="A2" t="e"><v>#REF!</v></c> --><row r="2"><c r="A2"><v>5</v></c></row></sheetData></worksheet>'
    assert [row.cells for row in read_sheet(laid_out(sheet)).rows] == [["5"]]


def test_a_formula_that_was_calculated_to_nothing_is_an_empty_cell():
    cells = '<c r="A2" t="str"><f>IF(1=2,"x","")</f><v></v></c><c r="B2"><v>5</v></c>'
    sheet = f'<worksheet xmlns="KIND"><sheetData>{HEAD_CELL}<row r="2">{cells}</row></sheetData></worksheet>'
    assert [row.cells for row in read_sheet(laid_out(sheet)).rows] == [["", "5"]]


def test_a_hidden_column_and_a_hidden_row_are_named():
    sheet = f'<worksheet xmlns="KIND"><cols><col min="2" max="2" hidden="1" width="9"/></cols><sheetData>{HEAD_CELL}<row hidden="1" r="2"><c r="A2"><v>5</v></c></row></sheetData></worksheet>'
    remarks = read_sheet(laid_out(sheet)).remarks
    assert [(row, column, problem.code) for row, column, problem in remarks] == [
        (2, None, "row.hidden"),
        (None, 1, "column.hidden"),
    ]


def test_an_error_that_keeps_the_workbook_from_being_read_is_named_with_its_cell():
    sheet = f'<worksheet xmlns="KIND"><sheetData>{HEAD_CELL}<row r="2"><c r="A2" t="e"><v>#SPILL!</v></c></row></sheetData></worksheet>'
    with pytest.raises(Problem) as caught:
        list(read_sheet(laid_out(sheet)).rows)
    assert caught.value.code == "file.formula_error"
    assert "A2" in str(caught.value)
