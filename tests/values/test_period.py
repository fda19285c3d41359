from datetime import date

import pytest

from relations.errors import Problem
from relations.values.period import Period

READINGS = {
    "25 мая 1993 г.": "1993-05-25",
    "25.05.1993": "1993-05-25",
    "25/05/1993": "1993-05-25",
    "1993-05": "1993-05",
    "сентябрь 2009": "2009-09",
    "в сентябре 2009 года": "2009-09",
    "September 2009": "2009-09",
    "May 30, 1992": "1992-05-30",
    "24-26 октября 2018 года": "2018-10-24/2018-10-26",
    "24–26 октября 2018": "2018-10-24/2018-10-26",
    "October 5-7, 2023": "2023-10-05/2023-10-07",
    "30 сентября – 2 октября 2018 г.": "2018-09-30/2018-10-02",
    "2006–2008": "2006/2008",
    "2006-2008 гг.": "2006/2008",
    "2015/2016": "2015/2016",
    "2015-2016 учебный год": "2015-09/2016-08",
    "2015/16 academic year": "2015-09/2016-08",
    "весна 2022": "2022-21",
    "I квартал 2020 г.": "2020-33",
    "1 полугодие 2023": "2023-40",
    "first half of 2023": "2023-40",
    "около 2014": "2014~",
    "с 2014 года": "2014/..",
    "since 2014": "2014/..",
    "с февраля 2017": "2017-02/..",
    "до 2014 г.": "../2014",
    "апрель": "XXXX-04",
    "«25» мая 1993 г.": "1993-05-25",
    '"25" мая 1993 г.': "1993-05-25",
    "25-05-1993": "1993-05-25",
    "05-25-1993": "1993-05-25",
    "25.05.1993 10:00": "1993-05-25",
    "25 мая 1993 г., 9:05": "1993-05-25",
    "1993-05-25 10:00:00": "1993-05-25",
    "1993-05-25T10:00:00Z": "1993-05-25",
    "1993-05-25 00:00:00": "1993-05-25",
    "\u200e25.05.1993\u200f": "1993-05-25",
    "\ufeff2009\u200b": "2009",
    "24-26.10.2018": "2018-10-24/2018-10-26",
    "24.10–26.11.2018": "2018-10-24/2018-11-26",
    "17.04.2003-20.05.2004": "2003-04-17/2004-05-20",
    "17.04.2003 – 2004": "2003-04-17/2004",
    "2003-2004": "2003/2004",
    "2017-19": "2017/2019",
    "первый квартал 2018": "2018-33",
    "в третьем квартале 2018 г.": "2018-35",
    "fourth quarter of 2018": "2018-36",
    "1 кв. 2018": "2018-33",
    "2018Q3": "2018-35",
    "2018-Q3": "2018-35",
    "Q3 2018": "2018-35",
    "2018-H2": "2018-41",
    "первое полугодие 2018 г.": "2018-40",
    "1990-е": "199X",
    "1990-е годы": "199X",
    "в 1990-х гг.": "199X",
    "1990s": "199X",
    "с 1990-х годов": "199X/..",
    "1990-е – 2000-е": "199X/200X",
    "2014 (?)": "2014?",
    "2014 г. (?)": "2014?",
    "около 2014 (?)": "2014%",
    "2014~": "2014~",
    "2011?": "2011?",
    "200X": "200X",
    "2009": "2009",
    "неизвестно": "",
    "": "",
}


@pytest.mark.parametrize(("written", "canonical"), READINGS.items())
def test_what_people_write_is_read_as_one_canonical_text(written, canonical):
    assert Period.parse(written).text == canonical


