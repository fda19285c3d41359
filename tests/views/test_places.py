"""The page of a place: the members of a group, and the groups of another place, with the time of each membership."""

import pytest

from tests.helpers.admin import text
from tests.helpers.factories import PlaceFactory, SourceFactory
from tests.helpers.memberships import MembershipFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def union(db):
    group = PlaceFactory(code="union", kind="group", name_ru="Союз", name_en="Union")
    source = SourceFactory(key="list", title="List of members")
    for code, name, dates in (
        ("AA", "Alpha", {"joined": "2004-05-01", "joined_source": source}),
        (
            "BB",
            "Beta",
            {"joined": "1973", "left": "2020-01-31", "joined_source": source, "left_source": source},
        ),
        ("CC", "Gamma", {}),
    ):
        MembershipFactory(group=group, member=PlaceFactory(code=code, name_ru=name, name_en=name), **dates)
    return group


def test_the_members_of_a_group_have_their_time(client, union):
    page = text(client.get("/en/places/union/"))
    assert '<a href="/en/places/AA/">Alpha</a> (since 1 May 2004), ' in page
    assert '<a href="/en/places/BB/">Beta</a> (1973 – 31 January 2020), ' in page
    assert '<a href="/en/places/CC/">Gamma</a> </dd>' in page
    assert "(с 1 мая 2004 г.)" in text(client.get("/ru/places/union/"))


def test_the_sources_of_the_dates_are_named_once(client, union):
    page = text(client.get("/en/places/union/"))
    assert page.count('href="/en/sources/list/"') == 1
    assert "Sources of the dates" not in text(client.get("/en/places/CC/"))


def test_a_member_has_its_groups(client, union):
    page = text(client.get("/en/places/AA/"))
    assert '<dt> Groups </dt> <dd> <a href="/en/places/union/">Union</a> (since 1 May 2004) </dd>' in page


def test_more_members_cost_no_more_queries(count_queries, union):
    count_queries("/en/places/union/")
    few = count_queries("/en/places/union/")
    for number in range(5):
        MembershipFactory(group=union, member=PlaceFactory(code=f"X{number}"), joined="1999")
    assert count_queries("/en/places/union/") <= few
