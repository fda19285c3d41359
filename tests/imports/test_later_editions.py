"""A later edition of a table over the former one: what changed waits with both values, what has gone is listed."""

import pytest

from relations.catalog import RESOURCES
from relations.imports.pipeline import load_sheet
from relations.mapping.recipe import Across, Recipe
from relations.models import Observation, Version
from relations.models.row_cache import unpacked
from relations.readers.sheet import make_sheet
from tests.helpers.factories import IndicatorFactory, UnitFactory
from tests.helpers.sheets import codes

pytestmark = pytest.mark.django_db
STATISTICS = RESOURCES["statistics"]
RECIPE = Recipe(
    "statistics", headings=("Partner", "2001", "2002"), heading_rows=(1,), columns={"Partner": "counterpart"},
    across=Across(("period",)), only={"Partner": ("KZ", "UZ")},
    constants={"indicator": "exports", "area": "RU", "unit": "usd", "source_title": "Trade",
               "locator": "row {row}, column {column}"},
)  # fmt: skip
FIRST = [["Partner", "2001", "2002"], ["KZ", "5", "6"], ["UZ", "7", "8"]]
KEY = "exports-ru-{}-{}-trade"


@pytest.fixture(autouse=True)
def register(russia, kazakhstan, uzbekistan):
    """What the tables name."""
    IndicatorFactory(key="exports", name_ru="Экспорт", name_en="Exports")
    UnitFactory(key="usd")


def edition(*rows, recipe=RECIPE, **options):
    report = load_sheet(STATISTICS, make_sheet("T", [list(row) for row in rows], ""), recipe, **options)
    assert not report.errors, report.errors
    return report


@pytest.fixture
def published(register):
    """The first edition, published."""
    edition(*FIRST, publish=True)
    assert Observation.objects.published().count() == 4


def vanished(report):
    return [str(one.problem) for one in report.warnings if one.problem.code == "record.vanished"]


def test_the_place_in_the_file_is_the_cell():
    edition(*FIRST)
    row = unpacked(Observation.objects.get(key=KEY.format("uz", "2002")).row)
    assert row["locator"] == "sheet-row 3, column C"


def test_a_changed_figure_waits_with_both_values_and_readers_see_the_former(published, approved):
    report = edition(FIRST[0], ["KZ", "5", "60"], FIRST[2], proposes=True)
    assert (report.created, report.proposed, report.unchanged) == (0, 1, 3)
    figure = Observation.objects.get(key=KEY.format("kz", "2002"))
    assert figure.obs_value == 6
    approved(figure)
    figure.refresh_from_db()
    assert figure.obs_value == 60
    last = Version.objects.filter(type="statistics", object_id=figure.pk, is_proposal=False).latest("pk")
    assert (last.before["value"], last.after["value"]) == ("6", "60")


def test_what_was_judged_of_a_figure_outlives_a_later_edition(published):
    judged = {"obs_status": "E", "comment_en": "An estimate.", "rank": "deprecated", "rank_reason": "Judged."}
    header = ["key", *judged]
    load_sheet(
        STATISTICS, make_sheet("", [header, [KEY.format("kz", "2002"), *judged.values()]], ""), publish=True
    )
    edition(FIRST[0], ["KZ", "5", "60"], FIRST[2], publish=True)
    row = unpacked(Observation.objects.get(key=KEY.format("kz", "2002")).row)
    assert {name: row[name] for name in judged} == judged
    assert row["value"] == "60"


@pytest.mark.parametrize("dry_run", [True, False])
def test_rows_that_have_gone_are_listed_and_stay(published, dry_run):
    report = edition(FIRST[0], ["KZ", "", "6"], dry_run=dry_run)
    (said,) = vanished(report)
    assert ": 3 (" in said
    assert ", ".join([KEY.format("kz", "2001"), KEY.format("uz", "2001"), KEY.format("uz", "2002")]) in said
    assert Observation.objects.published().count() == 4


def test_the_same_edition_again_has_lost_and_changed_nothing(published):
    report = edition(*FIRST, proposes=True)
    assert (report.unchanged, vanished(report)) == (4, [])


def test_a_table_of_the_same_source_about_another_place_is_no_later_edition(published):
    other = Recipe(**{**RECIPE.__dict__, "only": {}, "constants": {**RECIPE.constants, "area": "KZ"}})
    assert vanished(edition(FIRST[0], ["UZ", "1", "2"], recipe=other)) == []


def test_a_sheet_of_ours_with_one_row_is_no_edition(published):
    sheet = make_sheet("", [["key", "value"], [KEY.format("kz", "2002"), "9"]], "")
    assert vanished(load_sheet(STATISTICS, sheet, proposes=True)) == []


def test_a_definition_of_its_own_makes_another_figure_and_overwrites_none(published):
    defined = Recipe(**{**RECIPE.__dict__, "constants": {**RECIPE.constants, "definition_en": "Without gas"}})
    report = edition(*FIRST, recipe=defined)
    assert (report.created, report.updated) == (4, 0)


def test_a_partner_whom_the_recipe_asks_for_and_the_table_lacks_is_named():
    report = edition(FIRST[0], ["KZ", "5", "6"], dry_run=True)
    (said,) = [str(one.problem) for one in report.warnings if one.problem.code == "rows.absent"]
    assert "UZ" in said
    assert "KZ" not in said


def test_a_table_with_all_partners_has_no_such_remark():
    assert "rows.absent" not in codes(edition(*FIRST, dry_run=True).warnings)


def test_a_table_of_the_producer_without_the_headings_is_refused_with_their_names():
    report = load_sheet(STATISTICS, make_sheet("T", [["Country", "2001"], ["KZ", "5"]], ""), RECIPE)
    (error,) = report.errors
    assert error.problem.code == "recipe.no_fit"
    assert "Partner" in str(error.problem)