@pytest.mark.parametrize("canonical", sorted(set(READINGS.values())))
def test_canonical_text_reads_as_itself(canonical):
    assert Period.parse(canonical).text == canonical


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2009", date(2009, 1, 1), date(2009, 12, 31)),
        ("2009-09", date(2009, 9, 1), date(2009, 9, 30)),
        ("2008-02", date(2008, 2, 1), date(2008, 2, 29)),
        ("2018-10-24/2018-10-26", date(2018, 10, 24), date(2018, 10, 26)),
        ("2014/..", date(2014, 1, 1), None),
        ("../2014", None, date(2014, 12, 31)),
        ("200X", date(2000, 1, 1), date(2009, 12, 31)),
        ("2022-21", date(2022, 3, 1), date(2022, 5, 31)),
        ("2022-24", date(2022, 1, 1), date(2023, 2, 28)),
        ("2020-33", date(2020, 1, 1), date(2020, 3, 31)),
        ("2023-41", date(2023, 7, 1), date(2023, 12, 31)),
        ("XXXX-04", None, None),
        ("", None, None),
    ],
)
def test_a_period_knows_its_first_and_last_day(text, first, last):
    period = Period.parse(text)
    assert (period.first_day, period.last_day) == (first, last)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("31.02.2000", "date.impossible"),
        ("1999-13", "date.impossible"),
        ("2017-19?", "date.impossible"),
        ("1993-00", "date.impossible"),
        ("00.05.1993", "date.impossible"),
        ("25.00.1993", "date.impossible"),
        ("1993-00-00", "date.impossible"),
        ("2014-00/2015", "date.impossible"),
        ("2201", "date.out_of_range"),
        ("01.01.2201", "date.out_of_range"),
        ("2201-24", "date.out_of_range"),
        ("1499", "date.out_of_range"),
        ("220X", "date.out_of_range"),
        ("149X", "date.out_of_range"),
        ("05-06-2009", "date.ambiguous"),
        ("17.04.2003-2004", "date.unreadable"),
        ("17.04.2003–2004", "date.unreadable"),
        ("2003-17.04.2004", "date.unreadable"),
        ("25.05.1993 25:00", "date.unreadable"),
        ("10:00", "date.unreadable"),
        ("1993 05:25", "date.unreadable"),
        ("май 1993 10:00", "date.unreadable"),
        ("1991-е", "date.unreadable"),
        ("2018Q5", "date.unreadable"),
        ("third half of 2018", "date.unreadable"),
        ("(?)", "date.unreadable"),
        ("26-24.10.2018", "date.reversed"),
        ("0000", "date.impossible"),
        ("1066", "date.out_of_range"),
        ("9999", "date.out_of_range"),
        ("05/06/2009", "date.ambiguous"),
        ("2010/2009", "date.reversed"),
        ("7–5 октября 2023", "date.reversed"),
        ("позавчера", "date.unreadable"),
        ("99999999999", "date.unreadable"),
        ("../..", "date.unreadable"),
        ("2009\x00", "date.unreadable"),
        ("XXXX-04/2020", "date.unreadable"),
        ("2009-09-", "date.unreadable"),
    ],
)
def test_invalid_input_is_refused_with_a_code_and_a_sentence(text, code):
    with pytest.raises(Problem) as caught:
        Period.parse(text)
    assert caught.value.code == code
    assert str(caught.value)


def test_the_first_and_the_last_year_are_read_and_the_last_winter_ends_in_the_next():
    assert Period.parse("1500").first_day == date(1500, 1, 1)
    assert Period.parse("150X").first_day == date(1500, 1, 1)
    assert Period.parse("31.12.2200").last_day == date(2200, 12, 31)
    assert Period.parse("зима 2200").last_day == date(2201, 2, 28)


@pytest.mark.parametrize("month", ["2017-12", "2018-21", "2018-24", "2018-33", "2018-40"])
def test_a_month_or_a_division_is_never_read_as_a_second_year(month):
    assert Period.parse(month).text == month


def test_dates_and_years_of_a_sheet_are_periods():
    assert Period.parse(date(1993, 5, 25)).text == "1993-05-25"
    assert Period.parse(1993).text == "1993"
    assert Period.parse(None) == Period()


def test_precision_is_derived_never_stored():
    assert [
        Period.parse(text).precision
        for text in ("", "2009", "2009-09", "2009-09-01", "2009/2010", "200X", "2022-21")
    ] == [
        "unknown",
        "year",
        "month",
        "day",
        "interval",
        "decade",
        "division",
    ]
