"""The page about the register: who keeps this copy, and until when it is complete."""

import re
from datetime import UTC, date, datetime

import pytest

from config.settings import email_or_url
from relations.catalog import RECORD_TYPES
from relations.models import Forum
from relations.views import home
from tests.helpers.factories import ForumFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def about(client, monkeypatch):
    """A function: the text of the page, blanks as one, as of one day."""
    monkeypatch.setattr(home, "today", lambda: date(2026, 11, 29))

    def read(language="en"):
        return " ".join(client.get(f"/{language}/about/").content.decode().split())

    return read


def test_without_a_keeper_the_page_says_that_none_is_named(about):
    assert "This copy of the register names no keeper." in about()
    assert "В этой копии регистра не указано, кто её ведёт." in about("ru")


@pytest.mark.parametrize(
    ("contact", "address"),
    [
        ("office@example.org", "mailto:office@example.org"),
        ("https://example.org/a@b", "https://example.org/a@b"),
        ("http://register/contact", "http://register/contact"),
    ],
)
def test_the_keeper_is_named_with_a_way_to_reach_them(contact, address, about, settings):
    email_or_url(contact)
    settings.KEEPER_NAME, settings.KEEPER_CONTACT = "Chair of <History>", contact
    text = about()
    assert f'Chair of &lt;History&gt;, <a href="{address}">{contact}</a>' in text
    assert "names no keeper" not in text


def test_the_newest_record_of_each_type_and_the_last_change_are_told(about):
    ForumFactory(period="2009-09", published=True)
    newest = ForumFactory(period="2018-10-24/2018-10-26", published=True)
    ForumFactory(period="2030", event_status="planned", published=True)
    ForumFactory(published=True)  # without a date
    ForumFactory(period="2020")
    Forum.objects.update_unchecked(updated_at=datetime(2026, 11, 1, tzinfo=UTC))
    Forum.objects.filter(pk=newest.pk).update_unchecked(updated_at=datetime(2026, 11, 12, 9, tzinfo=UTC))
    text = about()
    (told,) = re.findall(r'newest record: <a href="([^"]+)"><time datetime="([^"]+)">', text)
    assert told == (f"/en/forums/{newest.key}/", "2018-10-24/2018-10-26")
    assert '<time datetime="2026-11-12">12 November 2026</time>' in text
    assert text.count("no records yet") == len(RECORD_TYPES) - 1


def test_a_withdrawn_record_is_a_change_but_not_the_newest(about):
    old, new = ForumFactory(period="2009", published=True), ForumFactory(period="2010", published=True)
    new.withdraw()
    Forum.objects.filter(pk=new.pk).update_unchecked(updated_at=datetime(2027, 1, 2, tzinfo=UTC))
    text = about()
    assert f'<a href="/en/forums/{old.key}/"><time datetime="2009">' in text
    assert "2 January 2027" in text
