"""What a synthetic record is follows from its number alone, and from the content that it refers to."""

from collections import Counter
from itertools import chain

import pytest

from benchmarks.generate import plain_agreement
from relations.synthetic.agreements import agreement
from relations.synthetic.content import Content
from relations.synthetic.dates import SHARES, some_date
from relations.synthetic.events import forum, visit
from relations.synthetic.figures import MONTHLY, PERIODS, TOGETHER, YEARS, figure, number_of_indicators
from relations.synthetic.numbers import chance
from relations.synthetic.sources import FIRST_SOURCES, issued_in, number_of_sources, source, source_key
from relations.text.cell_syntax import split
from relations.values.period import Period

pytestmark = pytest.mark.django_db
MAKERS = (agreement, forum, visit, figure)
ROLES = "parties regions organizations place signed_by participants places hosts visitor to_places from_place".split()


@pytest.mark.parametrize("make", MAKERS)
def test_a_record_is_the_same_whenever_it_is_made(content, make):
    first = [make(number, Content()) for number in range(1, 40)]
    assert [make(number, Content()) for number in range(39, 0, -1)][::-1] == first


def test_a_record_is_unlike_the_next_one(content):
    every = [make(number, Content()) for make in MAKERS for number in range(1, 30)]
    assert len({one["key"] for one in every}) == len(every)
    titles = [one["title_ru"] for one in every if "title_ru" in one]
    assert len(set(titles)) == len(titles)


def test_the_first_records_cite_the_first_sources_whatever_the_size():
    assert (number_of_sources(10_000), number_of_sources(10_001)) == (FIRST_SOURCES, 2_000)


def test_the_first_records_of_a_large_register_cite_no_source_that_a_small_one_lacks(content):
    known, there = {source_key(number) for number in range(FIRST_SOURCES)}, Content()
    early = chain.from_iterable(
        split(make(number, there)["source"]) for make in MAKERS for number in range(1, 99)
    )
    assert set(early) <= known
    late = {key for number in range(10_001, 10_099) for key in split(agreement(number, there)["source"])}
    assert not late <= known


def test_sources_are_not_older_than_what_they_tell(content):
    there, years = Content(), {source_key(number): issued_in(number) for number in range(FIRST_SOURCES)}
    for number in range(1, 300):
        cells = agreement(number, there)
        told = Period.parse(cells["date_signed"]).first_day
        assert not told or all(years[key] > told.year for key in split(cells["source"]))


def test_dates_are_of_every_kind():
    cells = [some_date(chance("test", number)).cell for number in range(1000)]
    kinds = Counter(
        "none" if not cell
        else "since" if cell.endswith("..")
        else "until" if cell.startswith("..")
        else "interval" if "/" in cell
        else "about" if cell.endswith("~")
        else {4: "year", 7: "month", 10: "day"}[len(cell)]
        for cell in cells
    )  # fmt: skip
    assert set(kinds) == set(SHARES)
    assert all(abs(kinds[kind] / 10 - share) < 4 for kind, share in SHARES.items())


def test_about_two_or_three_take_part_in_an_agreement(content):
    there = Content()
    every = [agreement(number, there) for number in range(1, 600)]
    taking_part = [
        len([one for role in ROLES for one in split(cells.get(role, "")) if one]) for cells in every
    ]
    assert 2.2 <= sum(taking_part) / len(every) <= 2.4


def test_regions_cities_groups_organisations_and_people_take_part(content):
    there = Content()
    columns = {name for number in range(1, 300) for name, cell in agreement(number, there).items() if cell}
    assert columns >= {"parties", "regions", "organizations", "place", "signed_by"}
    parties = {
        code for number in range(1, 300) for code in split(agreement(number, there).get("parties", ""))
    }
    assert "cis" in parties
    visitors = {visit(number, there)["visitor"].partition(":")[0] for number in range(1, 200)}
    assert visitors >= {"RU", "person", "org"}


def test_figures_of_one_pair_fill_all_periods_before_the_next(content):
    there = Content()
    assert len(PERIODS) == len(YEARS) * (TOGETHER - MONTHLY + 12 * MONTHLY)
    first, last, following = (figure(number, there) for number in (1, len(PERIODS), len(PERIODS) + 1))
    assert (first["area"], first["period"]) == ("KZ", "1992")
    assert (last["area"], last["period"]) == ("KZ", "2023-12")
    assert (following["area"], following["period"]) == ("KG", "1992")


def test_as_many_indicators_are_made_as_ten_million_figures_need(content):
    there = Content()
    needed = number_of_indicators(10_000_000, there)
    assert int(figure(10_000_000, there)["indicator"].rpartition("-")[2]) < needed
    assert needed <= 400


def test_every_hundred_sources_are_spread_over_the_years():
    assert (issued_in(0), issued_in(99), issued_in(100)) == (1993, 2025, 1993)
    assert source(7)["issued"].startswith(str(issued_in(7)))


def test_a_sheet_of_a_benchmark_has_the_same_ten_columns_in_every_row():
    columns = {tuple(plain_agreement(number)) for number in range(1, 50)}
    assert len(columns) == 1
