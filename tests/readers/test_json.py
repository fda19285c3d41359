"""JSON files: a list of objects is a table; other files are refused with the place."""

import json

import pytest

from relations.readers import json_reader
from relations.readers.sheet import read_sheet
from tests.helpers.reading import refusal, rows_of

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
def test_other_json_is_refused_with_a_request_for_a_list_of_objects(thing):
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


def test_endless_names_are_refused_at_once(settings, monkeypatch):
    settings.MOST_COLUMNS = 5
    assert len(rows_of(json.dumps([{f"c{i}": 1} for i in range(5)]))) == 6
    seen, read = [], json_reader.cells_of
    monkeypatch.setattr(
        json_reader, "cells_of", lambda number, pairs: seen.append(number) or read(number, pairs)
    )
    problem = refusal(json.dumps([{f"c{i}": 1} for i in range(20_000)]))
    assert (problem.code, problem.params) == ("sheet.too_wide", {"number": 6, "most": 5})
    assert len(seen) == 6


def test_rows_can_be_read_again():
    for data in (json.dumps(RECORD), "key,title_ru\na,b\n"):
        sheet = read_sheet(data.encode())
        assert list(sheet.rows) == list(sheet.rows) != []
