"""A foreign table is read by a recipe: rows, columns, headings that are values, cells."""

import json

import pytest

from relations.catalog import RESOURCES
from relations.errors import Problem
from relations.imports.pipeline import load_sheet
from relations.mapping.recipe import VERSION, Across, Recipe
from relations.mapping.shaping import shaped
from relations.models import Observation
from relations.readers.sheet import make_sheet
from relations.rows.lookups import Lookups
from tests.helpers.factories import IndicatorFactory, UnitFactory
from tests.helpers.sheets import codes

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def register(russia, kazakhstan, uzbekistan):
    """What the tables name."""
    IndicatorFactory(key="exports", name_ru="Экспорт", name_en="Exports")
    UnitFactory(key="usd", symbol_ru="долл.", symbol_en="USD", name_en="US dollar")


def table(*rows):
    return make_sheet("Лист1", [list(row) for row in rows], "")


def read(recipe, *rows, slug="statistics"):
    """(header, [cells]) of a table as the recipe reads it."""
    sheet = shaped(table(*rows), Recipe(slug, **recipe), RESOURCES[slug], Lookups())
    return sheet.header, [row.cells for row in sheet.rows]


def refusal(recipe, *rows, slug="statistics"):
    with pytest.raises(Problem) as caught:
        read(recipe, *rows, slug=slug)
    return caught.value.code


WIDE = [["Страна", "2001", "2002"], ["Россия", "5", "6"], ["Казахстан", "", "8"]]
YEARS = {"columns": {"Страна": "area"}, "across": Across(("period",)), "constants": {"indicator": "exports"}}


def test_columns_get_our_names_and_others_keep_theirs():
    header, rows = read({"columns": {"Страна": "area"}}, ["Страна", "Прочее"], ["Россия", "x"])
    assert (header, rows) == (["area", "Прочее"], [["Россия", "x"]])


def test_an_ignored_column_is_gone():
    header, rows = read({"columns": {"A": "area"}, "ignored": ("B",)}, ["A", "B"], ["Россия", "x"])
    assert (header, rows) == (["area"], [["Россия"]])


def test_each_filled_cell_below_a_year_is_a_row():
    header, rows = read(YEARS, *WIDE)
    assert header == ["area", "indicator", "period", "value"]
    assert rows == [
        ["Россия", "exports", "2001", "5"], ["Россия", "exports", "2002", "6"], ["Казахстан", "exports", "2002", "8"],
    ]  # fmt: skip


def test_years_of_later_files_are_unfolded_too():
    later = [[*WIDE[0], "2003"], [*WIDE[1], "7"]]
    assert [cells[2] for cells in read(YEARS, *later)[1]] == ["2001", "2002", "2003"]


def test_two_levels_of_headings_fill_two_columns():
    recipe = {
        "heading_rows": (1, 2), "columns": {"Страна": "area"}, "across": Across(("period", "indicator")),
    }  # fmt: skip
    rows = [
        ["Страна", "2001", "", "2002", ""],
        ["", "экспорт", "импорт", "экспорт", "импорт"],
        ["Россия", "1", "2", "3", ""],
    ]
    assert read(recipe, *rows)[1] == [
        ["Россия", "2001", "экспорт", "1"], ["Россия", "2001", "импорт", "2"], ["Россия", "2002", "экспорт", "3"],
    ]  # fmt: skip


def test_places_across_are_the_other_side():
    recipe = {
        "columns": {"Из": "area"},
        "across": Across(("counterpart",), headings=("Казахстан", "Узбекистан")),
    }
    rows = [["Из", "Казахстан", "Узбекистан", "Всего"], ["Россия", "5", "", "5"]]
    header, read_rows = read(recipe, *rows)
    assert header == ["area", "Всего", "counterpart", "value"]
    assert read_rows == [["Россия", "5", "Казахстан", "5"]]


def test_labels_written_once_are_filled_down_and_inner_ones_end_with_the_outer():
    recipe = {"columns": {"A": "indicator", "B": "area", "C": "value"}, "fill_down": ("A", "B")}
    rows = [["A", "B", "C"], ["x", "RU", "1"], ["", "", "2"], ["y", "", "3"]]
    assert read(recipe, *rows)[1] == [["x", "RU", "1"], ["x", "RU", "2"], ["y", "", "3"]]


def test_only_the_rows_that_are_asked_for_are_read():
    recipe = {"columns": {"A": "area"}, "only": {"A": ("Россия",)}}
    assert read(recipe, ["A", "B"], ["Россия", "1"], ["Мир", "2"])[1] == [["Россия", "1"]]


