"""A unit written beside a figure agrees with the unit of its row, becomes it, or is refused."""

from decimal import Decimal

import pytest

from relations.models import Observation
from tests.helpers.factories import IndicatorFactory, UnitFactory
from tests.helpers.sheets import codes, load_rows, problems, warnings

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def units(db):
    UnitFactory(
        key="usd",
        name_ru="доллар США",
        name_en="US dollar",
        other_names_en="US$",
        symbol_ru="долл. США",
        symbol_en="USD",
    )
    UnitFactory(key="rub", name_ru="российский рубль", symbol_ru="руб.", symbol_en="RUB")
    UnitFactory(
        key="person", name_ru="человек", symbol_ru="человек|человека|человек", symbol_en="person|people"
    )
    UnitFactory(key="percent", symbol_ru="%", symbol_en="%")
    UnitFactory(key="share", name_ru="доля ВВП", symbol_ru="% ВВП", symbol_en="% of GDP")
    IndicatorFactory(key="exports")


def load(value, unit="", **cells):
    row = {
        "key": "f1",
        "title_ru": "Экспорт",
        "indicator": "exports",
        "period": "2001",
        "value": value,
        "unit": unit,
    }
    return load_rows("statistics", row | cells)


def stored():
    one = Observation.objects.get(key="f1")
    return one.obs_value, one.unit_mult, one.unit and one.unit.key


@pytest.mark.parametrize(
    ("value", "unit", "kept"),
    [
        ("$5", "million USD", (5, 6, "usd")),
        ("USD 1234", "USD", (1234, 0, "usd")),
        ("1234.5 ₽", "rub", (Decimal("1234.5"), 0, "rub")),
        ("18.5 млн", "million USD", (Decimal("18.5"), 6, "usd")),
        ("470 тыс. человек", "person", (470, 3, "person")),
        ("5 % ВВП", "share", (5, 0, "share")),
    ],
)
def test_a_unit_beside_a_figure_that_is_the_unit_of_the_row_changes_nothing(value, unit, kept):
    assert not load(value, unit).errors
    assert stored() == kept


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("5 млрд $", (5, 9, "usd")),
        ("USD 5 bn", (5, 9, "usd")),
        ("5 тыс. долл. США", (5, 3, "usd")),
    ],
)
def test_a_figure_with_its_own_unit_and_power_is_whole_and_said(value, kept):
    report = load(value, "million USD")
    assert not report.errors
    assert [one.value for one in report.warnings if one.header == "value"] == [value]
    assert stored() == kept


def test_a_power_of_ten_without_a_unit_contradicts_that_of_the_row():
    assert problems(load("16.5 тыс.", "million USD")) == [("E2", "number.powers")]


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("$1234", (1234, 0, "usd")),
        ("-$1234", (-1234, 0, "usd")),
        ("более $5 млн", (5, 6, "usd")),
        ("5-7 млрд руб.", (5, 9, "rub")),
        ("470 чел", None),
        ("470 человек", (470, 0, "person")),
        ("US$5", (5, 0, "usd")),
    ],
)
def test_in_a_row_without_a_unit_it_becomes_the_unit_and_is_said(value, kept):
    report = load(value)
    if kept is None:
        assert problems(report) == [("E2", "number.word")]
        return
    assert (codes(report.errors), warnings(report)) == ([], ["converted"])
    assert stored() == kept


@pytest.mark.parametrize("value", ["5 млрд руб.", "₽5", "470 человек"])
def test_beside_another_unit_it_is_refused_and_both_are_named(value):
    report = load(value, "million USD")
    assert problems(report) == [("E2", "number.units")]
    said = report.errors[0].problem.in_every_language()
    assert "US dollar" in said["en"]
    assert "доллар США" in said["ru"]
    assert not Observation.objects.exists()


@pytest.mark.parametrize("value", ["€5", "5 €", "¥ 5 млрд"])
def test_a_sign_of_an_unknown_currency_is_refused_by_name(value):
    report = load(value, "million USD")
    assert problems(report) == [("E2", "number.unit")]
    assert value.strip("5 млрд") in str(report.errors[0].problem)


@pytest.mark.parametrize("value", ["5 % человек", "5 тонн", "№ 5", "=5", "$", "$5 руб.", "5 $ 7"])
def test_what_is_not_one_figure_with_one_unit_is_refused(value):
    assert codes(load(value, "million USD").errors)[0] in ("number.word", "number.unreadable")


@pytest.mark.parametrize(
    "value", ["470 (оценка)", "470 (est.)", "470 (estimate)", "470 e", "470 человек (оценка)"]
)
def test_a_word_in_brackets_marks_an_estimate_as_a_letter_does(value):
    assert not load(value).errors
    assert Observation.objects.get(key="f1").obs_status == "E"


def test_the_sign_of_a_currency_names_a_unit_in_its_own_column_too():
    assert not load("5", "млн $").errors
    assert stored() == (5, 6, "usd")
