"""Tables such as statistics offices publish: every cell is compared with what it was made from."""

from dataclasses import replace

import pytest

from relations.catalog import RESOURCES
from relations.imports.pipeline import load_sheet
from relations.mapping.guessing import guess
from relations.models import Observation
from relations.readers.sheet import make_sheet
from relations.rows.lookups import Lookups
from tests.helpers.factories import IndicatorFactory, PlaceFactory, UnitFactory
from tests.helpers.official_tables import WORDS, official_table

pytestmark = pytest.mark.django_db
STATISTICS = RESOURCES["statistics"]
SEEDS = range(24)


@pytest.fixture(autouse=True)
def register(db):
    """What the tables name, in three languages."""
    for key in ("exports", "imports"):
        IndicatorFactory(
            key=key, name_ru=WORDS["ru"][key], name_en=WORDS["en"][key], other_names_ru=WORDS["kk"][key]
        )
    UnitFactory(
        key="usd", symbol_ru="долл. США", symbol_en="USD", name_ru="доллар США", name_en="US dollar",
        other_names_en="US dollars",
    )  # fmt: skip
    for code in ("RU", "KZ", "UZ"):
        PlaceFactory(
            code=code, kind="country", name_ru=WORDS["ru"][code], name_en=WORDS["en"][code],
            other_names_ru=WORDS["kk"][code],
        )  # fmt: skip


def read(table):
    """(the report, {(indicator, area, counterpart, year): value}) of a table with a person's answers."""
    sheet = make_sheet("Лист1", table.rows, "")
    recipe = replace(guess(STATISTICS, sheet, Lookups()).recipe, **{"cells": {}, **table.answers})
    report = load_sheet(STATISTICS, sheet, recipe)
    found = Observation.objects.select_related("indicator", "ref_area", "counterpart_area")
    return report, {
        (one.indicator.key, one.ref_area.code, one.counterpart_area.code, str(one.period)): one.obs_value
        for one in found
    }


@pytest.mark.parametrize("seed", SEEDS)
def test_every_cell_is_read_as_it_was_meant(seed):
    table = official_table(seed)
    report, found = read(table)
    assert [str(error) for error in report.errors] == []
    assert found == table.truth
    assert set(Observation.objects.values_list("unit__key", "unit_mult")) == {("usd", 6)}
    assert set(Observation.objects.filter(obs_value=None).values_list("obs_status", flat=True)) <= {"O"}


@pytest.mark.parametrize("seed", SEEDS)
def test_without_answers_nothing_is_silently_wrong(seed):
    """Whatever is stored by what the table alone says is true; everything else is refused by name."""
    table = official_table(seed)
    report = load_sheet(STATISTICS, make_sheet("Лист1", table.rows, ""))
    assert report.errors or report.created == len(table.truth)
    assert not (report.errors and Observation.objects.exists())
