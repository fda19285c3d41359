"""What a foreign table says of itself: certain things are used at once, others are proposed."""

import pytest

from relations.catalog import RESOURCES
from relations.mapping.guessing import guess, speaks_ours
from relations.mapping.headings import Heading, heading_of, year_in
from relations.models import Observation
from relations.readers.sheet import make_sheet
from relations.rows.lookups import Lookups
from tests.helpers.factories import IndicatorFactory, SourceFactory, UnitFactory
from tests.helpers.sheets import codes, load_table, warnings

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def register(russia, kazakhstan, uzbekistan):
    """What the tables name."""
    IndicatorFactory(key="exports", name_ru="Экспорт", name_en="Exports")
    UnitFactory(
        key="usd", symbol_ru="долл.", symbol_en="USD", name_en="US dollar", other_names_en="US dollars"
    )


def guessed(slug, *rows):
    sheet = make_sheet("Лист1", [list(row) for row in rows], "")
    return guess(RESOURCES[slug], sheet, Lookups())


@pytest.mark.parametrize(
    ("text", "heading"),
    [
        ("value", Heading("value")),
        ("counterpart¹", Heading("counterpart")),
        ("indicator*", Heading("indicator")),
        ("value (USD million)", Heading("value", "USD million")),
        ("value, млн долл.²", Heading("value", "млн долл.")),
        ("Стоимость [USD]", Heading("Стоимость", "USD")),
        ("area\n", Heading("area")),
    ],
)
def test_a_heading_is_a_name_and_perhaps_a_unit(text, heading):
    assert heading_of(text) == heading


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("2021", "2021"), ("2009 г.", "2009 г."), ("1990 [YR1990]", "1990"), ("value 2021", "2021"),
        ("2015/16", "2015/16"),
        ("2020Q1", "2020Q1"), ("1992-1993 и 1995", ""), ("value", ""), ("12021", ""), ("20215", ""),
    ],
)  # fmt: skip
def test_a_year_is_found_in_a_heading(text, year):
    assert year_in(text) == year


def test_a_table_with_our_headings_needs_no_guess():
    rows = [["indicator", "area", "period", "value"], ["exports", "RU", "2001", "5"]]
    assert speaks_ours(RESOURCES["statistics"], make_sheet("", rows, ""))


def test_titles_above_the_table_are_proposed_by_their_cells():
    found = guessed(
        "statistics", ["Exports, FOB"], ["Kazakhstan, Rep. of"], ["US dollars, millions"],
        ["", "2001", "2002"], ["Russia", "5", "6"], ["Uzbekistan", "7", "8"], ["Total", "9", "9"], ["Source: x"],
    )  # fmt: skip
    assert found.recipe.constants == {"indicator": "=A1", "area": "=A2", "unit": "=A3"}
    assert found.recipe.cells == {
        "indicator": {"Exports, FOB": "Exports"}, "area": {"Kazakhstan, Rep. of": "Kazakhstan"},
    }  # fmt: skip
    assert found.recipe.columns == {"[A]": "counterpart"}
    assert found.recipe.across.parts == ("period",)
    assert found.is_open


def test_headings_in_other_words_are_proposed_and_not_used():
    rows = [
        ["Название", "Вид", "Дата подписания", "Страны", "Источник"],
        ["Договор", "договор", "1993", "RU", "Сборник"],
    ]
    found = guessed("agreements", *rows)
    assert found.recipe.columns == {
        "Название": "title_ru", "Вид": "instrument_type", "Дата подписания": "date_signed", "Страны": "parties",
        "Источник": "source_title",
    }  # fmt: skip
    assert not found.certain.columns


def test_a_column_of_keys_is_the_source_itself():
    SourceFactory(key="herald")
    found = guessed("agreements", ["Название", "Источник"], ["Договор", "herald"])
    assert found.recipe.columns["Источник"] == "source"


