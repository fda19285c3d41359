"""Dates and figures in both languages, as an editor would write them."""

from decimal import Decimal
from types import SimpleNamespace

import pytest

from relations.values.ordinals import roman
from relations.values.period import Period
from relations.values.period_format import missing_part, phrase
from relations.values.quantity import Quantity
from relations.values.quantity_format import phrase as quantity_phrase

UNITS = {
    "enterprise": ("предприятие|предприятия|предприятий", "enterprise|enterprises"),
    "rub": ("руб.", "RUB"),
    "percent": ("%", "%"),
    "times": ("раз|раза|раз", "times"),
    "": ("", ""),
}


def unit(key):
    return SimpleNamespace(key=key, symbol_ru=UNITS[key][0], symbol_en=UNITS[key][1])


POINTS = "2009 2009-09 2009-05 2006-08-25 2009-05-02 199X 2022-21 2022-24 2023-33 2023-36 2023-40".split()
SPANS = (
    "2009/2011 2009-09/2012-03 2009-09-03/2009-09-24 2009-09-30/2009-10-02 199X/201X 2009-21/2009-23 2009-33/2009-41"
    " 2009~/2012 2009/2012? 2009~/2012% 2015-09/2016-08 2009/2012-10-24 199X/2010-40 XXXX-04 XXXX-05~"
).split()


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("form", ["{}", "{}/..", "../{}"])
@pytest.mark.parametrize("doubt", ["", "~", "?", "%"])
@pytest.mark.parametrize("point", POINTS)
def test_the_words_for_a_date_are_read_back_as_the_same_date(point, doubt, form, language):
    text = form.format(point + doubt)
    assert Period.parse(phrase(Period.parse(text), language)).text == text


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("span", SPANS)
def test_the_words_for_a_span_or_a_month_of_no_year_are_read_back_as_the_same(span, language):
    assert Period.parse(phrase(Period.parse(span), language)).text == span


@pytest.mark.parametrize(
    ("edtf", "russian", "english"),
    [
        ("1993-05-25", "25 мая 1993 г.", "25 May 1993"),
        ("2009-09", "сентябрь 2009 г.", "September 2009"),
        ("2014", "2014 г.", "2014"),
        ("2018-10-24/2018-10-26", "24–26 октября 2018 г.", "24–26 October 2018"),
        ("2018-09-28/2018-10-02", "28 сентября – 2 октября 2018 г.", "28 September – 2 October 2018"),
        (
            "2018-12-30/2019-01-02",
            "30 декабря 2018 г. – 2 января 2019 г.",
            "30 December 2018 – 2 January 2019",
        ),
        ("2018-03/2018-05", "март – май 2018 г.", "March – May 2018"),
        ("1991/2016", "1991–2016 гг.", "1991–2016"),
        ("2015-09/2016-08", "2015/16 учебный год", "academic year 2015/16"),
        ("2014~", "около 2014 г.", "about 2014"),
        ("2014-09~", "около сентября 2014 г.", "about September 2014"),
        ("2011?", "2011 г. (?)", "2011 (?)"),
        ("2011%", "около 2011 г. (?)", "about 2011 (?)"),
        ("2017-02/..", "с февраля 2017 г.", "since February 2017"),
        ("2017-02-17/..", "с 17 февраля 2017 г.", "since 17 February 2017"),
        ("../2014", "до 2014 г.", "until 2014"),
        ("../2022-21", "до весны 2022 г.", "until spring 2022"),
        ("2017-02-02/..", "со 2 февраля 2017 г.", "since 2 February 2017"),
        ("2017-02-22/..", "с 22 февраля 2017 г.", "since 22 February 2017"),
        ("2017~/..", "примерно с 2017 г.", "since about 2017"),
        ("../2014-05~", "примерно до мая 2014 г.", "until about May 2014"),
        ("../2014?", "до 2014 г. (?)", "until 2014 (?)"),
        ("2017%/..", "примерно с 2017 г. (?)", "since about 2017 (?)"),
        ("199X", "1990-е гг.", "1990s"),
        ("199X~", "около 1990-х гг.", "about the 1990s"),
        ("199X/..", "с 1990-х гг.", "since the 1990s"),
        ("../199X", "до 1990-х гг.", "until the 1990s"),
        ("199X/200X", "1990-е гг. – 2000-е гг.", "1990s – 2000s"),
        ("2023-34/..", "со II квартала 2023 г.", "since the second quarter of 2023"),
        ("../2023-33", "до I квартала 2023 г.", "until the first quarter of 2023"),
        ("2023-33~", "около I квартала 2023 г.", "about the first quarter of 2023"),
        ("2023-33/2023-34", "I квартал – II квартал 2023 г.", "first quarter – second quarter of 2023"),
        ("2022-21", "весна 2022 г.", "spring 2022"),
        ("2023-33", "I квартал 2023 г.", "first quarter of 2023"),
        ("2023-40", "I полугодие 2023 г.", "first half of 2023"),
        ("XXXX-04~", "около апреля, год не указан", "about April, year not given"),
        ("1990/200X", "1990 г. – 2000-е гг.", "1990 – 2000s"),
        ("2009/2009-05", "2009 г. – май 2009 г.", "2009 – May 2009"),
        ("2018-10-24/2018", "24 октября 2018 г. – 2018 г.", "24 October 2018 – 2018"),
        ("XXXX-04", "апрель, год не указан", "April, year not given"),
        ("", "дата не указана", "date not given"),
    ],
)
def test_a_period_reads_naturally_in_both_languages(edtf, russian, english):
    period = Period.parse(edtf)
    assert phrase(period, "ru") == russian
    assert phrase(period, "en") == english


