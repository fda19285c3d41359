"""A member counts for its group only while it is one, in lists, counts and tables alike."""

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from relations.models import Membership
from relations.queries.matrix import of_countries
from relations.queries.record_query import RecordQuery
from tests.helpers.factories import (
    AgreementFactory,
    ForumFactory,
    ObservationFactory,
    PlaceFactory,
)
from tests.helpers.memberships import MembershipFactory
from tests.helpers.random_queries import total

pytestmark = pytest.mark.django_db

#: {date of a record: whether the place was a member from 2004-05 to 2019}
WHEN = {
    "2003": False,
    "2004": True,
    "2004-04-30": False,
    "2004-05-01": True,
    "2010": True,
    "2000/2022": True,
    "../2003": False,
    "2019-12": True,
    "2020-01-01": False,
    "2020/..": False,
    "": True,
}


@pytest.fixture
def group(uzbekistan):
    group = PlaceFactory(code="union", kind="group")
    MembershipFactory(group=group, member=uzbekistan, joined="2004-05", left="2019")
    return group


def check(slug, parameter, expected):
    """The list, the facet and the map count the same."""
    facets = RecordQuery(slug, QueryDict()).facets
    assert total(slug, f"{parameter}=UZ") == expected
    assert facets.counts(parameter)["UZ"] == expected
    return facets


@pytest.mark.parametrize("slug", ["forums", "timeline"])
def test_an_event_of_the_group_counts_while_the_membership_lasts(slug, group, russia):
    for date in WHEN:
        ForumFactory(
            period=date, participants=[("participant", russia), ("participant", group)], published=True
        )
    facets = check(slug, "country", sum(WHEN.values()))
    assert facets.places_involved()["UZ"] == sum(WHEN.values())
    assert facets.places_involved()["union"] == len(WHEN)
    assert facets.places_named()[group.pk] == len(WHEN)


@pytest.mark.parametrize("parameter", ["country", "area"])
def test_a_figure_of_the_group_counts_while_the_membership_lasts(parameter, group):
    for date in WHEN:
        ObservationFactory(period=date, ref_area=group, published=True)
    check("statistics", parameter, sum(WHEN.values()))


@pytest.mark.parametrize(("date", "counts"), WHEN.items())
def test_each_date_is_understood_alike_by_lists_and_counts(date, counts, group, russia):
    participants = [("party", russia), ("party", group)]
    AgreementFactory(signed=date, participants=participants, published=True)
    check("agreements", "country", int(counts))


def test_a_cell_of_the_matrix_is_the_length_of_its_list(group, russia):
    for date in ("2003", "2010"):
        ForumFactory(
            period=date, participants=[("participant", russia), ("participant", group)], published=True
        )
    matrix = of_countries(RecordQuery("forums", QueryDict()))
    assert matrix.numbers["RU", "UZ"] == total("forums", "country=RU&with=UZ") == 1


def test_only_the_record_that_names_the_group_depends_on_it(group, russia, uzbekistan):
    participants = [("participant", russia), ("participant", uzbekistan)]
    ForumFactory(period="2003", participants=participants, published=True)
    check("forums", "country", 1)


def test_a_region_counts_for_its_country_while_it_is_a_member(uzbekistan):
    region = PlaceFactory(code="UZ-NW", kind="region", parent=uzbekistan)
    group = PlaceFactory(code="union", kind="group")
    MembershipFactory(group=group, member=region, joined="2004")
    for date in ("2003", "2005"):
        ObservationFactory(period=date, ref_area=group, published=True)
    check("statistics", "country", 1)


def test_a_file_loads_the_memberships_once_and_each_request_anew(client, group, russia, uzbekistan):
    ForumFactory(
        period="2003", participants=[("participant", russia), ("participant", group)], published=True
    )

    def lines():
        return b"".join(client.get("/ru/forums.csv?country=RU&with=UZ")).count(b"\n") - 1

    with CaptureQueriesContext(connection) as captured:
        assert lines() == 0
    loaded = [one["sql"] for one in captured if one["sql"].startswith('SELECT "relations_place_members"')]
    assert len([sql for sql in loaded if "INNER JOIN" in sql]) == 1
    Membership.objects.update(joined="2000")
    assert lines() == 1


@pytest.mark.parametrize(
    ("bounds", "counts"),
    [
        ({"not_before": "2020", "not_before_reason": "text"}, 0),
        ({"not_before": "2018", "not_before_reason": "text"}, 1),
        ({"not_after": "2003", "not_after_reason": "text"}, 0),
    ],
)
def test_an_undated_record_counts_if_its_bounds_allow_it(bounds, counts, group, russia):
    participants = [("participant", russia), ("participant", group)]
    ForumFactory(participants=participants, published=True, **bounds)
    check("forums", "country", counts)
