"""The matrix: every number is the length of the list it leads to."""

import random

import pytest
from django.http import QueryDict

from relations.queries.matrix import matrices_of
from relations.queries.record_query import ALL_TYPES, RecordQuery
from tests.helpers.catalog import ALL_SLUGS
from tests.helpers.factories import AgreementFactory, ForumFactory, PlaceFactory
from tests.helpers.random_queries import random_parameters, total, values_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def aktobe_region(kazakhstan):
    return PlaceFactory(
        code="KZ-AKT",
        kind="region",
        parent=kazakhstan,
        name_ru="Актюбинская область",
        name_en="Aktobe Region",
    )


@pytest.fixture
def agreed(db):
    def between(*places, **details):
        return AgreementFactory(
            participants=[("party", place) for place in places], published=True, **details
        )

    return between


def regions(query="", slug="agreements"):
    return matrices_of(RecordQuery(slug, QueryDict(query)))[1]


def countries():
    return matrices_of(RecordQuery("agreements", QueryDict()))[0]


def numbers(table):
    return {
        (row.code, column.code): cell.number
        for row, cells in table.lines()
        for column, cell in zip(table.columns, cells, strict=True)
    }


def test_a_city_counts_with_its_region_and_a_record_once(agreed, orenburg, orenburg_oblast, aktobe_region):
    agreed(orenburg, orenburg_oblast, aktobe_region)
    assert numbers(regions()) == {("RU-ORE", "KZ-AKT"): 1}


def test_states_alone_are_in_no_cell_of_the_regions(
    agreed, russia, kazakhstan, orenburg_oblast, aktobe_region
):
    agreed(russia, kazakhstan)
    table = regions()
    assert (table.rows, table.columns, table.total) == ([], [], 0)
    assert numbers(countries())["RU", "KZ"] == 1


def test_zeros_stay_where_a_place_has_records_with_another(agreed, orenburg, aktobe_region, uzbekistan):
    samarkand = PlaceFactory(code="UZ-SA", kind="region", parent=uzbekistan)
    omsk = PlaceFactory(code="RU-OMS", kind="region", parent=PlaceFactory(code="RU"))
    agreed(orenburg, aktobe_region)
    agreed(omsk, samarkand)
    found = numbers(regions())
    assert found["RU-ORE", "KZ-AKT"] == found["RU-OMS", "UZ-SA"] == 1
    assert found["RU-ORE", "UZ-SA"] == found["RU-OMS", "KZ-AKT"] == 0


def test_the_sides_are_those_in_the_query(agreed, orenburg, aktobe_region, uzbekistan):
    samarkand = PlaceFactory(code="UZ-SA", kind="region", parent=uzbekistan)
    agreed(orenburg, aktobe_region, samarkand)
    assert numbers(regions("country=KZ&with=UZ")) == {("KZ-AKT", "UZ-SA"): 1}
    assert numbers(regions("country=RU&with=KZ")) == {("RU-ORE", "KZ-AKT"): 1}
    assert numbers(regions("region=UZ-SA&with=RU")) == {("UZ-SA", "RU-ORE"): 1}


def test_a_place_is_not_its_own_counterpart(agreed, orenburg, orenburg_oblast):
    agreed(orenburg, orenburg_oblast)
    table = countries()
    assert numbers(table) == {}


def test_records_of_all_types_are_added_up(agreed, orenburg, aktobe_region):
    agreed(orenburg, aktobe_region)
    ForumFactory(participants=[("participant", orenburg), ("location", aktobe_region)], published=True)
    table = regions(slug=ALL_TYPES)
    assert numbers(table) == {("RU-ORE", "KZ-AKT"): 2}
    assert table.total == 2


@pytest.mark.parametrize("slug", ALL_SLUGS)
def test_for_random_questions_every_cell_is_the_list_it_leads_to(slug, content):
    chance = random.Random(f"matrix of {slug}")
    values = values_of(RecordQuery(slug, QueryDict()))
    met = 0
    for _number in range(12):
        question = random_parameters(chance, values)
        for table in matrices_of(RecordQuery(slug, question)):
            cells = [cell for _row, cells in table.lines() for cell in cells if cell.address]
            for cell in chance.sample(cells, min(4, len(cells))):
                assert cell.number == total(slug, cell.address.lstrip("?")), (question.urlencode(), cell)
                met += cell.number
    assert met


def test_the_page_shows_the_total_of_the_list_and_links_of_its_numbers(
    client, agreed, orenburg, aktobe_region
):
    agreed(orenburg, aktobe_region)
    page = client.get("/en/matrix/agreements/").content.decode()
    assert "1 agreement" in page
    assert 'href="/en/agreements/?region=RU-ORE&amp;with=KZ-AKT"' in page


def test_an_invalid_query_gives_no_numbers(client, agreed, orenburg, aktobe_region):
    agreed(orenburg, aktobe_region)
    answer = client.get("/en/matrix/agreements/?year_from=dragon")
    assert answer.status_code == 200
    assert "Enter the year as four digits, such as 1992." in answer.content.decode()
    assert 'class="num"' not in answer.content.decode()


def test_there_is_no_matrix_of_an_unknown_type(client):
    assert client.get("/en/matrix/nonsense/").status_code == 404
