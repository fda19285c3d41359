"""Text files as people have them: read as their author sees them, or refused with the place."""

import csv

import pytest

from relations.catalog import RESOURCES
from relations.errors import Problem
from relations.imports.pipeline import load_sheet
from relations.readers.encoding import candidates, decode
from relations.readers.sheet import read_sheet
from tests.helpers.reading import refusal, rows_of

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


def test_names_of_columns_in_the_cells_below_are_not_headings():
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


def test_what_the_reader_refuses_is_reported_with_its_row():
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


@pytest.mark.parametrize("encoding", ["utf-32", "utf-32-le", "utf-32-be"], ids=["marked", "le", "be"])
def test_other_encodings_are_refused_and_utf_8_recommended(encoding):
    problem = refusal(f"key,title_ru\na,{LONG}\n".encode(encoding))
    assert problem.code == "file.encoding"
    assert "UTF-8" in str(problem)


def test_a_damaged_letter_in_utf_8_does_not_change_the_encoding():
    data = f"key,title_ru\na,Договор\nb,{LONG}\n".encode().replace(
        "республики".title().encode(), b"\xd0 x", 1
    )
    problem = refusal(data)
    assert (problem.code, problem.params) == ("file.encoding", {"line": 3})
    assert rows_of(f"key,title_ru\na,{LONG}\n".encode())[1] == ["a", LONG]


# Encodings of the region.

KAZAKH = "Ресей мен Қазақстан арасындағы келісім"


@pytest.mark.parametrize(
    ("page", "texts"),
    [
        (
            "kz1048",
            ["Қазақстан", "Мәскеу", KAZAKH, KAZAKH.upper(), f"{LONG}, {KAZAKH}", "Жылғы шағын бизнес"],
        ),
        ("mac_cyrillic", ["Россия", "Тюмень и Уфа", LONG, "Соглашение о дружбе", "«Ещё» ёлка"]),
        ("iso8859-5", ["Мир", "ДОГОВОР", "договор", LONG, LONG.upper(), "Ещё ёлка"]),
        ("cp1250", ["Şertnama", "Ylalaşyk", "Türkmenistanyň Prezidenti", "Daşary işler ministrligi"]),
        ("cp1251", ["Україна має", "Європа", "Беларусь аў", "“Договор о мире”, ’", f"№ 5 – „{LONG}“"]),
    ],
)
def test_the_pages_of_the_region_are_found_by_their_letters(page, texts):
    for text in texts:
        assert decode(f"key;title_ru\na;{text}\n".encode(page)) == (f"key;title_ru\na;{text}\n", page)


UNSURE = "key;title_ru\na;Ўзбекистон\n".encode("cp1251")


def test_where_two_pages_fit_the_problem_names_both_readings():
    problem = refusal(UNSURE)
    assert problem.code == "file.encoding_choice"
    for sentence in problem.in_every_language().values():
        assert "cp1251 – “Ўзбекистон”; kz1048 – “Ұзбекистон”" in sentence


def test_a_chosen_encoding_is_taken():
    assert next(iter(read_sheet(UNSURE, encoding="cp1251").rows)).cells[1] == "Ўзбекистон"
    assert next(iter(read_sheet(UNSURE, encoding="Windows-1251").rows)).cells[1] == "Ўзбекистон"
    assert decode("\ufeffключ".encode(), "UTF8") == ("ключ", "utf-8")


@pytest.mark.parametrize("name", ["klingon", "base64", "unicode_escape", "punycode", "x\x00", "я" * 99])
def test_an_unknown_encoding_is_refused_in_words(name):
    with pytest.raises(Problem) as caught:
        decode(UNSURE, name)
    assert caught.value.code == "file.encoding_name"
    assert "kz1048" in str(caught.value)


@pytest.mark.parametrize("name", ["utf-8", "cp1252"])
def test_a_wrong_encoding_is_refused_in_words(name):
    with pytest.raises(Problem) as caught:
        decode(b"key;title_ru\na;\x81\x8d\xff", name)
    assert caught.value.code == "file.encoding_wrong"


def test_the_candidates_of_a_file_are_shown_with_what_they_read_differently():
    assert candidates(UNSURE)[:2] == [("cp1251", "Ўзбекистон"), ("kz1048", "Ұзбекистон")]
    assert candidates(f"key;title_ru\na;{LONG}\n".encode("koi8-r"))[0][0] == "koi8-r"
    assert candidates("key\nключ\n".encode()) == candidates("key\nключ\n".encode("utf-16")) == []
