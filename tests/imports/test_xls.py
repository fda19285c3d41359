"""What an older workbook does not tell is said, and a figure that depends on it is refused."""

import pytest

from relations.catalog import RESOURCES
from relations.imports.pipeline import load_sheet
from relations.models import Observation
from relations.readers.sheet import read_sheet
from tests.helpers.factories import IndicatorFactory, UnitFactory
from tests.helpers.sheets import problems, workbook
from tests.helpers.xls import xls

HEADINGS = ["key", "title_ru", "indicator", "period", "value", "unit"]


def test_its_cells_are_read_and_what_cannot_be_seen_is_said_once():
    sheet = read_sheet(xls([["key", "value"], ["a", 0.075], ["b", 5]]))
    assert [row.cells for row in sheet.rows] == [["a", "0.075"], ["b", "5"]]
    assert [problem.code for _row, _column, problem in sheet.remarks] == ["file.less_is_seen"]


@pytest.fixture
def units(db):
    UnitFactory(key="percent", symbol_ru="%", symbol_en="%")
    UnitFactory(key="usd", symbol_ru="долл.", symbol_en="USD")
    IndicatorFactory(key="growth")


def load(write, value, unit):
    rows = [HEADINGS, ["f1", "Рост", "growth", "2001", value, unit]]
    return load_sheet(RESOURCES["statistics"], read_sheet(write(rows)))


@pytest.mark.parametrize("value", [0.075, -0.5, 1])
def test_a_number_that_may_have_been_per_cent_is_refused_by_name(units, value):
    report = load(xls, value, "percent")
    assert problems(report) == [("E2", "number.maybe_percent")]
    assert f"{value * 100:g} %" in report.errors[0].problem.in_every_language()["en"]
    assert not Observation.objects.exists()


@pytest.mark.parametrize(
    ("value", "unit"), [(7.5, "percent"), (0, "percent"), ("0.5 %", "percent"), (0.5, "usd")]
)
def test_a_number_of_one_meaning_is_read(units, value, unit):
    assert not load(xls, value, unit).errors


def test_in_a_workbook_that_shows_its_formats_it_is_what_it_shows(units):
    assert not load(workbook, 0.075, "percent").errors
