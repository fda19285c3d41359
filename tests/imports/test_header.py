"""What the report says about the heading row: where it was looked for, what may be meant, what is missing."""

import pytest

from relations.catalog import RESOURCES
from relations.errors import Problem
from relations.imports.header import Header
from relations.mapping.headings import years_across
from relations.readers.sheet import make_sheet

pytestmark = pytest.mark.django_db


def headings(slug, *rows, remarks=()):
    sheet = make_sheet("", [list(row) for row in rows], "")
    sheet.remarks = list(remarks)
    return Header(RESOURCES[slug], sheet)


def refusal(*args, **more):
    return next(headings(*args, **more).refusals(), None)


def said_of(slug, *names):
    """{heading: English sentence} of the warnings about single headings."""
    found = headings(slug, names, ["x"]).problems()
    return {name: problem.in_every_language()["en"] for name, problem, _is_warning in found}


# Not one known heading.


@pytest.mark.parametrize("slug", RESOURCES)
def test_every_type_names_its_own_columns_as_examples(slug):
    assert set(RESOURCES[slug].telling_columns) <= set(RESOURCES[slug].names())
    problem = refusal(slug, ["foo"], ["1"])
    assert problem.code == "header.missing"
    assert ", ".join(RESOURCES[slug].telling_columns) in str(problem)


def test_without_headings_the_rows_looked_at_and_the_first_of_them_are_quoted():
    sentence = refusal("agreements", [], ["Страна", "", "Год"], ["1", "2"]).in_every_language()["en"]
    assert "first 30 filled rows" in sentence
    assert "Row 2 contains: “Страна”, “Год”." in sentence
    assert "other sheets" not in sentence


def test_many_cells_are_quoted_in_part():
    sentence = str(refusal("agreements", [f"колонка {number}" for number in range(9)]))
    assert "“колонка 5”, …" in sentence
    assert "колонка 6" not in sentence


def test_the_other_sheets_of_the_workbook_are_named():
    others = Problem("sheet.others", "%(name)s %(others)s", name="Лист1", others="Данные, Коды")
    other = Problem("cell.merged", "")
    sentence = str(refusal("forums", ["foo"], ["1"], remarks=[(1, 0, other), (None, None, others)]))
    assert "Данные, Коды" in sentence
    assert refusal("forums", ["title_ru"], ["Форум"], remarks=[(None, None, others)]) is None


def test_a_sheet_of_another_type_is_named_even_if_no_heading_is_known_here():
    assert refusal("visits", ["indicator", "area", "value"], ["a", "b", "c"]).code == "header.other_type"
    assert refusal("visits", ["_errors"], ["a"]).code == "header.missing"


# Wide tables.


def test_years_as_columns_are_named_as_such():
    problem = refusal("statistics", ["Country", "1990", "1991", "1992"], ["Россия", "1", "2", "3"])
    assert problem.code == "header.wide"
    assert "“1990”, “1991”, “1992”" in str(problem)
    assert "indicator, area, period, value" in str(problem)


def test_years_as_columns_are_found_below_titles_and_beside_known_headings():
    title = ["Товарооборот по годам"]
    assert refusal("statistics", title, ["Страна", "2020 г.", "2019 г.", "2018 г."]).code == "header.wide"
    assert refusal("statistics", ["indicator", "area", "2018", "2019", "2020"]).code == "header.wide"


def test_a_sheet_with_its_value_is_not_wide_and_other_types_have_no_figures():
    assert refusal("statistics", ["area", "value", "2018", "2019", "2020"]) is None
    assert refusal("agreements", ["title_ru", "2018", "2019", "2020"]) is None
    assert refusal("statistics", ["area", "2018", "2019"]) is None


@pytest.mark.parametrize(
    ("cells", "number"),
    [
        (["1990", "1991", "1992"], 3),
        (["2020Q1", "2020Q2", "2021Q1", "2022Q1"], 4),
        (["1990 [YR1990]", "1991 [YR1991]", "1992 [YR1992]"], 3),
        (["2015/16", "2016/17", "2017/18"], 3),
        (["1990", "1991"], 0),
        (["1990", "1990", "1990"], 0),
        (["1990", "2005", "1995"], 0),
        (["1500", "2500", "990"], 0),
    ],
)
def test_years_rise_or_fall_all_the_way_and_figures_do_not(cells, number):
    assert len(years_across(cells)) == number


