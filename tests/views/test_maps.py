"""The map of places: how often they take part, what is drawn of it, and that every number leads to its list."""

import csv
import io
import random
import re
from xml.etree import ElementTree

import pytest
from django.http import QueryDict

from relations.geo import WIDTH
from relations.presentation.places_map import Picture, is_free
from relations.queries.place_counts import PlacesMap
from relations.queries.record_query import ALL_TYPES, RecordQuery
from tests.helpers.catalog import ALL_SLUGS
from tests.helpers.factories import (
    AgreementFactory,
    ForumFactory,
    ObservationFactory,
    OrganizationFactory,
    PlaceFactory,
)
from tests.helpers.random_queries import random_parameters, values_of

pytestmark = pytest.mark.django_db
QUESTIONS_A_TYPE = 15
SVG = "{http://www.w3.org/2000/svg}"


# Counting.


def map_of(slug, query=""):
    return PlacesMap(RecordQuery(slug, query if isinstance(query, QueryDict) else QueryDict(query)))


def agree(*places):
    """A published agreement between these places and Uzbekistan."""
    uzbekistan = PlaceFactory(code="UZ", name_ru="Узбекистан", name_en="Uzbekistan")
    parties = [("party", one) for one in (*places, uzbekistan)]
    return AgreementFactory(participants=parties, published=True)


def length_of(address):
    """The length of the list at an address such as /ru/forums/?country=UZ."""
    path, _, query = address.partition("?")
    return RecordQuery(path.strip("/").split("/")[-1], QueryDict(query)).total


@pytest.mark.parametrize("slug", ALL_SLUGS)
def test_for_random_questions_every_number_is_the_length_of_the_list_behind_it(slug, content):
    chance = random.Random(f"map of {slug}")
    values = values_of(RecordQuery("forums" if slug == ALL_TYPES else slug, QueryDict()))
    if slug == ALL_TYPES:
        values = {name: values[name] for name in ("country", "region", "with", "topic", "source", "sourced")}
    for _number in range(QUESTIONS_A_TYPE):
        question = random_parameters(chance, values)
        rows = [row for row in map_of(slug, question).rows.values() if row.address]
        for row in chance.sample(rows, min(3, len(rows))):
            assert length_of(row.address) == row.number, (question.urlencode(), row)
            assert 0 <= row.own <= row.number


def test_a_places_own_participation_is_distinguished_from_that_of_places_inside_it(
    russia, orenburg, uzbekistan
):
    ministry = OrganizationFactory(place=russia)
    agree(orenburg)
    agree(ministry)
    rows = map_of("agreements").rows
    assert {code: (row.number, row.own) for code, row in rows.items()} == {
        "RU": (2, 1),
        "RU-ORE": (1, 0),
        "ru-orenburg": (1, 1),
        "UZ": (2, 2),
    }


def test_a_place_is_added_by_a_parameter_that_is_still_free(russia, uzbekistan, kazakhstan):
    AgreementFactory(published=True)

    def query_of(question):
        return map_of("agreements", question).rows["UZ"].address.partition("?")[2]

    assert query_of("page=3") == "country=UZ"
    assert query_of("country=UZ&page=3") == "country=UZ"
    assert query_of("country=RU") == "country=RU&with=UZ"
    assert query_of("country=RU&country=UZ&with=RU") == "country=RU&country=UZ&with=RU&region=UZ"
    assert query_of("country=RU&region=RU&with=RU") == ""


def test_the_table_begins_with_the_six_in_their_order_and_ends_with_groups(russia, orenburg, uzbekistan):
    belarus = PlaceFactory(code="BY")
    group = PlaceFactory(code="cis", kind="group")
    agree(group, belarus, orenburg)
    groups = map_of("agreements").groups
    assert [country.code if country else None for country, _heading, _rows in groups] == [
        "RU",
        "UZ",
        "BY",
        None,
    ]
    assert [row.place.code for row in groups[0][2]] == ["RU", "RU-ORE", "ru-orenburg"]
    assert map_of("agreements").unplaced == 2


# The picture.


def test_a_region_and_the_city_that_is_its_centre_share_one_circle(russia, orenburg_oblast, orenburg):
    agree(orenburg)
    agree(orenburg_oblast)
    (circle,) = Picture(map_of("agreements")).circles
    assert [row.place.code for row in circle.rows] == ["RU-ORE", "ru-orenburg"]
    assert circle.words == "Оренбургская область: 2 соглашения; Оренбург: 1 соглашение"


def test_a_place_that_an_editor_has_moved_to_another_country_is_in_the_table_only(page, orenburg, uzbekistan):
    """Its point has the colour of one of the six countries, or none."""
    agree(orenburg)
    orenburg.parent = PlaceFactory(code="DE", name_ru="Германия", name_en="Germany")
    orenburg.save()
    shown = page("/en/map/")
    assert "Orenburg" in shown
    assert not Picture(map_of(ALL_TYPES)).circles


def test_the_area_of_a_circle_is_in_proportion_to_its_number(russia, orenburg):
    omsk = PlaceFactory(code="RU-OMS", kind="region", parent=russia)
    for number in range(16):
        agree(orenburg, *([omsk] if number < 4 else []))
    large, small = Picture(map_of("agreements")).circles
    assert (large.r, small.r) == pytest.approx((26, 13))
    assert [one["number"] for one in Picture(map_of("agreements")).legend] == [1, 6, 16]


