"""Figures and dates on their way from a cell into the register and back: exactly, or with a sentence that
says why not."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override

from relations.catalog import RESOURCES
from relations.errors import Problem
from relations.models import Agreement, Forum, Observation
from tests.helpers.factories import (
    AgreementFactory,
    ForumFactory,
    IndicatorFactory,
    ObservationFactory,
    UnitFactory,
)
from tests.helpers.sheets import codes, load_rows, problems, warnings

pytestmark = pytest.mark.django_db


def load_figure(cell, **cells):
    ObservationFactory(key="figure", obs_value=1)
    return load_rows("statistics", {"key": "figure", "value": cell, **cells})


def column(slug, name):
    return RESOURCES[slug].column(name)


# Figures.


@pytest.mark.parametrize(
    ("cell", "kept"),
    [
        ("999999999999999", "999999999999999"),
        ("999999999999999000", "999999999999999000"),
        ("123456789.123456", "123456789.123456"),
        ("0.000001", "0.000001"),
        ("-999999999.999999", "-999999999.999999"),
        ("1661.999999999999", "1662"),
    ],
)
def test_a_figure_is_stored_exactly_as_it_was_read(cell, kept):
    assert not load_figure(cell).errors
    assert Observation.objects.get(key="figure").obs_value == Decimal(kept)
    assert load_rows("statistics", {"key": "figure", "value": kept}).unchanged == 1


@pytest.mark.parametrize("cell", ["999999999999999999", "111111111111111111", "1234567890123456"])
def test_a_figure_that_a_database_would_round_is_refused(cell):
    assert codes(load_figure(cell).errors) == ["number.too_exact"]
    assert Observation.objects.get(key="figure").obs_value == 1


@pytest.mark.parametrize(
    ("cell", "kept"), [("1234567890.1234567", "1234567890.12346"), ("0.30000000000000004", "0.3")]
)
def test_what_no_spreadsheet_shows_of_a_figure_is_rounded_and_said(cell, kept):
    report = load_figure(cell)
    assert (codes(report.errors), warnings(report)) == ([], ["converted"])
    assert Observation.objects.get(key="figure").obs_value == Decimal(kept)


def test_an_upper_value_is_as_exact_and_as_clear_as_the_value():
    assert codes(load_figure("1", value_to="111111111111111111").errors) == ["number.too_exact"]
    row = {"key": "figure", "value": "1"}
    assert codes(load_rows("statistics", row | {"value_to": "1,234"}).errors) == ["number.ambiguous"]
    assert not load_rows("statistics", row | {"value_to": "2,5", "qualifier": "between"}).errors
    assert Observation.objects.get(key="figure").value_to == Decimal("2.5")


@pytest.mark.parametrize("cell", ["TRUE", "FALSE", "ИСТИНА", "ЛОЖЬ"])
def test_a_boolean_is_not_a_figure(cell):
    assert codes(load_figure(cell).errors) == ["number.unreadable"]
    row = {"key": "figure", "value": "1", "value_to": cell}
    assert codes(load_rows("statistics", row).errors) == ["number.unreadable"]
    assert codes(load_rows("statistics", {"key": "figure", "unit_mult": cell}).errors) == ["number.whole"]


@pytest.mark.parametrize(
    "cell",
    [
        "0.30000000000000004",
        "1,234.5",
        "1 234,567",
        "0,123",
        "16 500",
        "+5",
        "-0",
        "5 %",
        "~5",
        "почти 6,5 трлн",
    ],
)
def test_a_value_stored_differently_from_the_cell_is_reported(cell):
    assert warnings(load_figure(cell)) == ["converted"]


@pytest.mark.parametrize("cell", ["961", "6.5", "6,5", "-14,5"])
def test_a_decimal_comma_alone_needs_no_warning(cell):
    report = load_figure(cell)
    assert warnings(report) == []


@pytest.mark.parametrize("name", ["value", "value_to"])
def test_three_digits_after_a_comma_are_never_hidden(name):
    figures = column("statistics", name)
    assert figures.reads_differently("1,234", "1.234")
    assert figures.reads_differently("1,234", "1234")
    assert not figures.reads_differently("1,2345", "1.2345")
    assert not figures.reads_differently("1.234", "1.234")


@pytest.mark.parametrize(
    ("cell", "russian", "english"),
    [
        ("почти 6,5 трлн", "почти 6,5 трлн", "almost 6.5 trn"),
        ("5-7", "5–7", "5–7"),
        (">200", "более 200", "more than 200"),
        ("5–7 тысяч", "5–7 тыс.", "5–7 thousand"),
        ("25 проц.", "25 %", "25%"),
        ("1,234,567", "1234567", "1234567"),
        ("0,123", "0.123", "0.123"),
    ],
)
def test_the_whole_conversion_is_reported_in_the_readers_language(cell, russian, english):
    figures = column("statistics", "value")
    said = figures.describe(figures.parse(cell, None))
    for language, words in (("ru", russian), ("en", english)):
        with override(language):
            assert str(said).replace("\u00a0", " ") == words


def test_a_report_describes_the_whole_conversion_in_every_language():
    figures = column("statistics", "value")
    said = figures.describe(figures.parse("почти 6,5 трлн", None))
    sentences = Problem("converted", "“%(stored)s”", stored=said).in_every_language()
    assert {language: sentence.replace("\u00a0", " ") for language, sentence in sentences.items()} == {
        "ru": "“почти 6,5 трлн”",
        "en": "“almost 6.5 trn”",
    }


def test_what_other_columns_say_is_what_they_store():
    assert column("statistics", "value_to").describe(Decimal("6.50")) == "6.5"
    assert column("statistics", "comment_ru").describe("я" * 300) == "я" * 200


def test_a_sign_of_per_cent_sets_the_unit():
    percent = UnitFactory(key="percent")
    figure = ObservationFactory(key="share", unit=None)
    assert not load_rows("statistics", {"key": "share", "value": "25 проц."}).errors
    figure.refresh_from_db()
    assert (figure.obs_value, figure.unit) == (25, percent)


# Whole numbers.


@pytest.mark.parametrize("cell", ["6", "+6", "6.0", "6,0", "06"])
def test_a_whole_number_is_read(cell):
    ForumFactory(key="forum", edition_number=1)
    assert not load_rows("forums", {"key": "forum", "edition": cell}).errors
    assert Forum.objects.get(key="forum").edition_number == 6


@pytest.mark.parametrize("cell", ["1_0", "６", "٦", "6.5", "6-й", "1e3", "VI", "TRUE", "6.", "9" * 5000])
def test_anything_but_a_whole_number_is_refused(cell):
    with pytest.raises(Problem) as caught:
        column("forums", "edition").parse(cell, None)
    assert caught.value.code == "number.whole"


def test_a_whole_number_keeps_its_sign_and_its_limits():
    power = column("statistics", "unit_mult")
    assert power.parse("-3", None) == -3
    for cell in ("-7", "16", "9" * 20):
        with pytest.raises(Problem) as caught:
            power.parse(cell, None)
        assert caught.value.code == "number.range"


# Dates.


@pytest.mark.parametrize(
    ("cell", "kept"),
    [
        ("«25» мая 1993 г.", "1993-05-25"),
        ("25.05.1993 10:00", "1993-05-25"),
        ("2017-19", "2017/2019"),
        ("1990-е годы", "199X"),
        ("зима 2200", "2200-24"),
    ],
)
def test_a_date_is_kept_and_the_report_says_how_it_was_read(cell, kept):
    AgreementFactory(key="treaty", signed="1991")
    report = load_rows("agreements", {"key": "treaty", "date_signed": cell})
    assert (codes(report.errors), warnings(report)) == ([], ["converted"])
    assert str(Agreement.objects.get(key="treaty").signed) == kept


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("1993-00", "date.impossible"),
        ("00.05.1993", "date.impossible"),
        ("2201", "date.out_of_range"),
        ("17.04.2003-2004", "date.unreadable"),
        ("05-06-2009", "date.ambiguous"),
    ],
)
def test_an_ambiguous_date_is_reported_and_changes_nothing(cell, code):
    AgreementFactory(key="treaty", signed="1991")
    assert codes(load_rows("agreements", {"key": "treaty", "date_signed": cell}).errors) == [code]
    assert str(Agreement.objects.get(key="treaty").signed) == "1991"


def test_the_form_refuses_what_the_databases_would_not_keep_exactly(db):
    figure = Observation(key="figure", obs_value=Decimal("999999999999999999"))
    with pytest.raises(ValidationError) as caught:
        figure.clean()
    assert "obs_value" in caught.value.message_dict
    figure.obs_value = Decimal("999999999999999")
    figure.clean()


def test_a_year_typed_into_a_cell_for_dates_is_asked_about():
    AgreementFactory(key="treaty", signed="1991")
    report = load_rows("agreements", {"key": "treaty", "date_signed": "1905-06-15"})
    assert not [code for code in codes(report.errors) if code.startswith("date.")]
    (said,) = (one.problem for one in report.warnings if one.problem.code == "date.maybe_year")
    assert said.in_every_language()["en"] == "15 June 1905 may be the year 1993 in a date format."


@pytest.mark.parametrize("cell", ["1904-11-01", "1905-10-15", "1905-06", "1905", "1993-06-15", ""])
def test_other_dates_are_not_asked_about(cell):
    dates = column("agreements", "date_signed")
    assert not list(dates.remarks(dates.parse(cell, None)))


# Statements in words, and what a figure is about.


def test_a_statement_in_words_loses_its_unit_with_a_warning():
    ObservationFactory(key="figure", obs_value=1)
    row = {"key": "figure", "value": "", "unit": "enterprise", "wording_ru": "большая часть"}
    report = load_rows("statistics", row)
    assert codes(report.warnings) == ["statement.unit"]
    assert not report.errors
    kept = Observation.objects.get(key="figure")
    assert (kept.is_statement, kept.unit, kept.wording_ru) == (True, None, "большая часть")
    assert '"unit"' not in kept.row
    assert load_rows("statistics", {"key": "figure", "value": "", "unit": ""}).unchanged == 1


@pytest.mark.parametrize(
    ("cell", "kept", "power"),
    [("18,5²", "18.5", 0), ("18,5*", "18.5", 0), ("18 млн ¹⁾", "18", 6), ("5 млн¹", "5", 6)],
)
def test_a_figure_with_the_mark_of_a_footnote_is_read_without_it_and_said(cell, kept, power):
    report = load_figure(cell)
    assert (codes(report.errors), "cell.footnote" in warnings(report)) == ([], True)
    one = Observation.objects.get(key="figure")
    assert (one.obs_value, one.unit_mult) == (Decimal(kept), power)


@pytest.mark.parametrize("cell", ["10²", "199¹2", "5 м²"])
def test_what_may_be_a_power_is_asked(cell):
    assert load_figure(cell).errors


@pytest.mark.parametrize("unit", ["", "enterprise"])
def test_a_blank_value_is_no_statement(unit):
    UnitFactory(key="enterprise")
    report = load_rows("statistics", {"key": "figure", "title_ru": "Рост", "value": "", "unit": unit})
    assert codes(report.errors) == ["figure.none"]
    assert not Observation.objects.exists()


@pytest.mark.parametrize("said", [{"direction": "up"}, {"wording_en": "it grew"}, {"obs_status": "O"}])
def test_a_blank_value_beside_a_direction_a_wording_or_a_stated_absence_is_one(said):
    IndicatorFactory()
    row = {"key": "figure", "title_ru": "Рост", "indicator": "enterprises", "period": "2001", "value": ""}
    assert not load_rows("statistics", row | said).errors


def test_a_new_row_is_named_and_found_by_what_it_is_about(source, uzbekistan):
    ObservationFactory()
    ForumFactory(key="eef-2023", title_ru="Восточный экономический форум")
    row = {"indicator": "enterprises", "area": "UZ", "value": "373", "about": "eef-2023", "source": "herald"}
    assert not load_rows("statistics", row).errors
    (found,) = Observation.objects.matching("восточный")
    assert found.key == "enterprises-uz-eef-2023-herald"
    assert found.about.key == "eef-2023"


@pytest.mark.parametrize("cell", ["н/д", "Н/Д", "нет данных", "n/a", "…"])
def test_a_cell_that_says_there_is_no_figure_is_a_missing_value(cell):
    ObservationFactory(key="turnover", obs_value=5, qualifier="about")
    report = load_rows("statistics", {"key": "turnover", "value": cell})
    assert not report.errors
    one = Observation.objects.get()
    assert (one.obs_value, one.obs_status, one.qualifier) == (None, "O", "exact")


class TestPerCent:
    """A sign in the cell and the unit of its row agree."""

    @pytest.fixture(autouse=True)
    def units(self, db):
        UnitFactory(key="percent", symbol_ru="%", symbol_en="%")
        UnitFactory(key="share", symbol_ru="% ВВП", symbol_en="% of GDP")
        UnitFactory(key="usd", symbol_ru="долл.", symbol_en="USD", name_en="US dollars")
        IndicatorFactory(key="growth")

    def load(self, value, unit):
        return load_rows("statistics", {"key": "f1", "title_ru": "Рост", "indicator": "growth", "period": "2001",
                                        "value": value, "unit": unit})  # fmt: skip

    @pytest.mark.parametrize("unit", ["percent", "%", "share"])
    @pytest.mark.parametrize("value", ["5", "5%", "5 процентов"])
    def test_beside_a_unit_of_per_cent_it_changes_nothing(self, value, unit):
        assert not self.load(value, unit).errors
        assert Observation.objects.get(key="f1").unit.key == ("share" if unit == "share" else "percent")

    @pytest.mark.parametrize("value", ["5%", "5 %", "около 5 процентов", "5 per cent"])
    def test_beside_another_unit_it_is_refused_and_nothing_is_stored(self, value):
        report = self.load(value, "usd")
        assert problems(report) == [("E2", "number.units")]
        assert not Observation.objects.exists()

    def test_without_a_unit_it_is_the_unit(self):
        assert not self.load("5%", "").errors
        assert Observation.objects.get(key="f1").unit.key == "percent"
