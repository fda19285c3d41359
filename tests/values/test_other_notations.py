"""Dates in the notations and languages of the region: one meaning is read, two are refused with both."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relations.errors import Problem
from relations.values.month_names import MONTH_OF_WORD, NAMES
from relations.values.period import Period

DAYS = st.dates(date(1950, 1, 1), date(2099, 12, 31))
ROMAN = "I II III IV V VI VII VIII IX X XI XII".split()


def refused(text):
    with pytest.raises(Problem) as caught:
        Period.parse(text)
    return caught.value


@pytest.mark.parametrize(
    "text",
    [
        "30.XII.1994",
        "30-XII-1994",
        "30 XII 1994",
        "30/XII/1994",
        "30.ХІІ.1994",
        "30.Ⅻ.1994",
        "19941230",
        "1994-364",
        "1994-W52-5",
        "1994W525",
        "34698",
        "34698.0",
        "1994/12/30",
        "30. 12. 1994",
        "1994年12月30日",
        "30. Dezember 1994",
        "am 30. Dez. 1994",
        "le 30 décembre 1994",
        "30 déc. 1994",
        "30 грудня 1994 р.",
        "30 груд. 1994",
        "30 желтоқсан 1994",
        "1994 жылғы 30 желтоқсан",
        "1994 ж. 30 желтоқсанда",
        "30 жел. 1994 ж.",
        "1994-жылдын 30-декабры",
        "1994-жылы 30-декабрда",
        "1994 йил 30 декабрь",
        "1994 йил 30-декабр",
        "1994-yil 30-dekabr",
        "1994-yilning 30-dekabrida",
        "30 dekabr 1994 yil",
        "30 декабри соли 1994",
        "30-юми декабри соли 1994",
        "1994-nji ýylyň 30-njy dekabry",
        "30-dekabr-1994",
        "30.декабря.1994",
        "1994-Dec-30",
        "30.12.1994*",
        "30 декабря 1994¹",
        "30 декабря 1994 г.¹²",
        "30.12.1994[3]",
        "30.12.1994 2)",
        "[30.12.1994]",
        "30.12.1994.",
        "30\u00a0декабря\u202f1994",
    ],
)
def test_one_day_is_read_in_many_notations(text):
    assert Period.parse(text).text == "1994-12-30"


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("8/2003", "2003-08"),
        ("08/2003", "2003-08"),
        ("тамыз 2003", "2003-08"),
        ("2003 жылдың тамызы", "2003-08"),
        ("2003-yil avgust", "2003-08"),
        ("в августе-2003", "2003-08"),
        ("серп. 2003", "2003-08"),
        ("im August 2003", "2003-08"),
        ("en août 2003", "2003-08"),
        ("дар соли 2003", "2003"),
        ("[2003]", "2003"),
        ("[2003?]", "2003?"),
        ("2003*", "2003"),
        ("2003 1", "2003"),
        ("2003†", "2003"),
        ("2001–2003¹", "2001/2003"),
        ("2003年8月", "2003-08"),
        ("2003-W32", "2003-08-04/2003-08-10"),
        ("2004-W53", "2004-12-27/2005-01-02"),
        ("2003 йил 4-10 август", "2003-08-04/2003-08-10"),
        ("4–10 тамыз 2003", "2003-08-04/2003-08-10"),
        ("с тамыз 2003", "2003-08/.."),
        ("около 30.XII.1994", "1994-12-30~"),
        ("19941230 – 19950105", "1994-12-30/1995-01-05"),
    ],
)
def test_months_weeks_and_years_are_read_as_precisely_as_they_are_written(text, canonical):
    assert Period.parse(text).text == canonical


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("30.12.94", ("1994", "2094")),
        ("30.12.94 г.", ("1994", "2094")),
        ("30-дек-94", ("1994", "2094")),
        ("30-Dec-94", ("1994", "2094")),
        ("Dec 30, 94", ("1994", "2094")),
        ("30.XII.94", ("1994", "2094")),
        ("30 желтоқсан 94", ("1994", "2094")),
        ("94-12-30", ("1994", "2094")),
        ("5/6/94", ("1994", "2094")),
        ("12.94", ("1994", "2094")),
        ("декабрь 94", ("1994", "2094")),
        ("декабрь '94", ("1994", "2094")),
        ("94", ("1994", "2094")),
        ("04.08.03", ("1903", "2003")),
        ("94-95", ("1994–1995", "2094–2095")),
        ("94/95", ("1994–1995", "2094–2095")),
        ("30.12.1994 – 05.01.95", ("1995", "2095")),
    ],
)
def test_a_year_of_two_digits_asks_for_the_century(text, years):
    problem = refused(text)
    assert problem.code == "date.century"
    sentence = problem.in_every_language()
    assert all(year in sentence["en"] and year in sentence["ru"] for year in (*years, text))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("0", "date.unreadable"),
        ("12", "date.unreadable"),
        ("1900-01-00", "date.impossible"),
        ("30 декабря", "date.unreadable"),
        ("декабрь 30", "date.unreadable"),
        ("30.12", "date.unreadable"),
        ("30/12", "date.unreadable"),
        ("30.12.1994, Ташкент", "date.unreadable"),
        ("подписан 30.12.1994", "date.unreadable"),
        ("30.XIII.1994", "date.unreadable"),
        ("31.XI.1994", "date.impossible"),
        ("19941330", "date.unreadable"),
        ("17931230", "date.unreadable"),
        ("1994-W53", "date.impossible"),
        ("1994-W00", "date.impossible"),
        ("1994-366", "date.impossible"),
        ("1994-000", "date.impossible"),
        ("18263", "date.unreadable"),
        ("73051", "date.unreadable"),
        ("с 34698", "date.unreadable"),
        ("13/1994", "date.unreadable"),
        ("1994年13月", "date.impossible"),
        ("1994 жылдан", "date.unreadable"),
        ("желтоқсаннан 1994", "date.unreadable"),
        ("лист 1994", "date.unreadable"),
        ("там 1994", "date.unreadable"),
        ("*", "date.unreadable"),
        ("¹", "date.unreadable"),
        ("[]", "date.unreadable"),
        ("30 декабря-1994", "date.unreadable"),
    ],
)
def test_what_is_no_date_or_not_a_whole_one_stays_refused(text, code):
    assert refused(text).code == code


def test_five_digits_that_may_be_a_mistyped_year_are_not_counted_as_days():
    problem = refused("19941")
    assert problem.code == "date.ambiguous"
    assert "1954-08-05" in str(problem)


@given(DAYS)
def test_every_day_is_the_same_in_all_notations(day):
    serial = (day - date(1899, 12, 30)).days
    iso = day.isocalendar()
    written = [
        f"{day:%Y%m%d}",
        f"{day:%Y-%j}",
        f"{iso.year}-W{iso.week:02d}-{iso.weekday}",
        f"{day.day}.{ROMAN[day.month - 1]}.{day.year}",
        f"{day.year}年{day.month}月{day.day}日",
        f"[{day:%d.%m.%Y}]*",
        *([] if str(serial)[:2] in ("19", "20") else [str(serial), f"{serial}.0"]),
    ]
    assert {Period.parse(text).text for text in written} == {day.isoformat()}


@given(DAYS, st.sampled_from("./-"))
def test_every_day_with_a_short_year_is_refused(day, mark):
    assert refused(f"{day.day}{mark}{day.month}{mark}{day:%y}").code == "date.century"


@given(DAYS)
def test_a_week_has_seven_days_and_its_own_days_in_it(day):
    iso = day.isocalendar()
    week = Period.parse(f"{iso.year}-W{iso.week:02d}")
    assert week.first_day <= day <= week.last_day == week.first_day + timedelta(6)


@given(st.sampled_from(sorted(MONTH_OF_WORD)), st.integers(1, 28), st.integers(1900, 2099))
def test_every_name_of_a_month_is_read_before_and_behind_the_year(word, day, year):
    canonical = f"{year}-{MONTH_OF_WORD[word]:02d}-{day:02d}"
    written = (f"{day} {word} {year}", f"{year} {day} {word}", f"{day}-{word.title()}-{year}")
    assert {Period.parse(text).text for text in written} == {canonical}


def test_no_word_is_two_months():
    for endings, calendars in NAMES.items():
        for calendar in calendars:
            months = calendar.split()
            assert len(months) == 12
            for number, spellings in enumerate(months, 1):
                words = {stem + ending for stem in spellings.split("/") for ending in ["", *endings.split()]}
                assert {MONTH_OF_WORD[word] for word in words} == {number}
