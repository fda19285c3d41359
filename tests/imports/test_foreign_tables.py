"""Tables made by others: their names of units, indicators and places, and what they leave out."""

import pytest
from django.utils.translation import override

from relations.models import Forum, Observation, Place, Source, Unit
from relations.values.period import Period
from tests.helpers.factories import ForumFactory, IndicatorFactory, ObservationFactory, UnitFactory
from tests.helpers.sheets import codes, load_rows, warnings

pytestmark = pytest.mark.django_db


def sentences(findings):
    """What was read in another way than it was written; not what the rules ask."""
    read = [finding.problem for finding in findings if not finding.problem.code.startswith("rule.")]
    with override("en"):
        return [str(problem) for problem in read]


@pytest.fixture
def units(db):
    UnitFactory(
        key="usd", name_ru="доллар США", name_en="US dollar", symbol_ru="долл. США", symbol_en="USD",
        other_names_ru="долл.", other_names_en="US dollars",
    )  # fmt: skip
    UnitFactory(
        key="person", name_ru="человек", name_en="person", symbol_ru="человек|человека|человек",
        symbol_en="person|persons", other_names_ru="чел.",
    )  # fmt: skip
    UnitFactory(key="percent", name_ru="процент", name_en="per cent", symbol_ru="%", symbol_en="%")


@pytest.fixture
def figure(units, uzbekistan):
    """A row with a figure of the indicator “enterprises”."""
    IndicatorFactory()
    return {"key": "f", "indicator": "enterprises", "area": "UZ", "period": "2007", "value": "41.5"}


def stored():
    one = Observation.objects.get(key="f")
    return one.unit and one.unit.key, one.unit_mult, str(one.obs_value.normalize())


# A unit together with a power of ten.


@pytest.mark.parametrize(
    ("cell", "unit", "mult"),
    [
        ("USD million", "usd", 6),
        ("million US dollars", "usd", 6),
        ("Millions of US dollars", "usd", 6),
        ("USD, bn", "usd", 9),
        ("млн долл.", "usd", 6),
        ("Млрд. долл. США", "usd", 9),
        ("тыс. человек", "person", 3),
        ("тыс.чел.", "person", 3),
        ("thousand persons", "person", 3),
    ],
)
def test_a_unit_with_a_power_of_ten_sets_both(figure, cell, unit, mult):
    report = load_rows("statistics", figure | {"unit": cell})
    assert (codes(report.errors), warnings(report)) == ([], ["converted"])
    assert stored() == (unit, mult, "41.5")


def test_the_reading_of_a_unit_is_reported_in_words(figure):
    assert sentences(load_rows("statistics", figure | {"unit": "млн долл."}).warnings) == [
        "Read as “million USD”."
    ]
    report = load_rows("statistics", figure | {"key": "g", "unit": "persons"})
    assert sentences(report.warnings) == ["Read as “person”."]


@pytest.mark.parametrize(
    ("cell", "unit"), [("USD", "usd"), ("долл. США", "usd"), ("человека", "person"), ("%", "percent")]
)
def test_a_unit_alone_is_read_as_it_is_shown_and_sets_no_power(figure, cell, unit):
    assert not load_rows("statistics", figure | {"unit": cell}).errors
    assert stored() == (unit, 0, "41.5")


@pytest.mark.parametrize("cell", ["million", "thousand million USD", "million doubloons", "millionaire USD"])
def test_a_power_of_ten_without_a_known_unit_is_refused(figure, cell):
    assert codes(load_rows("statistics", figure | {"unit": cell}).errors) == ["name.unknown"]


@pytest.mark.parametrize(
    ("cells", "is_refused"),
    [
        ({"unit_mult": "9"}, True),
        ({"unit_mult": "6"}, False),
        ({"unit_mult": "0"}, False),
        ({"unit_mult": ""}, False),
        ({"value": "3 bn"}, True),
        ({"value": "3 млн"}, False),
        ({"value": "3 млн", "unit_mult": "9"}, True),
    ],
)
def test_two_powers_of_ten_in_a_row_must_be_the_same(figure, cells, is_refused):
    report = load_rows("statistics", figure | {"unit": "USD million"} | cells)
    assert {*codes(report.errors)} == ({"number.powers"} if is_refused else set())
    assert Observation.objects.exists() != is_refused
    if not is_refused:
        assert stored()[:2] == ("usd", 6)


def test_a_power_in_the_figure_is_combined_with_a_unit_without_one(figure):
    assert not load_rows("statistics", figure | {"unit": "USD", "value": "3 bn"}).errors
    assert stored() == ("usd", 9, "3")


def test_a_stored_figure_follows_the_power_of_its_unit(figure):
    figure["unit"] = "USD"
    load_rows("statistics", figure)
    assert load_rows("statistics", figure | {"unit": "USD million"}).updated == 1
    assert stored() == ("usd", 6, "41.5")
    assert load_rows("statistics", figure | {"unit": "USD million"}).unchanged == 1
    assert load_rows("statistics", figure | {"value": "42"}).updated == 1
    assert stored() == ("usd", 0, "42")


def test_a_unit_without_a_power_leaves_that_of_a_stored_figure(units):
    ObservationFactory(key="f", obs_value=5, unit_mult=6, unit=Unit.objects.get(key="usd"))
    assert load_rows("statistics", {"key": "f", "unit": "person"}).updated == 1
    assert stored() == ("person", 6, "5")


def test_an_empty_unit_empties_and_a_per_cent_sign_fills_it(figure):
    load_rows("statistics", figure | {"unit": "USD million"})
    load_rows("statistics", figure | {"unit": ""})
    assert stored() == (None, 0, "41.5")
    load_rows("statistics", figure | {"unit": "", "value": "5 %"})
    assert stored() == ("percent", 0, "5")