@pytest.mark.parametrize(
    ("edtf", "russian", "english"),
    [
        ("2009-09", "сент. 2009", "Sept 2009"),
        ("2018-10-24/2018-10-26", "24–26 окт. 2018", "24–26 Oct 2018"),
        ("1991/2016", "1991–2016", "1991–2016"),
        ("2014~", "около 2014", "about 2014"),
        ("199X", "1990-е", "1990s"),
        ("2017-02/..", "с февр. 2017", "since Feb 2017"),
    ],
)
def test_the_date_column_is_short(edtf, russian, english):
    assert phrase(Period.parse(edtf), "ru", short=True) == russian
    assert phrase(Period.parse(edtf), "en", short=True) == english


def test_a_missing_day_is_named_and_never_printed_as_the_first():
    assert missing_part(Period.parse("2009-09")) == "day"
    assert missing_part(Period.parse("2009-09-01")) == ""
    assert "1" not in phrase(Period.parse("2009-09"), "ru").replace("2009", "")


@pytest.mark.parametrize(
    ("written", "of", "russian", "english"),
    [
        ("961", "enterprise", "961 предприятие", "961 enterprises"),
        ("1", "enterprise", "1 предприятие", "1 enterprise"),
        ("3", "enterprise", "3 предприятия", "3 enterprises"),
        ("12", "enterprise", "12 предприятий", "12 enterprises"),
        ("более 200", "enterprise", "более 200 предприятий", "more than 200 enterprises"),
        ("более 21", "enterprise", "более 21 предприятия", "more than 21 enterprises"),
        ("почти 3", "enterprise", "почти 3 предприятия", "almost 3 enterprises"),
        ("16500", "enterprise", "16 500 предприятий", "16,500 enterprises"),
        ("около 470 млрд", "rub", "около 470 млрд руб.", "about RUB 470 bn"),
        ("почти 6,5 трлн", "rub", "почти 6,5 трлн руб.", "almost RUB 6.5 trn"),
        ("3,818 трлн", "rub", "3,818 трлн руб.", "RUB 3.818 trn"),
        ("40 %", "percent", "40 %", "40%"),
        ("5-7", "enterprise", "5–7 предприятий", "5–7 enterprises"),
        ("менее 10 тыс", "enterprise", "менее 10 тыс. предприятий", "less than 10 thousand enterprises"),
        ("1234,5", "enterprise", "1234,5 предприятия", "1,234.5 enterprises"),
        ("-12345,5", "rub", "−12 345,5 руб.", "RUB −12,345.5"),
        ("-1", "enterprise", "−1 предприятие", "−1 enterprise"),
        ("12", "", "12", "12"),
        ("", "enterprise", "число не указано", "no figure given"),
    ],
)
def test_a_figure_keeps_its_uncertainty_in_both_languages(written, of, russian, english):
    quantity = Quantity.parse(written)
    assert quantity_phrase(quantity, unit(of), "ru").replace("\u00a0", " ") == russian
    assert quantity_phrase(quantity, unit(of), "en").replace("\u00a0", " ") == english


@pytest.mark.parametrize(
    ("value", "of", "measure", "russian", "english"),
    [
        ("42", "percent", "growth", "рост на 42 %", "growth of 42%"),
        ("-5", "percent", "growth", "снижение на 5 %", "decline of 5%"),
        ("4", "times", "growth", "рост в 4 раза", "4 times as much"),
        ("-2", "times", "growth", "снижение в 2 раза", "decline by a factor of 2"),
        ("11", "enterprise", "rank", "11-е место", "11th place"),
        ("3", "enterprise", "rank", "3-е место", "3rd place"),
    ],
)
def test_growth_and_rank_do_not_read_like_amounts(value, of, measure, russian, english):
    quantity = Quantity(Decimal(value))
    assert quantity_phrase(quantity, unit(of), "ru", measure).replace("\u00a0", " ") == russian
    assert quantity_phrase(quantity, unit(of), "en", measure).replace("\u00a0", " ") == english


@pytest.mark.parametrize(
    ("written", "russian", "english"),
    [
        ("около 5", "примерно 5-е место", "about 5th place"),
        ("2-3", "2–3-е места", "2–3rd place"),
    ],
)
def test_a_rank_keeps_its_uncertainty(written, russian, english):
    quantity = Quantity.parse(written)
    assert quantity_phrase(quantity, unit("enterprise"), "ru", "rank") == russian
    assert quantity_phrase(quantity, unit("enterprise"), "en", "rank") == english


@pytest.mark.parametrize(
    ("written", "russian", "english"),
    [
        ("более 25 %", "рост более чем на 25 %", "growth of more than 25%"),
        ("почти 14,5 %", "рост почти на 14,5 %", "growth of almost 14.5%"),
        ("около 20 %", "рост примерно на 20 %", "growth of about 20%"),
    ],
)
def test_a_growth_keeps_its_uncertainty(written, russian, english):
    quantity = Quantity.parse(written)
    assert quantity_phrase(quantity, unit("percent"), "ru", "growth").replace("\u00a0", " ") == russian
    assert quantity_phrase(quantity, unit("percent"), "en", "growth").replace("\u00a0", " ") == english


def test_a_direction_without_a_number_says_which():
    assert quantity_phrase(Quantity(direction="down"), None, "ru", "growth") == "снижение"
    assert quantity_phrase(Quantity(direction="up"), None, "en", "growth") == "growth"


def test_editions_are_found_in_roman_numerals():
    assert [roman(number) for number in (1, 4, 6, 9, 14, 40, 1994)] == [
        "I",
        "IV",
        "VI",
        "IX",
        "XIV",
        "XL",
        "MCMXCIV",
    ]
