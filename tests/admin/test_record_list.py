"""The list of records in the admin: how many there are, in which order, and what an action on all of them does."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from relations.admin import actions, record_list
from relations.models import Agreement, Forum
from tests.conftest import bring_index_up_to_date
from tests.helpers.admin import signed_in, text, url
from tests.helpers.factories import AgreementFactory, ForumFactory, PlaceFactory, TopicFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(staff):
    return signed_in(staff("publisher"))


def shown(client, **parameters):
    """The list of forums."""
    return client.get(url(Forum), parameters).context["cl"]


def listed(client, **parameters):
    return [record.pk for record in shown(client, **parameters).result_list]


def test_public_records_and_drafts_are_counted_together(client, russia, uzbekistan):
    tashkent = PlaceFactory(code="tashkent", kind="city", parent=uzbekistan)
    for published in (True, True, False):
        ForumFactory(published=published, participants=[("participant", tashkent), ("participant", russia)])
    ForumFactory(published=True, period="2003", participants=[("participant", russia)])
    for parameters, number in (
        ({}, 4),
        ({"country": "RU"}, 4),
        ({"country": "UZ"}, 3),
        ({"country": "UZ", "state__exact": "draft"}, 1),
        ({"state__exact": "published"}, 3),
        ({"scope": "subject"}, 3),
        ({"scope": "context", "state__exact": "published"}, 1),
        ({"year": "2003"}, 1),
        ({"year": "2003", "country": "UZ"}, 0),
    ):
        found = shown(client, **parameters)
        assert (found.result_count, found.is_more) == (number, False), parameters
        assert len(found.result_list) == number, parameters


def test_what_the_index_knows_is_not_counted_in_the_database(client):
    ForumFactory(published=True)
    bring_index_up_to_date()
    with CaptureQueriesContext(connection) as captured:
        shown(client, country="RU")
    counts = [one["sql"] for one in captured if one["sql"].startswith("SELECT COUNT(*) FROM (SELECT")]
    assert all('"state" IN' in sql and "LIMIT" in sql for sql in counts)
    assert counts


def test_of_many_records_the_list_says_more_than(client, monkeypatch):
    monkeypatch.setattr(record_list, "MOST_COUNTED", 2)
    for _number in range(3):
        ForumFactory(published=True)
    assert "In all: 3" in text(client.get(url(Forum)))  # the index knows
    for parameters in ({"q": "Record"}, {"sourced": "one"}):
        assert "More than: 2" in text(client.get(url(Forum), parameters))
    assert "In all: 3" not in text(client.get(url(Forum), {"sourced": "one"}))
    assert "In all: 0" in text(client.get(url(Forum), {"sourced": "more"}))


def test_an_action_on_all_of_many_records_says_the_true_number(client, monkeypatch):
    monkeypatch.setattr(record_list, "MOST_COUNTED", 2)
    monkeypatch.setattr(actions, "MOST_AT_ONCE", 3)
    records = [ForumFactory() for _number in range(4)]
    address = f"{url(Forum)}?sourced=one"
    assert "Select all, more than 2" in text(client.get(address))
    sent = {"action": "submit", "_selected_action": records[0].pk, "select_across": "1"}
    assert "you have chosen 4" in text(client.post(address, sent, follow=True))


def test_an_action_on_all_found_records_concerns_those_of_other_pages(client, monkeypatch):
    monkeypatch.setattr("relations.admin.records.RecordAdmin.list_per_page", 2)
    records = [ForumFactory() for _number in range(3)]
    sent = {"action": "submit", "_selected_action": records[0].pk, "select_across": "1"}
    assert len(client.post(f"{url(Forum)}?sourced=one", sent).context["ready"]) == 3


@pytest.mark.parametrize(
    ("order", "expected"), [("", "cba-"), ("-1", "cba-"), ("1", "-abc")], ids=["as usual", "newest", "oldest"]
)
def test_records_without_a_day_are_older_than_all_others_on_both_databases(order, expected, client):
    made = {"-": ForumFactory(), "a": ForumFactory(period="2001"), "b": ForumFactory(period="2002-05")}
    made["c"] = ForumFactory(period="2003")
    assert listed(client, o=order) == [made[letter].pk for letter in expected]


def test_pages_hold_every_record_once(client, monkeypatch):
    monkeypatch.setattr("relations.admin.records.RecordAdmin.list_per_page", 2)
    topics = [TopicFactory(key=key) for key in ("one", "two")]
    for _number in range(5):
        ForumFactory(published=True).topics.set(topics)
    for parameters in ({}, {"country": "RU"}, {"topics__id__exact": topics[0].pk}, {"q": "Record"}):
        found = [pk for page in (1, 2, 3) for pk in listed(client, p=page, **parameters)]
        assert sorted(found) == sorted(Forum.objects.values_list("pk", flat=True)), parameters
    assert client.get(url(Forum), {"p": 9}).status_code == 302


def test_a_record_is_found_by_the_beginning_of_its_key_or_by_its_words(client):
    by_key, by_word = AgreementFactory(key="quay-of-1992"), AgreementFactory(title_en="On lighthouses")

    def found(term):
        return {one.pk for one in client.get(url(Agreement), {"q": term}).context["cl"].result_list}

    assert found("quay-of") == {by_key.pk}
    assert found("lighthou") == {by_word.pk}
    assert found("of-1992") == set()