def test_no_name_covers_another_or_a_circle(content):
    picture = Picture(map_of(ALL_TYPES))
    named = [circle for circle in picture.circles if circle.side]
    assert named
    names = [circle.name_box for circle in named]
    for circle in named:
        others = [other.box for other in picture.circles if other is not circle]
        taken = [box for box in names if box != circle.name_box] + [land.box for land in picture.lands]
        assert is_free(circle.name_box, others + taken)


# Pages and files.


def test_the_map_shows_the_total_of_the_list_and_keeps_its_query(page, russia, uzbekistan):
    ForumFactory(period="2010", published=True)
    ForumFactory(period="1995", published=True)
    text = " ".join(page("/en/map/forums/?country=UZ&year_from=2000").split())
    assert '<h1 id="total" class="count"> 1 forum </h1>' in text
    assert 'href="/en/forums/?country=UZ&amp;year_from=2000"' in text
    assert 'href="/en/map/forums/?country=UZ&amp;year_from=2000" rel="nofollow" aria-current="page"' in text
    assert 'href="/en/forums/?country=UZ&amp;year_from=2000&amp;with=RU"' in text
    assert 'href="/en/map/forums.png?country=UZ&amp;year_from=2000"' in text
    assert 'class="chips"' in text
    assert 'content="noindex"' in text
    assert 'content="noindex"' not in page("/en/map/forums/")


def test_lists_timeline_and_places_lead_to_the_map(page, russia, uzbekistan):
    ForumFactory(published=True)
    assert 'href="/en/map/forums/?country=UZ"' in page("/en/forums/?country=UZ")
    assert 'href="/en/map/?country=UZ"' in page("/en/timeline/?country=UZ")
    assert 'href="/en/map/"' in page("/en/places/")
    assert "/en/map/" in page("/sitemap-pages.xml")


def test_the_picture_is_hidden_from_screen_readers_and_the_table_has_all_of_it(page, russia, orenburg):
    agree(orenburg)
    picture, table = page("/en/map/").split("</svg>")
    drawn = set(re.findall(r'<a href="([^"]+)" tabindex="-1">', picture))
    assert 'aria-hidden="true"' in picture
    assert len(drawn) == 3
    assert all(f'href="{address}"' in table for address in drawn)


@pytest.mark.parametrize("address", ["map/", "map/forums/"])
def test_an_invalid_query_gets_a_message_and_an_empty_map(address, page, russia, uzbekistan):
    ForumFactory(published=True)
    text = page(f"/en/{address}?country=XX")
    assert 'role="alert"' in text
    assert "<circle" not in text
    assert "<table" not in text
    assert 'class="land' in text
    assert "country" in page(
        f"/en/{address.rstrip('/') if 'forums' in address else 'map/timeline'}.svg?country=XX", 400
    )


def test_an_answer_without_records_says_so(page, russia, uzbekistan):
    assert 'class="empty"' in page("/en/map/")


def test_there_are_no_other_maps_and_formats(page):
    page("/en/map/sources/", 404)
    page("/en/map/sources.svg", 404)
    page("/en/map/forums.gif", 404)


def test_names_are_escaped_on_the_page_and_in_the_picture(page, russia):
    place = PlaceFactory(code="RU-OMS", kind="region", parent=russia, name_en='<b>Omsk</b> & "co"')
    agree(place)
    assert "<b>Omsk" not in page("/en/map/agreements/")
    texts = ElementTree.fromstring(page("/en/map/agreements.svg")).iter(f"{SVG}title")
    assert any(title.text.startswith('<b>Omsk</b> & "co": 1') for title in texts)


def test_the_picture_includes_its_title_filters_sources_and_date(page, russia, uzbekistan):
    ForumFactory(title_en="Trade Forum", published=True)
    root = ElementTree.fromstring(page("/en/map/forums.svg?country=UZ&q=trade"))
    words = "\n".join(text.text for text in root.iter(f"{SVG}text"))
    for part in (
        "1 forum",
        "country: Uzbekistan",
        "trade",
        "Natural Earth",
        "GeoNames, CC BY 4.0",
        "http://",
    ):
        assert part in words
    assert re.search(r"\d{1,2} \w+ 20\d\d", words)
    links = [link.get("href") for link in root.iter(f"{SVG}a")]
    assert links
    assert all(link.startswith("http://testserver/en/forums/?") for link in links)
    assert "var(" not in ElementTree.tostring(root, encoding="unicode")


@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_picture_can_be_downloaded_as_png_too(language, client, russia, orenburg):
    ObservationFactory(ref_area=orenburg, published=True)
    response = client.get(f"/{language}/map/timeline.png?country=RU")
    assert response.headers["content-type"] == "image/png"
    assert response.content.startswith(b"\x89PNG")
    assert int.from_bytes(response.content[16:20], "big") == 2 * WIDTH


def test_characters_that_cannot_be_drawn_are_left_out(client, page, russia, uzbekistan):
    address = "/en/map/agreements.{}?q=treaty%01%1F%EF%BF%BE%3C"
    ElementTree.fromstring(page(address.format("svg")))
    assert client.get(address.format("png")).status_code == 200


def test_the_numbers_can_be_downloaded_as_a_sheet(client, russia, orenburg):
    agree(orenburg)
    response = client.get("/en/map/agreements.csv")
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(text))) == [
        ["code", "name_ru", "name_en", "kind", "records"],
        ["RU", "Россия", "Russia", "country", "1"],
        ["RU-ORE", "Оренбургская область", "Orenburg Oblast", "region", "1"],
        ["ru-orenburg", "Оренбург", "Orenburg", "city", "1"],
        ["UZ", "Узбекистан", "Uzbekistan", "country", "1"],
    ]


def test_the_page_with_everything_is_light(client, content):
    assert len(client.get("/ru/map/").content) < 150_000
