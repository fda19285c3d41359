"""The records of a page take their places from memory."""

import pytest

from relations.catalog import BY_SLUG
from relations.index.names import Names
from relations.queries.listed import listed
from tests.helpers.factories import ForumFactory, IndicatorFactory, ObservationFactory, PlaceFactory

pytestmark = pytest.mark.django_db


def test_in_the_order_of_the_keys_without_those_that_are_gone():
    first, second = ForumFactory(), ForumFactory()
    assert listed(BY_SLUG["forums"], [second.pk, 0, first.pk], Names()) == [second, first]


def test_a_place_that_was_added_a_moment_ago_is_shown_too():
    names = Names()
    assert names.places is not None
    place = PlaceFactory(code="AA", kind="country")
    forum = ForumFactory(participants=[("participant", place)])
    figure = ObservationFactory(indicator=IndicatorFactory(), ref_area=place)
    (shown,) = listed(BY_SLUG["forums"], [forum.pk], names)
    assert place in shown.sides()
    (shown,) = listed(BY_SLUG["statistics"], [figure.pk], names)
    assert shown.ref_area == place


def test_no_place_is_fetched(django_assert_num_queries):
    forum = ForumFactory(participants=[("participant", PlaceFactory(code="AA", kind="country"))])
    names = Names()
    assert names.places
    with django_assert_num_queries(2):
        (shown,) = listed(BY_SLUG["forums"], [forum.pk], names)
        assert [place.code for place in shown.sides()] == ["AA"]
