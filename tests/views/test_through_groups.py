"""A record that a list has only because of a group of places says so."""

import pytest

from tests.helpers.admin import text
from tests.helpers.factories import ForumFactory, ObservationFactory, PlaceFactory
from tests.helpers.memberships import MembershipFactory

pytestmark = pytest.mark.django_db
WORDS = "through the group “European Union”"


@pytest.fixture
def belgium(db):
    return PlaceFactory(code="BE", name_ru="Бельгия", name_en="Belgium")


@pytest.fixture
def union(belgium):
    group = PlaceFactory(code="eu", kind="group", name_ru="Европейский союз", name_en="European Union")
    MembershipFactory(group=group, member=belgium, joined="1958")
    return group


@pytest.fixture
def forums(russia, belgium, union):
    """One in which the group takes part, and one of the country itself and the group."""
    for participants in ((russia, union), (russia, belgium, union)):
        ForumFactory(participants=[("participant", who) for who in participants], published=True)


@pytest.mark.parametrize(
    "address",
    ["forums/?country=BE", "forums/?with=BE", "timeline/?region=BE", "places/BE/", "relations/ru-be/"],
)
def test_only_the_entry_that_does_not_name_the_place_says_through_which_group(address, client, forums):
    assert text(client.get(f"/en/{address}")).count(WORDS) == 1
    assert "через группу «Европейский союз»" in text(client.get(f"/ru/{address}"))


@pytest.mark.parametrize("address", ["forums/", "forums/?country=RU", "places/eu/", "forums/?region=eu"])
def test_nothing_is_said_where_the_list_is_not_about_a_member(address, client, forums):
    assert WORDS not in text(client.get(f"/en/{address}"))


def test_the_area_of_a_figure_is_judged_by_itself(client, union, belgium):
    ObservationFactory(ref_area=union, counterpart_area=belgium, published=True)
    assert WORDS in text(client.get("/en/statistics/?area=BE"))
    assert WORDS not in text(client.get("/en/statistics/?counterpart=BE"))


def test_only_the_groups_of_that_time_are_named(client, union, belgium, russia):
    other = PlaceFactory(code="later", kind="group", name_en="Later")
    MembershipFactory(group=other, member=belgium, joined="2010")
    participants = [("participant", who) for who in (russia, union, other)]
    ForumFactory(period="2000", participants=participants, published=True)
    page = text(client.get("/en/forums/?country=BE"))
    assert WORDS in page
    assert "through the group “Later”" not in page


def test_more_entries_cost_no_more_queries(count_queries, russia, union):
    def publish(number):
        for _number in range(number):
            ForumFactory(participants=[("participant", russia), ("participant", union)], published=True)

    publish(1)
    for address in ("forums/?country=BE", "places/BE/", "timeline/?country=BE"):
        count_queries(f"/en/{address}")
    publish(1)  # what was shown before is remembered until something of it is written
    with_two = [
        count_queries(f"/en/{one}") for one in ("forums/?country=BE", "places/BE/", "timeline/?country=BE")
    ]
    publish(5)
    with_seven = [
        count_queries(f"/en/{one}") for one in ("forums/?country=BE", "places/BE/", "timeline/?country=BE")
    ]
    assert all(seven <= two for two, seven in zip(with_two, with_seven, strict=True))
