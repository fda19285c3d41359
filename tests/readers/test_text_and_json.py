"""Text files and JSON as people have them: read as their author sees them, or refused with the place."""

import csv
import io
import json
import struct
import zipfile

import pytest

from relations.catalog import RESOURCES
from relations.errors import Problem
from relations.imports.pipeline import load_sheet
from relations.readers import json_reader
from relations.readers.encoding import decode
from relations.readers.file_types import kind_of
from relations.readers.sheet import read_sheet

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 504


def rows_of(data):
    sheet = read_sheet(data.encode() if isinstance(data, str) else data)
    return [sheet.header, *(row.cells for row in sheet.rows)]


def refusal(data):
    """The Problem with which a file is refused, which both kinds of reader understand."""
    with pytest.raises(Problem) as caught:
        rows_of(data)
    assert all(caught.value.in_every_language().values())
    return caught.value


# Quotation marks.


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ('key,title_ru\na,"Без конца\nb,Второй\nc,Третий\n', 2),
        ('key,title_ru\na,Первый\nb,"Второй\nc,"Третий"\n', 3),
        ('key,title_ru\n\na,"x\ny"\nb,"Второй', 4),
        ('sep=;\nkey;title_ru\na;"x\n', 3),
        ('"', 1),
    ],
)
def test_an_open_quotation_mark_is_refused_with_its_row(text, row):
    problem = refusal(text)
    assert (problem.code, problem.params) == ("csv.quote", {"row": row})


def test_line_breaks_and_doubled_marks_inside_of_quotes_are_text():
    text = 'key,title_ru\na,"Договор\nо ""дружбе""\r\nи мире"\nb,ООО "Мир"\n'
    assert rows_of(text)[1:] == [["a", 'Договор\nо "дружбе"\r\nи мире'], ["b", 'ООО "Мир"']]


def test_text_behind_a_closing_mark_is_read_as_a_spreadsheet_does():
    assert rows_of('key,title_ru,notes\na,"Мир" и дружба,x\nb,Второй,y\n')[1:] == [
        ["a", "Мир и дружба", "x"],
        ["b", "Второй", "y"],
    ]


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
def test_lines_may_end_in_three_ways(end):
    sheet = read_sheet(end.join(["key,title_ru", "", "a,x", "b,y"]).encode())
    assert [(row.number, row.cells) for row in sheet.rows] == [(3, ["a", "x"]), (4, ["b", "y"])]


# What separates the cells.


def test_lists_inside_of_cells_do_not_separate():
    lists = "".join(f"h-{i},Договор,199{i},RU;KZ;UZ;KG;TJ;TM\n" for i in range(9))
    found = rows_of("key,title_ru,date_signed,parties\n" + lists)
    assert found[1] == ["h-0", "Договор", "1990", "RU;KZ;UZ;KG;TJ;TM"]
    assert rows_of("key,parties\na," + "RU; KZ; " * 40_000)[0] == ["key", "parties"]


def test_names_of_columns_in_the_cells_below_are_no_headings():
    text = "key;title_ru;cited_fields\na;Договор;date_signed,parties,regions,status,level\n"
    assert rows_of(text)[0] == ["key", "title_ru", "cited_fields"]


def test_labels_below_a_title_tell_the_delimiter_too():
    labels = [next(column.labels()) for column in RESOURCES["agreements"].columns()[:4]]
    text = "Список, составлен, в 2020, году, и, позже\n" * 3 + ";".join(labels) + "\na;b, c;d;e\n"
    assert labels in rows_of(text)


def test_in_a_table_of_one_column_nothing_separates():
    assert rows_of("title_ru\nДоговор о мире, дружбе\nДоговор; ещё\n")[1:] == [
        ["Договор о мире, дружбе"],
        ["Договор; ещё"],
    ]
    assert rows_of("title_ru,,\nДоговор,,\n") == [["title_ru"], ["Договор"]]


def test_without_known_headings_the_most_even_table_is_taken():
    assert rows_of("a|b|c\n1,5|2|3\n4|5|6\n")[1] == ["1,5", "2", "3"]


# Long cells and blank lines.


