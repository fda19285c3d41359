"""Where the heading row is, and what is reported once for a sheet."""

import pytest

from relations.catalog import RESOURCES
from relations.imports.pipeline import load_sheet
from relations.models import Agreement
from relations.readers.sheet import read_sheet
from tests.helpers.factories import ForumFactory, SourceFactory
from tests.helpers.sheets import codes, load_rows, load_table, problems

pytestmark = pytest.mark.django_db


def test_a_known_word_in_a_record_does_not_make_it_a_heading_row():
    report = load_table("agreements", ["Страна", "Тип"], ["Россия", "статус"], ["Казахстан", "темы"])
    assert codes(report.errors) == ["header.missing"]
    assert report.header_row == 1


def test_a_record_with_two_known_words_does_not_beat_the_headings_above():
    report = load_table("agreements", ["title_ru", "foo", "bar"], ["Договор", "status", "topics"])
    assert (report.header_row, report.created) == (1, 1)


def test_headings_below_a_title_that_is_a_known_word_are_found():
    report = load_table("forums", ["Источник"], ["title_ru", "event_type"], ["Форум", "congress"])
    assert (report.header_row, report.created) == (2, 1)


def test_a_single_heading_counts_in_the_first_filled_row_only():
    assert load_table("agreements", [], ["key"], ["a"]).header_row == 2
    assert load_table("agreements", ["Список"], ["key"], ["a"]).errors[0].problem.code == "header.missing"


def test_records_of_words_that_are_headings_are_kept():
    report = load_table(
        "agreements", ["key", "title_ru", "notes"], ["status", "topics", ""], ["h-2", "Договор", "key"]
    )
    assert report.created == 2, report.errors
    assert Agreement.objects.get(key="status").title_ru == "topics"


def test_headings_repeated_in_another_language_are_not_a_record():
    rows = ["key", "title_ru", "foo"], ["Ключ", "Название на русском", ""], ["a", "Договор", ""]
    assert (load_table("agreements", *rows).created, Agreement.objects.count()) == (1, 1)


def test_the_thirtieth_filled_row_is_the_last_one_looked_at():
    rows = [["x"]] * 29
    assert load_table("agreements", *rows, ["key", "title_ru"], ["a", "Договор"]).created == 1
    assert load_table("agreements", *rows, ["x"], ["key", "title_ru"], ["b", "Договор"]).file_refused


def test_a_missing_column_is_reported_once_and_all_new_rows_are_bad():
    SourceFactory(key="there")
    rows = [{"key": f"s{number}", "author": "Орлов П. С."} for number in range(3)]
    report = load_rows("sources", {"key": "there", "author": "Орлова А. П."}, *rows)
    assert codes(report.errors) == ["column.required"]
    assert (report.errors[0].row, report.good_rows) == (3, 1)


def test_a_missing_column_is_accepted_if_no_row_is_new():
    ForumFactory(key="there", title_ru="Было")
    assert load_rows("forums", {"key": "there", "title_ru": "Стало"}).updated == 1


def test_a_missing_title_column_is_reported_once_and_an_empty_title_at_each_row():
    rows = [{"key": f"f{number}", "event_type": "congress"} for number in range(2)]
    assert [code for _where, code in problems(load_rows("forums", *rows))] == ["title.required"]
    rows = [{**row, "title_en": ""} for row in rows]
    assert [code for _where, code in problems(load_rows("forums", *rows))] == ["title.required"] * 2


def test_a_choice_in_a_sheet_is_answered_with_what_may_be_meant():
    report = load_rows("sources", {"title": "Вестник", "type": "статья"})
    assert (
        "Did you mean journal article, newspaper article?"
        in report.errors[0].problem.in_every_language()["en"]
    )
    assert not load_rows("sources", {"title": "Вестник", "type": "книга"}).errors


@pytest.mark.parametrize("text", ["key,title_ru\nhostile-1,key\nh-2,notes\n"])
def test_headings_as_values_are_read(text):
    assert read_sheet(text.encode()).header == ["key", "title_ru"]
    assert load_sheet(RESOURCES["agreements"], read_sheet(text.encode())).created == 2


def test_a_source_has_one_address():
    rows = {"title": "Вестник", "url": "https://a.org/1; https://b.org/2"}
    assert problems(load_rows("sources", rows)) == [("B2", "address.several")]
    assert not load_rows("sources", {"title": "Вестник", "url": "https://a.org/1"}).errors
    assert not load_rows("sources", {"title": "Вестник 2", "url": ""}).errors