def test_two_rows_of_headings_are_found():
    rows = [
        ["Страна", "2001", "", "2002", ""],
        ["", "экспорт", "импорт", "экспорт", "импорт"],
        ["RU", "1", "2", "3", "4"],
    ]
    found = guessed("statistics", *rows)
    assert found.certain.heading_rows == (1, 2)
    assert found.recipe.across.parts == ("period", "indicator")


def test_labels_written_once_are_proposed_to_be_filled_down():
    rows = [["Показатель", "Страна", "Год", "Сумма"], ["exports", "RU", "2001", "5"], ["", "", "2002", "6"]]
    assert guessed("statistics", *rows).recipe.fill_down == ("Показатель", "Страна")


# What is certain is used without asking, and said.


def test_units_and_marks_in_headings_are_understood():
    report = load_table(
        "statistics",
        ["indicator*", "area ", "period (год)", "value, млн долл.²"],
        ["exports", "RU", "2001", "5"],
    )
    assert (codes(report.errors), report.created) == ([], 1)
    assert "table.constant" in warnings(report)


def test_a_row_of_units_belongs_to_the_headings():
    report = load_table(
        "statistics", ["indicator", "area", "period", "value"], ["", "", "год", "млн долл."],
        ["exports", "RU", "2001", "5"],
    )  # fmt: skip
    assert (codes(report.errors), report.created) == ([], 1)
    assert "row.of_headings" in warnings(report)


def test_years_across_beside_our_columns_are_unfolded():
    report = load_table(
        "statistics", ["indicator", "area", "value 2001", "value 2002"], ["exports", "RU", "5", "6"]
    )
    assert (codes(report.errors), report.created) == ([], 2)
    assert "table.unfolded" in warnings(report)


def test_a_matrix_is_unfolded_and_lacks_its_indicator():
    report = load_table(
        "statistics",
        ["Экспортёр \\ Импортёр", "Россия", "Казахстан"],
        ["Россия", "", "5"],
        ["Узбекистан", "6", "7"],
    )
    assert codes(report.errors) == ["column.needed"]
    assert "indicator" in str(report.errors[0].problem)


@pytest.mark.parametrize("value", ["5", "..", "5 e", "(5)", "1 234,5"])
def test_figures_of_any_kind_do_not_make_a_row_of_headings(value):
    report = load_table(
        "statistics", ["indicator", "area", "period", "value"], ["exports", "RU", "2001", value]
    )
    assert (codes(report.errors), report.created) == ([], 1)


@pytest.mark.parametrize("heading", ["value, %", "value (%)", "value, млн долл."])
def test_a_unit_in_the_heading_contradicts_another_one_in_the_row(heading):
    UnitFactory(key="percent", symbol_ru="%", symbol_en="%", name_en="per cent")
    report = load_table(
        "statistics", ["indicator", "area", "period", heading, "unit"], ["exports", "RU", "2001", "5", "USD"]
    )
    assert codes(report.errors) == ["table.contradicts"]


def test_months_as_sdmx_writes_them_are_read():
    report = load_table(
        "statistics", ["indicator", "area", "2020M01", "2020M12"], ["exports", "RU", "5", "6"]
    )
    assert not report.errors
    assert {str(one) for one in Observation.objects.values_list("period", flat=True)} == {
        "2020-01",
        "2020-12",
    }


def test_headings_repeated_below_are_skipped_and_said_but_not_those_of_a_template():
    heads = ["indicator", "area", "period", "value"]
    rows = [["exports", "RU", "2001", "5"], heads, ["exports", "RU", "2002", "6"]]
    report = load_table("statistics", heads, heads, *rows)
    assert (report.created, [one.row for one in report.warnings if one.problem.code == "row.headings"]) == (
        2,
        [4],
    )


def test_a_blank_label_below_another_is_answered_with_filling_down():
    report = load_table(
        "statistics", ["indicator", "area", "period", "value"], ["exports", "RU", "2001", "5"], ["", "RU", "2002", "6"],
    )  # fmt: skip
    (error,) = report.errors
    assert (error.problem.code, "exports" in str(error.problem)) == ("row.incomplete", True)
