"""The records of a page take their places from memory, and are remembered until they are written."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from relations.catalog import BY_SLUG
from relations.index.current import kept
from relations.models import Place, Unit
from relations.queries import listed as module
from relations.queries.listed import listed
from relations.templatetags import repeated
from tests.helpers.factories import (
    AgreementFactory,
    ForumFactory,
    IndicatorFactory,
    ObservationFactory,
    PlaceFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def keeps_uncommitted(monkeypatch):
    """As between requests, though a test is one transaction."""
    monkeypatch.setattr(kept, "keeps_uncommitted", True)


def index(slug="forums"):
    return kept.current().of(BY_SLUG[slug].model)


def titles(client, address="/en/agreements/"):
    return client.get(address).content.decode()


def test_in_the_order_of_the_keys_without_those_that_are_gone():
    first, second = ForumFactory(), ForumFactory()
    for _time in range(2):
        assert listed(index(), [second.pk, 0, first.pk]) == [second, first]


def test_a_place_that_was_added_a_moment_ago_is_shown_too():
    forums, figures = index("forums"), index("statistics")
    assert forums.names.places is not None
    place = PlaceFactory(code="AA", kind="country")
    forum = ForumFactory(participants=[("participant", place)])
    figure = ObservationFactory(indicator=IndicatorFactory(), ref_area=place)
    (shown,) = listed(forums, [forum.pk])
    assert place in shown.sides()
    (shown,) = listed(figures, [figure.pk])
    assert shown.ref_area == place


def test_no_place_is_fetched_and_nothing_the_second_time(django_assert_num_queries):
    forum = ForumFactory(participants=[("participant", PlaceFactory(code="AA", kind="country"))])
    forums = index()
    assert forums.names.places
    for statements in (2, 0):
        with django_assert_num_queries(statements):
            (shown,) = listed(forums, [forum.pk])
            assert [place.code for place in shown.sides()] == ["AA"]


def test_what_a_page_adds_to_a_record_is_not_remembered():
    forum, forums = ForumFactory(), index()
    (shown,) = listed(forums, [forum.pk])
    shown.met = "some words"
    assert listed(forums, [forum.pk])[0].met == ""


def test_no_more_are_remembered_than_there_is_room_for(monkeypatch):
    monkeypatch.setattr(module, "MOST_SHOWN", 3)
    keys, forums = [ForumFactory().pk for _number in range(5)], index()
    for start in range(5):
        assert [one.pk for one in listed(forums, keys[start : start + 2])] == keys[start : start + 2]
        assert len(forums.shown) <= 3


class TestEntries:
    def test_an_entry_is_made_once_for_each_language_and_kind_of_list(self, client, monkeypatch):
        AgreementFactory(title_en="The treaty", title_ru="Договор", published=True)
        made, macro = [], repeated.macro
        monkeypatch.setattr(repeated, "macro", lambda name, called: made.append(name) or macro(name, called))
        for address in ("/en/agreements/", "/en/agreements/?sort=date", "/ru/agreements/", "/en/timeline/"):
            assert ("Договор" if "/ru/" in address else "The treaty") in titles(client, address)
        assert made.count("entry.html") == 3

    def test_after_a_record_was_written_its_entry_is_another(self, client):
        record = AgreementFactory(title_en="Before", published=True)
        other = AgreementFactory(title_en="Another", published=True)
        assert "Before" in titles(client)
        record.title_en = "After"
        record.save()
        shown = titles(client)
        assert "After" in shown
        assert "Before" not in shown
        assert other.pk in index("agreements").shown

    @pytest.mark.parametrize("way", ["save", "update"])
    def test_after_a_place_was_renamed_every_entry_with_it_is_another(self, client, way):
        place = PlaceFactory(code="AA", kind="country", name_en="Oldland")
        parties = [("party", place), ("party", PlaceFactory(code="UZ"))]
        AgreementFactory(published=True, participants=parties)
        assert "Oldland" in titles(client)
        if way == "save":
            place.name_en = "Newland"
            place.save()
        else:
            Place.objects.filter(pk=place.pk).update(name_en="Newland")
        shown = titles(client)
        assert "Newland" in shown
        assert "Oldland" not in shown

    def test_after_a_unit_was_renamed_every_figure_in_it_is_another(self, client):
        figure = ObservationFactory(published=True)
        assert figure.unit.name_en in titles(client, "/en/statistics/")
        unit = Unit.objects.get(pk=figure.unit_id)
        unit.name_en = unit.symbol_en = "quarks"
        unit.save()
        assert "quarks" in titles(client, "/en/statistics/")

    def test_a_change_of_something_else_keeps_them(self, client):
        AgreementFactory(title_en="The treaty", published=True)
        forum = ForumFactory(published=True)
        titles(client)
        forum.title_en = "Another title"
        forum.save()
        with CaptureQueriesContext(connection) as captured:
            assert "The treaty" in titles(client)
        assert not [one["sql"] for one in captured if '"title_en"' in one["sql"]]