# A letter behind a figure.


@pytest.mark.parametrize(("cell", "status"), [("54.82 e", "E"), ("1,191.26 P", "P"), ("7 f", "F")])
def test_a_letter_behind_a_figure_is_its_status(figure, cell, status):
    report = load_rows("statistics", figure | {"value": cell})
    assert (codes(report.errors), warnings(report)) == ([], ["converted"])
    assert Observation.objects.get().obs_status == status


def test_the_report_says_the_status_that_was_read(figure):
    report = load_rows("statistics", figure | {"value": "54.82 e"})
    assert sentences(report.warnings) == ["Read as “54.82, estimate”."]


@pytest.mark.parametrize(("cell", "code"), [("54.82 x", "number.word"), ("e 54", "number.unreadable")])
def test_other_letters_are_refused(figure, cell, code):
    assert codes(load_rows("statistics", figure | {"value": cell}).errors) == [code]


def test_a_letter_must_not_contradict_the_column_of_the_status(figure):
    figure["value"] = "54.82 e"
    assert codes(load_rows("statistics", figure | {"obs_status": "P"}).errors) == ["status.two"]
    assert not load_rows("statistics", figure | {"obs_status": "E"}).errors
    assert not load_rows("statistics", figure | {"key": "g", "obs_status": ""}).errors


def test_a_bare_figure_leaves_the_status(figure):
    load_rows("statistics", figure | {"value": "54.82 e"})
    load_rows("statistics", figure | {"value": "55"})
    assert Observation.objects.get().obs_status == "E"


# A forum whose kind nobody states.


def test_a_new_forum_without_the_column_of_its_kind_is_an_other_event():
    assert load_rows("forums", {"title_en": "Round table of archives", "date": "2016"}).created == 1
    assert Forum.objects.get().event_type == "other_event"


def test_an_empty_kind_is_refused_and_a_missing_column_leaves_it():
    ForumFactory(key="x", event_type="summit")
    assert codes(load_rows("forums", {"key": "x", "event_type": ""}).errors) == ["cell.required"]
    assert codes(load_rows("forums", {"title_en": "New", "event_type": "", "date": "2009"}).errors) == [
        "cell.required"
    ]
    load_rows("forums", {"key": "x", "title_en": "Renamed"})
    assert Forum.objects.get().event_type == "summit"


# Names and dates.


@pytest.mark.parametrize("cell", ["00.00.0000", "00/00/0000", "0000-00-00"])
def test_a_date_of_zeros_is_unknown_and_the_report_says_so(cell):
    assert Period.parse(cell) == Period()
    report = load_rows("forums", {"key": "table", "title_en": "Round table of archives", "date": cell})
    assert (codes(report.errors), warnings(report)) == ([], ["converted"])


@pytest.mark.parametrize("cell", ["00.05.1993", "05.00.1993", "01.01.0000"])
def test_zeros_in_a_date_that_is_otherwise_known_are_refused(cell):
    report = load_rows("forums", {"title_en": "Round table of archives", "date": cell})
    assert codes(report.errors) == ["date.impossible"]


@pytest.mark.usefixtures("content")
@pytest.mark.parametrize(
    ("indicator", "counterpart", "unit", "found"),
    [
        ("Mutual trade", "KZ", "USD million", ("trade-turnover", "KZ", "usd", 6)),
        ("export FOB", "Kazakhstan", "млн долл.", ("merchandise-exports", "KZ", "usd", 6)),
        ("Экспорт товаров", "all", "миллионов долларов", ("merchandise-exports", "world", "usd", 6)),
        ("merchandise turnover", "CA", "USD bn", ("trade-turnover", "central-asia", "usd", 9)),
        (
            "Students from the partner country",
            "TJ",
            "persons",
            ("inbound-mobile-students", "TJ", "person", 0),
        ),
        (
            "inbound internationally mobile students, total",
            "Central and Eastern Europe",
            "students",
            ("inbound-mobile-students", "central-and-eastern-europe", "student", 0),
        ),
    ],
)
def test_the_names_of_statistics_offices_are_known(indicator, counterpart, unit, found):
    row = {"indicator": indicator, "area": "RU", "counterpart": counterpart, "period": "2001", "value": "17"}
    report = load_rows("statistics", row | {"unit": unit, "source_title": "Yearbook of trade"})
    assert not report.errors
    one = Observation.objects.get(obs_value=17, period__startswith="2001")
    assert (one.indicator.key, one.counterpart_area.code, one.unit.key, one.unit_mult) == found


@pytest.mark.usefixtures("content")
def test_unknown_names_are_still_refused():
    row = {"indicator": "merchandise weather", "area": "RU", "counterpart": "CAN", "value": "17"}
    assert codes(load_rows("statistics", row).errors) == ["name.unknown", "name.unknown"]


@pytest.mark.usefixtures("content")
def test_the_short_name_of_central_asia_is_the_code_of_no_country():
    assert not Place.objects.filter(code="CA").exists()
    report = load_rows(
        "visits", {"title_en": "Journey", "to_places": "CA"}, {"title_en": "Way", "to_places": "CAN"}
    )
    assert sentences(report.warnings) == ["Read as “central-asia”."]
    assert codes(report.errors) == ["name.unknown"]


# Sources in free text.


def test_rows_with_the_same_title_and_no_date_share_a_source(russia):
    rows = [
        {"title_en": f"Journey {number}", "to_places": "RU", "source_title": title}
        for number, title in enumerate(["Chronicle, part 1", "Chronicle, part 1", "Chronicle, part 2"])
    ]
    assert load_rows("visits", *rows).created == 3
    assert Source.objects.count() == 2
    assert load_rows("visits", *rows).unchanged == 3
    assert Source.objects.count() == 2
