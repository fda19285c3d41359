"""The note on names and boundaries: where it stands, and which places it names."""

import pytest

from tests.helpers.admin import text
from tests.helpers.factories import PlaceFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def places(russia, orenburg):
    """A region whose code begins with another country, with a city in it; Orenburg is as usual."""
    region = PlaceFactory(code="UA-43", kind="region", parent=russia, name_en="Republic of Crimea")
    city = PlaceFactory(code="ru-simferopol", kind="city", parent=region)
    return region, city, orenburg, orenburg.parent, russia


def test_the_page_names_the_places_whose_code_and_country_differ_and_no_others(client, places):
    page = client.get("/en/names/")
    assert page.context["places"] == [places[0]]
    assert "Republic of Crimea</a>: listed under Russia, code UA-43" in text(page)
    assert "указано при стране: Россия, код UA-43" in text(client.get("/ru/names/"))


def test_the_places_concerned_lead_to_the_note_and_others_do_not(client, places):
    links = ['href="/en/names/"' in text(client.get(f"/en/places/{place.code}/")) for place in places]
    assert links == [True, True, False, False, False]


@pytest.mark.parametrize("address", ["places/", "map/", "about/"])
def test_the_map_and_the_list_of_places_lead_to_the_note(address, client):
    assert 'href="/en/names/"' in text(client.get(f"/en/{address}"))


def test_the_curated_places_concerned_are_these(content, client):
    codes = {place.code for place in client.get("/en/names/").context["places"]}
    assert codes == {"UA-40", "UA-43"}