def test_a_list_at_other_separators_is_ours_and_one_of_its_values_is_enough():
    recipe = {"columns": {"A": "parties"}, "separators": {"parties": ","}, "only": {"A": ("Россия",)}}
    rows = [["A", "B"], ["Россия, Казахстан", "1"], ["Перу, Чили", "2"]]
    assert read(recipe, *rows, slug="agreements")[1] == [["Россия; Казахстан", "1"]]


@pytest.mark.parametrize(("order", "day"), [("mdy", "1993-05-06"), ("dmy", "1993-06-05")])
def test_the_order_of_dates_is_said_once(order, day):
    recipe = {"columns": {"A": "date_signed"}, "dates": {"date_signed": order}}
    assert read(recipe, ["A", "B"], ["05/06/1993", "1"], slug="agreements")[1] == [[day, "1"]]


def test_a_cell_is_read_as_something_else_wherever_it_stands_or_its_rows_are_passed_over():
    recipe = {"columns": {"A": "area"}, "cells": {"area": {"Россия ¹": "RU", "Мир": None}}}
    assert read(recipe, ["A", "B"], ["Россия ¹", "1"], ["Мир", "2"], ["KZ", "3"])[1] == [
        ["RU", "1"],
        ["KZ", "3"],
    ]


def test_a_text_for_all_rows_may_stand_in_a_cell_above_the_table():
    recipe = {
        "heading_rows": (2,),
        "columns": {"A": "period"},
        "constants": {"area": "=B1", "locator": "{sheet}, {row}"},
    }
    rows = [["Страна:", "Россия"], ["A", "value"], ["2001", "5"]]
    assert read(recipe, *rows)[1] == [["2001", "5", "Россия", "Лист1, 3"]]


def test_rows_before_and_behind_the_table_are_left_out():
    recipe = {"first_row": 3, "last_row": 3, "columns": {"A": "area"}, "pass_over": ("x",)}
    assert read(recipe, ["A", "B"], ["1", "2"], ["RU", "5"], ["KZ", "6"])[1] == [["RU", "5"]]


def test_rows_are_passed_over_by_their_first_cell():
    recipe = {"columns": {"A": "area"}, "pass_over": ("из них:",)}
    assert read(recipe, ["A", "B"], ["RU", "5"], ["из них:", "6"])[1] == [["RU", "5"]]


def test_headings_that_have_moved_down_are_found_again():
    recipe = {"heading_rows": (1,), "columns": {"Страна": "area"}}
    assert read(recipe, ["Таблица 1"], ["Страна", "B"], ["RU", "5"])[1] == [["RU", "5"]]


def test_the_unit_of_a_heading_fills_blanks_and_contradicts_no_row():
    recipe = {"columns": {"v": "value", "u": "unit"}, "stated": {"unit": "млн долл."}}
    rows = [["v", "u"], ["5", ""], ["6", "million USD"]]
    assert read(recipe, *rows)[1] == [["5", "млн долл."], ["6", "million USD"]]
    assert refusal(recipe, ["v", "u"], ["5", "USD"]) == "table.contradicts"


# What an error names.


def test_an_error_is_named_at_the_cell_that_its_author_sees():
    rows = [["Страна", "2001", "2002"], ["Россия", "5", "шесть"]]
    report = load_sheet(RESOURCES["statistics"], table(*rows), Recipe("statistics", **YEARS))
    (error,) = report.errors
    assert (error.column, error.row, error.value) == ("C", 2, "шесть")


def test_an_error_of_a_heading_is_named_above_its_column():
    rows = [["Страна", "2001 / x", "2002 / x"], ["Россия", "5", ""]]
    across = Across(("period", "indicator"), headings=("2001 / x", "2002 / x"))
    report = load_sheet(
        RESOURCES["statistics"], table(*rows), Recipe("statistics", columns={"Страна": "area"}, across=across)
    )
    assert [(one.column, one.row, one.value) for one in report.errors] == [("B", 2, "x")]


def test_rows_of_one_origin_are_good_or_bad_on_their_own():
    rows = [["Страна", "2001", "2002"], ["Россия", "5", "шесть"]]
    report = load_sheet(RESOURCES["statistics"], table(*rows), Recipe("statistics", **YEARS), dry_run=True)
    assert (report.rows, report.good_rows) == (2, 1)


def test_a_cell_right_of_the_headings_is_still_an_error():
    rows = [["A", "B"], ["RU", "5", "ещё"]]
    recipe = Recipe("statistics", columns={"A": "area", "B": "value"}, constants={"indicator": "exports"})
    report = load_sheet(RESOURCES["statistics"], table(*rows), recipe)
    assert [(one.column, one.problem.code) for one in report.errors] == [("C", "cell.no_heading")]