def test_a_long_cell_is_read_whole_and_refused_by_its_column(db):
    text = "key,title_ru\na," + "я" * 200_000
    assert len(rows_of(text)[1][1]) == 200_000
    report = load_sheet(RESOURCES["agreements"], read_sheet(text.encode()))
    assert [(one.row, one.column, one.problem.code) for one in report.errors][0] == (2, "B", "text.too_long")


def test_what_the_reader_refuses_is_told_with_its_row():
    limit = csv.field_size_limit(10)
    try:
        problem = refusal("sep=,\nkey,title_ru\na,b\nc," + "x" * 20)
    finally:
        csv.field_size_limit(limit)
    assert (problem.code, problem.params) == ("file.unreadable", {"row": 4})


def test_blank_rows_are_passed_over_until_there_are_too_many(settings):
    settings.MOST_ROWS = 10
    assert rows_of("key\n" + "\n" * 98 + "a") == [["key"], ["a"]]
    assert refusal("key\n" + "\n" * 99 + "a").code == "sheet.too_long"
    assert refusal(",\n" * 101).code == "sheet.too_long"


def test_delimiters_alone_are_an_empty_file():
    assert refusal(",,,\n" * 5).code == "file.empty"


@pytest.mark.parametrize("mark", list("\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00ad\u3164\u00a0\u3000"))
def test_what_cannot_be_seen_around_a_cell_is_no_text(mark):
    found = rows_of(f"key,title_ru,notes\na,{mark} Дого{mark}вор {mark},{mark}\nb,{mark},x\n")
    assert found[1:] == [["a", f"Дого{mark}вор"], ["b", "", "x"]]


# Encodings.

LONG = "Соглашение между Министерством культуры Российской Федерации и Министерством культуры Республики Узбекистан"


@pytest.mark.parametrize("page", ["cp1251", "koi8-r", "cp866"])
@pytest.mark.parametrize(
    "text",
    [
        "Мир",
        "ДОГОВОР",
        "договор",
        "ДОГОВОР О ДРУЖБЕ",
        "Договор о ДРУЖБЕ, г. Орск",
        "Ещё ёлка",
        LONG,
        LONG.upper(),
        LONG.lower(),
        LONG.title(),
        "English words before — " * 9000 + LONG,
    ],
)
def test_the_page_is_found_in_any_case_and_length(page, text):
    text = text.encode(page, errors="ignore").decode(page)
    assert decode(f"key;title_ru\na;{text}\n".encode(page)) == (f"key;title_ru\na;{text}\n", page)


@pytest.mark.parametrize("text", ["café", "Zürich", "Škoda", "Côte d’Ivoire – São Tomé", "Íñigo, €"])
def test_western_words_stay_western(text):
    assert decode(f"key;title_en\na;{text}\n".encode("cp1252"))[0].endswith(f"a;{text}\n")


@pytest.mark.parametrize(
    "encoding", ["utf-32", "utf-32-le", "utf-32-be", "iso8859-5"], ids=["marked", "le", "be", "latin"]
)
def test_other_encodings_are_refused_and_utf_8_recommended(encoding):
    problem = refusal(f"key,title_ru\na,{LONG}\n".encode(encoding))
    assert problem.code == "file.encoding"
    assert "UTF-8" in str(problem)


def test_a_spoiled_letter_does_not_turn_utf_8_into_something_else():
    data = f"key,title_ru\na,Договор\nb,{LONG}\n".encode().replace(
        "республики".title().encode(), b"\xd0 x", 1
    )
    problem = refusal(data)
    assert (problem.code, problem.params) == ("file.encoding", {"line": 3})
    assert rows_of(f"key,title_ru\na,{LONG}\n".encode())[1] == ["a", LONG]


# JSON.