def test_places_as_columns_are_named_as_such(russia, uzbekistan, kazakhstan):
    names = ["Год", "Россия", "РФ", "Узбекистан", "Казахстан"]
    problem = refusal("statistics", names, ["2020", "1", "1", "2", "3"])
    assert problem.code == "header.wide"
    assert "“Россия”, “Узбекистан”, “Казахстан”" in str(problem)
    assert refusal("statistics", ["Год", "Россия", "Казахстан", "foo"]).code == "header.missing"
    assert refusal("statistics", ["value", *names]) is None


# Unknown headings.


@pytest.mark.parametrize(
    ("slug", "heading", "meant"),
    [
        ("agreements", "Дата подписани", "date_signed (signed)"),
        ("agreements", "Дата вступления в силу", "date_in_force (in force since)"),
        ("agreements", "Дата", "date_signed (signed)"),
        ("agreements", "Название (рус.)", "title_ru (title in Russian)"),
        ("agreements", "source_titel", "source_title, source_type, source_date"),
        ("statistics", "Год", "period (date)"),
        ("visits", "vizitor", "visitor (visitor)"),
    ],
)
def test_an_unknown_heading_is_answered_with_the_column_that_may_be_meant(slug, heading, meant):
    sentence = said_of(slug, "key", heading)[heading]
    assert sentence == f"Unknown column “{heading}” was ignored. Did you mean {meant}?"


def test_labels_are_named_in_the_readers_language():
    ((_name, problem, is_warning),) = headings("agreements", ["key", "Дата подписани"], ["x"]).problems()
    assert (problem.code, is_warning) == ("column.ignored", True)
    assert "date_signed (подписано)" in problem.in_every_language()["ru"]


def test_a_heading_similar_to_none_or_to_one_already_there_is_only_named():
    sentence = "Unknown column “%s” was ignored."
    assert said_of("agreements", "key", "Цвет") == {"Цвет": sentence % "Цвет"}
    assert said_of("agreements", "title_ru", "Название (рус.)") == {
        "Название (рус.)": sentence % "Название (рус.)"
    }


def test_letters_of_two_alphabets_in_a_heading_are_reported():
    mixed = "titl\u0435_ru"
    sentence = said_of("agreements", "key", mixed)[mixed]
    assert "two alphabets" in sentence
    assert "title_ru (title in Russian)" in sentence
    assert "two alphabets" not in said_of("agreements", "key", "titel_ru")["titel_ru"]


def test_only_so_many_unknown_headings_are_looked_up():
    names = [f"колонка {number}" for number in range(100)]
    assert len(said_of("agreements", "key", *names)) == 100
    assert "Did you mean" in said_of("agreements", "Название (рус.)", "key", *names)["Название (рус.)"]
    assert "Did you mean" not in said_of("agreements", "key", *names, "Название (рус.)")["Название (рус.)"]


def test_a_heading_twice_is_named_with_both_columns():
    found = said_of("agreements", "key", "title_ru", "parties", "Название на русском")
    assert found == {"title_ru": "The column “title_ru” appears more than once: B, D."}
    assert said_of("agreements", "key", "title_ru") == {}


# Missing columns.


def test_what_new_records_cannot_do_without_is_known_once_for_the_sheet():
    found = headings("sources", ["key", "url"], ["x", "y"]).lacking
    assert [problem.code for problem in found] == ["column.required"]
    assert "title" in str(found[0])
    found = headings("forums", ["key", "date"], ["x", "2009"]).lacking
    assert [problem.code for problem in found] == ["title.required"]


def test_a_complete_sheet_lacks_nothing_and_either_title_will_do():
    assert headings("forums", ["title_en", "event_type", "date"], ["x", "y", "2009"]).lacking == []
    codes = [problem.code for problem in headings("statistics", ["indicator", "value"], ["x", "1"]).lacking]
    assert "title.required" not in codes