# What a recipe may not be.


@pytest.mark.parametrize(
    ("recipe", "code"),
    [
        ({"columns": {"Страна": "area", "2001": "area"}}, "recipe.twice"),
        ({"columns": {"Страна": "area"}, "constants": {"area": "RU"}}, "recipe.twice"),
        ({"columns": {"Страна": "area"}, "ignored": ("Страна",)}, "recipe.both"),
        ({"columns": {"Страна": "strana"}}, "recipe.columns"),
        ({"columns": {"Государство": "area"}}, "recipe.no_fit"),
        ({"constants": {"area": "=F9"}}, "recipe.no_cell"),
    ],
)
def test_a_recipe_that_contradicts_itself_or_the_table_is_refused(recipe, code):
    assert refusal(recipe, *WIDE) == code


def test_a_recipe_is_for_one_type():
    with pytest.raises(Problem) as caught:
        shaped(table(*WIDE), Recipe("agreements"), RESOURCES["statistics"], Lookups())
    assert caught.value.code == "recipe.other_type"


def test_a_table_that_is_too_long_unfolded_is_refused(settings):
    settings.MOST_ROWS = 2
    assert refusal(YEARS, *WIDE) == "table.too_long"


def test_the_refusal_of_a_recipe_stores_nothing_and_says_why():
    report = load_sheet(
        RESOURCES["statistics"], table(*WIDE), Recipe("statistics", columns={"Государство": "area"})
    )
    assert (codes(report.errors), report.outcome) == (["recipe.no_fit"], "rejected_file")
    assert "Государство" in str(report.errors[0].problem)
    assert not Observation.objects.exists()


# The file of a recipe.


def test_a_recipe_is_the_same_after_it_was_written_and_read():
    recipe = Recipe(
        "statistics",
        name="x",
        heading_rows=(2, 3),
        only={"A": ("x",)},
        cells={"area": {"Мир": None}},
        **YEARS,
    )
    assert Recipe.parse(recipe.as_text()) == recipe


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("", "recipe.unreadable"),
        ("[]", "recipe.wrong"),
        ("{}", "recipe.wrong"),
        ('{"recipe": 1}', "recipe.wrong"),
        ('{"recipe": 99, "type": "statistics"}', "recipe.newer"),
        ('{"recipe": 1, "type": "statistics", "rename": {}}', "recipe.unknown"),
        ('{"recipe": 1, "type": ["statistics"]}', "recipe.wrong"),
        ('{"recipe": 1, "type": "statistics", "columns": []}', "recipe.wrong"),
        ('{"recipe": 1, "type": "statistics", "columns": {"a": 1}}', "recipe.wrong"),
        ('{"recipe": 1, "type": "statistics", "heading_rows": ["a"]}', "recipe.wrong"),
        ('{"recipe": 1, "type": "statistics", "first_row": -1}', "recipe.wrong"),
        ('{"recipe": 1, "type": "statistics", "across": {"parts": []}}', "recipe.wrong"),
        ('{"recipe": 1, "type": "statistics", "dates": {"period": "ymd"}}', "recipe.wrong"),
        ('{"recipe": 1, "type": "statistics", "cells": {"area": ["x"]}}', "recipe.wrong"),
        ("[" * 100_000, "recipe.unreadable"),
    ],
)
def test_a_file_that_is_no_recipe_is_refused_in_words(content, code):
    with pytest.raises(Problem) as caught:
        Recipe.parse(content)
    assert caught.value.code == code
    assert str(caught.value)


def test_the_version_is_written():
    assert json.loads(Recipe("statistics").as_text()) == {"recipe": VERSION, "type": "statistics"}


def test_a_cell_right_of_the_headings_is_named_in_an_unfolded_table_too():
    for cells in (["Россия", "5", "6", "ещё"], ["Россия", "", "", "ещё"]):
        recipe = Recipe("statistics", **YEARS)
        report = load_sheet(RESOURCES["statistics"], table(WIDE[0], cells), recipe, dry_run=True)
        found = [
            (one.column, one.row, one.value) for one in report.errors if one.problem.code == "cell.no_heading"
        ]
        assert found == [("D", 2, "ещё")]


def test_a_row_whose_formats_cannot_be_seen_stays_one_when_it_is_unfolded():
    sheet = table(*WIDE)
    rows = [row._replace(is_bare=True) for row in sheet.rows]
    sheet.rows = rows
    found = shaped(sheet, Recipe("statistics", **YEARS), RESOURCES["statistics"], Lookups()).rows
    assert all(row.is_bare for row in found)
