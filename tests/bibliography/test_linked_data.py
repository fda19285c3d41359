"""Linked data of records: identifiers, typed values, places and dates as schema.org defines them."""

import re

import pytest

from relations.catalog import RECORD_TYPES
from tests.helpers.factories import (
    FACTORIES,
    AgreementFactory,
    ForumFactory,
    ObservationFactory,
    VisitFactory,
)

pytestmark = pytest.mark.django_db
SITE = "https://register.example"
DATE = r"\d{4}(-\d\d(-\d\d)?)?"


@pytest.fixture
def linked(client, settings):
    """A function: the linked data of one record."""
    settings.SITE_URL = SITE

    def read(record, language="en"):
        path = record.get_absolute_url()[len("/ru") :]
        return client.get(f"/{language}{path}cite.jsonld").json()

    return read


@pytest.mark.parametrize("slug", [one.slug for one in RECORD_TYPES])
def test_a_record_has_one_identifier_in_both_languages_and_its_entry_a_licence(slug, linked, client):
    record = FACTORIES[slug](published=True)
    russian, english = linked(record, "ru"), linked(record, "en")
    assert russian["@id"] == english["@id"] == f"{SITE}/{slug}/{record.key}/"
    assert client.get(russian["@id"].removeprefix(SITE)).status_code == 302
    assert english["subjectOf"]["license"] == "https://creativecommons.org/licenses/by/4.0/"


@pytest.mark.parametrize(
    ("fields", "numbers"),
    [
        ({}, {"value": 961}),
        ({"obs_value": "6.5", "unit_mult": 6}, {"value": 6_500_000}),
        ({"obs_value": "-2.5", "measure": "growth"}, {"value": -2.5}),
        ({"obs_value": 470, "qualifier": "about"}, {"value": 470}),
        ({"obs_value": 200, "qualifier": "more_than"}, {"minValue": 200}),
        ({"obs_value": 200, "qualifier": "at_most"}, {"maxValue": 200}),
        (
            {"obs_value": 5, "value_to": 7, "qualifier": "between", "unit_mult": 3},
            {"minValue": 5000, "maxValue": 7000},
        ),
        ({"obs_value": None, "qualifier": "direction_only", "direction": "up", "unit": None}, {}),
    ],
)
def test_a_figure_is_a_number_with_its_unit(fields, numbers, linked):
    found = linked(ObservationFactory(published=True, **fields))
    assert {name: found[name] for name in ("value", "minValue", "maxValue") if name in found} == numbers
    units = {"unitText": "enterprise", "unitCode": "RUCA:enterprise"} if numbers else {}
    assert {name: found[name] for name in ("unitText", "unitCode") if name in found} == units


def test_how_exact_a_figure_is_remains_in_its_description(linked):
    found = linked(ObservationFactory(obs_value=200, qualifier="more_than", published=True))
    assert found["description"] == "more than 200\N{NO-BREAK SPACE}enterprises"
    assert found["observationAbout"]["url"] == f"{SITE}/en/places/UZ/"


def test_an_event_has_its_places_and_an_agreement_the_place_where_it_was_signed(
    linked, orenburg, uzbekistan, russia
):
    city = {"@type": "Place", "name": "Orenburg", "url": f"{SITE}/en/places/ru-orenburg/"}
    one = ForumFactory(participants=[("location", orenburg), ("participant", uzbekistan)], published=True)
    assert linked(one)["location"] == city
    two = ForumFactory(participants=[("location", orenburg), ("location", russia)], published=True)
    assert [place["name"] for place in linked(two)["location"]] == ["Orenburg", "Russia"]
    visit = VisitFactory(participants=[("destination", orenburg), ("origin", uzbekistan)], published=True)
    assert linked(visit)["location"] == city
    nowhere = ForumFactory(participants=[("participant", uzbekistan)], published=True)
    assert "location" not in linked(nowhere)
    parties = [("party", russia), ("party", uzbekistan), ("place_of_signature", orenburg)]
    assert linked(AgreementFactory(participants=parties, published=True))["locationCreated"] == city


@pytest.mark.parametrize("period", ["2009", "2009-09", "2018-10-24/2018-10-26", "2009-10-05"])
def test_dates_are_as_in_iso_8601(period, linked):
    forum = linked(ForumFactory(period=period, published=True))
    assert all(re.fullmatch(DATE, forum[name]) for name in ("startDate", "endDate"))
    figure = linked(ObservationFactory(period=period, published=True))
    assert re.fullmatch(f"{DATE}(/{DATE})?", figure["observationDate"])
