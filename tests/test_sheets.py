"""Reading files: whatever is no table ends in a sentence."""

import io
import zipfile
from datetime import date, datetime

import pytest
import xlsxwriter

from relations.problems import Problem
from relations.resources.cells import join, join_slots, split
from relations.resources.sheets import Sheet, read_sheet


def workbook(rows, name="Лист1"):
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        sheet = book.add_worksheet(name)
        for i, row in enumerate(rows):
            for j, cell in enumerate(row):
                if isinstance(cell, date):
                    sheet.write_datetime(
                        i,
                        j,
                        datetime.combine(cell, datetime.min.time()),
                        book.add_format({"num_format": "dd.mm.yyyy"}),
                    )
                else:
                    sheet.write(i, j, cell)
    return stream.getvalue()


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
def test_tables_of_many_makes_read_alike(data):
    sheet = read_sheet(data)
    assert sheet.header == ["key", "title_ru"]
    assert [row.cells for row in sheet.rows] == [["a", "Форум"]]


def test_cells_of_a_workbook_become_the_text_their_author_sees():
    sheet = read_sheet(workbook([["date", "number", "share", "flag"], [date(2009, 9, 5), 16500, 6.5, True]]))
    assert sheet.rows[0].cells == ["2009-09-05", "16500", "6.5", "1"]


def test_rows_keep_their_numbers_when_blank_ones_stand_between():
    sheet = read_sheet(b"key\n\na\n\n\nb\n")
    assert [row.number for row in sheet.rows] == [3, 6]


def test_the_sheet_is_picked_by_name():
    assert read_sheet(workbook([["key"], ["a"]], "Второй"), "Второй").name == "Второй"
    with pytest.raises(Problem) as caught:
        read_sheet(workbook([["key"], ["a"]]), "Третий")
    assert caught.value.code == "sheet.unknown"


def test_columns_are_lettered_as_in_a_spreadsheet():
    assert [Sheet.letter(index) for index in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]


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
def test_what_is_no_table_is_refused_with_a_sentence(data):
    with pytest.raises(Problem) as caught:
        read_sheet(data)
    assert caught.value.code.startswith("file.")
    assert set(caught.value.in_every_language()) == {"ru", "en"}


def test_a_file_too_large_is_refused(settings):
    settings.MAX_UPLOAD_BYTES = 10
    with pytest.raises(Problem):
        read_sheet(b"key\n" + b"a" * 10)


def test_values_with_semicolons_go_round():
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
    return stored(
        {"xl/worksheets/sheet1.xml": f'<row><c r="A1"><v>1</v></c><c r="{cell}"><v>1</v></c></row>'}
    )


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (far("XFD1048576"), "sheet.too_far"),
        (far("AAA2"), "sheet.too_far"),
        (far("B1048576"), "sheet.too_far"),
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
