"""Rows that the answers leave out are said, also where a saved recipe gives the answers."""

import pytest

from relations.catalog import RESOURCES
from relations.imports.pipeline import load_sheet
from relations.mapping.recipe import Recipe
from relations.readers.sheet import make_sheet
from tests.helpers.factories import IndicatorFactory, UnitFactory
from tests.helpers.sheets import codes

pytestmark = pytest.mark.django_db
HEADER = ["Partner", "Year", "Value"]
RECIPE = Recipe(
    "statistics", headings=tuple(HEADER), heading_rows=(1,),
    columns={"Partner": "counterpart", "Year": "period", "Value": "value"},
    constants={"indicator": "exports", "area": "RU", "unit": "usd"},
)  # fmt: skip


@pytest.fixture(autouse=True)
def register(russia, kazakhstan, uzbekistan):
    """What the tables name."""
    IndicatorFactory(key="exports", name_ru="Экспорт", name_en="Exports")
    UnitFactory(key="usd")


def loaded(*partners, **answers):
    sheet = make_sheet("Лист1", [HEADER, *([one, "2001", "5"] for one in partners)], "")
    recipe = Recipe(**{**RECIPE.__dict__, **answers})
    return load_sheet(RESOURCES["statistics"], sheet, recipe, dry_run=True)


def said(report, code):
    """[(column, sentence)] of the warnings with this code."""
    return [(one.column, str(one.problem)) for one in report.warnings if one.problem.code == code]


def test_rows_with_other_cells_than_were_asked_for_are_counted_and_named():
    report = loaded("KZ", "Cyprus", "Cyprus", "World", only={"Partner": ("KZ",)})
    assert report.rows == 1
    ((column, sentence),) = said(report, "rows.others")
    assert column == "A"
    assert "3 (Cyprus; World)" in sentence


def test_a_new_spelling_of_what_is_read_is_named_for_itself():
    report = loaded("Kazakhstan", "Kazakhstan, Rep.", "World", only={"Partner": ("Kazakhstan",)})
    ((_column, sentence),) = said(report, "rows.others_alike")
    assert "Kazakhstan, Rep." in sentence
    assert "World" not in sentence


def test_a_table_of_which_every_row_is_asked_for_has_no_such_remark():
    report = loaded("KZ", "UZ", only={"Partner": ("KZ", "UZ")})
    assert not [code for code in codes(report.warnings) if code.startswith("rows.")]


def test_rows_that_are_skipped_by_their_text_are_counted():
    report = loaded("KZ", "World", "Total value", pass_over=("World",))
    assert "1 (World)" in said(report, "rows.skipped")[0][1]
    report = loaded("KZ", "Atlantis", "Atlantis", cells={"counterpart": {"Atlantis": None}})
    assert "2 (Atlantis)" in said(report, "rows.skipped")[0][1]
    assert report.rows == 1


def test_rows_below_the_last_one_are_counted():
    report = loaded("KZ", "UZ", "KZ", last_row=2)
    assert report.rows == 1
    assert said(report, "rows.below")[0][1].endswith(": 2.")


def test_of_thousands_of_different_cells_a_few_are_named():
    report = loaded("KZ", *(f"Partner {n}" for n in range(1500)), only={"Partner": ("KZ",)})
    ((_column, sentence),) = said(report, "rows.others")
    assert "1500" in sentence
    assert len(sentence) < 500