RECORD = [{"key": "a", "title_ru": "Договор", "parties": "RU; KZ"}]
READ = [["key", "title_ru", "parties"], ["a", "Договор", "RU; KZ"]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1251"])
def test_json_is_read_in_any_encoding(encoding):
    assert rows_of(json.dumps(RECORD, ensure_ascii=False).encode(encoding)) == READ


@pytest.mark.parametrize(
    "wrapped", [{"agreements": RECORD}, {"version": 2, "names": ["x"], "none": [], "3166-2": RECORD}]
)
def test_the_one_list_of_objects_in_an_object_is_read(wrapped):
    assert rows_of(json.dumps(wrapped)) == READ
    assert rows_of(json.dumps(wrapped, indent=2)) == READ


@pytest.mark.parametrize(
    "thing",
    [
        {"one": RECORD, "two": RECORD},
        RECORD[0],
        {"a": []},
        {},
        [1, 2],
        ["title_ru", "b"],
        [["key"], ["a"]],
        [*RECORD, 5],
        [*RECORD, None],
    ],
)
def test_other_json_is_refused_and_a_list_of_objects_asked_for(thing):
    problem = refusal(json.dumps(thing))
    assert problem.code == "file.unreadable"
    assert "[{…}, {…}]" in str(problem)


@pytest.mark.parametrize(
    "text",
    [
        '[{"key": "a"},]',
        '[{"key": "a"}',
        '[{"key": "a"}] x',
        '[{"key": "a" "b"}]',
        '{"list": [{"key": "a"}]} x',
        '{"list": [{"key": "a"},]}',
        '{"list" [{"key": "a"}]}',
        "[" * 100_000,
        '[{"key":' + "[" * 100_000,
        '[{"key":\x00}]',
    ],
)
def test_broken_json_is_refused(text):
    assert refusal(text).code == "file.unreadable"


@pytest.mark.parametrize("text", ["[]", "[{}]", "[{}, {}]"])
def test_json_without_anything_is_empty(text):
    assert refusal(text).code == "file.empty"


@pytest.mark.parametrize("first", ["[Реестр соглашений]", "[1", "[2020] год", "{перечень}"])
def test_a_table_may_begin_with_a_bracket(first):
    assert rows_of(f"{first},,\nkey,title_ru,parties\na,Договор,RU; KZ\n") == [[first], *READ]


def test_values_of_json_become_cells():
    values = {
        "text": "a;b",
        "list": ["x", "y; z", 3, None, False],
        "none": None,
        "true": True,
        "false": False,
        "whole": 2020,
        "round": 16500.0,
        "share": 6.5,
        "digits": 12345678901234567890,
    }
    assert rows_of(json.dumps([{**values, "end": "."}]))[1] == [
        "a;b",
        "x; y\\; z; 3; ; FALSE",
        "",
        "TRUE",
        "FALSE",
        "2020",
        "16500",
        "6.5",
        "12345678901234567890",
        ".",
    ]


def test_records_of_json_may_lack_names():
    assert rows_of('[{"a": "1"}, {"b": "2"}]') == [["a", "b"], ["1"], ["", "2"]]


@pytest.mark.parametrize(
    ("bad", "code", "params"),
    [
        ('{"title_ru": {"ru": "x"}}', "json.nested", {"number": 2, "name": "title_ru"}),
        ('{"title_ru": [["x"]]}', "json.nested", {"number": 2, "name": "title_ru"}),
        ('{"title_ru": [{"ru": "x"}]}', "json.nested", {"number": 2, "name": "title_ru"}),
        ('{"title_ru": "x", "title_ru": "y"}', "json.twice", {"number": 2, "name": "title_ru"}),
        ('{"value": NaN}', "json.number", {"number": 2, "name": "value"}),
        ('{"value": -Infinity}', "json.number", {"number": 2, "name": "value"}),
        ('{"value": [1e400]}', "json.number", {"number": 2, "name": "value"}),
        (r'{"value": "\ud83d"}', "json.surrogate", {"number": 2}),
        (r'{"value": ["x", "\udc00"]}', "json.surrogate", {"number": 2}),
        (r'{"\ud83d": "x"}', "json.surrogate", {"number": 2}),
        (r'{"\ud83d": {}}', "json.nested", {"number": 2, "name": "?"}),
    ],
)
def test_what_no_cell_can_hold_is_refused_with_its_record(bad, code, params):
    problem = refusal(f'[{{"key": "a"}}, {bad}]')
    assert (problem.code, problem.params) == (code, params)
    str(problem).encode()


def test_whole_surrogate_pairs_are_letters():
    assert rows_of(r'[{"key": "\ud83d\ude00"}]') == [["key"], ["😀"]]


def test_names_without_end_are_refused_at_once(settings, monkeypatch):
    settings.MOST_COLUMNS = 5
    assert len(rows_of(json.dumps([{f"c{i}": 1} for i in range(5)]))) == 6
    seen, read = [], json_reader.cells_of
    monkeypatch.setattr(
        json_reader, "cells_of", lambda number, pairs: seen.append(number) or read(number, pairs)
    )
    problem = refusal(json.dumps([{f"c{i}": 1} for i in range(20_000)]))
    assert (problem.code, problem.params) == ("sheet.too_wide", {"number": 6, "most": 5})
    assert len(seen) == 6


def test_rows_can_be_gone_through_again():
    for data in (json.dumps(RECORD), "key,title_ru\na,b\n"):
        sheet = read_sheet(data.encode())
        assert list(sheet.rows) == list(sheet.rows) != []


# Files that are no table.


def package(**members):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as file:
        for name, content in members.items():
            file.writestr(name.replace("__", "/").replace("_", "."), content)
    return stream.getvalue()


def stream_of(name):
    """An office file of the older form whose directory has one stream."""
    return OLE + name.encode("utf-16-le").ljust(64, b"\x00") + struct.pack("<H", 2 * len(name) + 2)


def open_document(kind):
    return package(mimetype=f"application/vnd.oasis.opendocument.{kind}", content_xml="<x/>")


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n\x00\x00", "a picture"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "a picture"),
        (b"GIF89a\x01\x00", "a picture"),
        (b"%PDF-1.7\n", "a PDF file"),
        (b"\x1f\x8b\x08\x00\x00", "an archive"),
        (b"7z\xbc\xaf\x27\x1c\x00\x04", "an archive"),
        (b"Rar!\x1a\x07\x01\x00", "an archive"),
        (package(a_csv="key\na\n"), "an archive"),
        (package(), "an archive"),
        (b"{\\rtf1\\ansi key}", "a text document"),
        (package(word__document_xml="<x/>"), "a text document"),
        (open_document("text"), "a text document"),
        (stream_of("WordDocument"), "a text document"),
        (package(ppt__presentation_xml="<x/>"), "a presentation"),
        (open_document("presentation"), "a presentation"),
        (stream_of("PowerPoint Document"), "a presentation"),
        (package(xl__workbook_bin="x"), "a binary workbook (.xlsb)"),
        (b"SQLite format 3\x00\x10\x00", "a database"),
        (b"PAR1\x15\x04\x15\x00PAR1", "a database"),
        (b"<html><table><tr><td>key</td></tr></table>", "a web page"),
        (b"\xef\xbb\xbf\n<!DOCTYPE HTML PUBLIC>\n<html>", "a web page"),
        (b"<!-- saved --><table border=1>", "a web page"),
        (b'<?xml version="1.0"?>\n<html xmlns="x">', "a web page"),
        ("<html>".encode("utf-16"), "a web page"),
        (
            b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook>',
            "an XML Spreadsheet 2003 file",
        ),
        (b'<?xml version="1.0"?>\n<records><key>a</key></records>', "an XML file"),
    ],
)
def test_what_is_no_table_is_called_by_its_name(data, kind):
    problem = refusal(data)
    assert problem.code == "file.kind"
    assert kind in problem.in_every_language()["en"]


@pytest.mark.parametrize(
    "data",
    [
        b"key,title_ru\na,<html>\n",
        b"PAR1,PAR2\na,b\n",
        b"<5,>6\na,b\n",
        b"PK,title\na,b\n",
        package(xl__workbook_xml="<x/>"),
        package(xl__workbook2_xml="<x/>"),
        open_document("spreadsheet"),
        open_document("spreadsheet-template"),
        stream_of("Workbook"),
        stream_of("Workbook") + stream_of("WordDocument"),
        b"PK\x03\x04broken",
    ],
)
def test_what_may_be_a_table_has_no_other_name(data):
    assert kind_of(data) == ""


def test_a_workbook_behind_a_password_is_called_so():
    assert refusal(stream_of("EncryptedPackage")).code == "file.encrypted"
    assert refusal(stream_of("Workbook") + stream_of("EncryptedPackage")).code != "file.encrypted"
