"""Sessions end after twelve hours without a request; to know it, one write in ten minutes is enough."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from relations.accounts import sessions
from relations.accounts.two_steps import end_sessions
from tests.helpers.admin import signed_in
from tests.helpers.logins import is_logged_in, log_in

pytestmark = pytest.mark.django_db
ADMIN = "/admin/password_change/"


def later(monkeypatch, client, **time):
    """The same session after a while."""
    seconds = timedelta(**time).total_seconds()
    Session.objects.update(expire_date=F("expire_date") - timedelta(**time))
    now = sessions.time.time()
    monkeypatch.setattr(sessions.time, "time", lambda: now + seconds)


def writes(client):
    with CaptureQueriesContext(connection) as captured:
        assert client.get(ADMIN).status_code == 200
    return [one["sql"] for one in captured if one["sql"].startswith("UPDATE")]


def test_a_session_ends_after_twelve_hours_without_a_request(client, staff, monkeypatch):
    staff("editor")
    log_in(client, "editor", "editor")
    later(monkeypatch, client, hours=12, minutes=1)
    assert client.get(ADMIN).status_code == 302


def test_whoever_is_at_work_stays_logged_in(client, staff, monkeypatch):
    staff("editor")
    log_in(client, "editor", "editor")
    later(monkeypatch, client, hours=11)
    answer = client.get(ADMIN)
    assert answer.status_code == 200
    assert answer.cookies["sessionid"]["max-age"] == 12 * 3600
    left = Session.objects.get().expire_date - timezone.now()
    assert left > timedelta(hours=11, minutes=59)


def test_a_session_is_written_once_in_ten_minutes_only(staff, monkeypatch):
    client = signed_in(staff("editor"))
    assert writes(client) == []
    later(monkeypatch, client, minutes=9)
    assert writes(client) == []
    later(monkeypatch, client, minutes=2)
    assert len(writes(client)) == 1
    assert writes(client) == []


def test_a_reader_without_a_login_gets_no_session(client, content):
    answer = client.get("/ru/")
    assert "sessionid" not in answer.cookies
    assert not Session.objects.exists()


def test_all_sessions_of_a_disabled_user_end_at_once(staff):
    user = staff("editor")
    clients = [signed_in(user), signed_in(user)]
    assert [one.get(ADMIN).status_code for one in clients] == [200, 200]
    user.is_active = False
    user.save()
    assert [one.get(ADMIN).status_code for one in clients] == [302, 302]


def test_sessions_of_one_user_are_ended_but_the_present_one(staff):
    user = staff("editor")
    mine, other, somebody = signed_in(user), signed_in(user), signed_in(staff("publisher"))
    assert end_sessions(user, but=mine.session.session_key) == 1
    assert is_logged_in(mine)
    assert is_logged_in(somebody)
    assert not is_logged_in(other)
