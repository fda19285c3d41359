"""The log of logins names known users by number, and never what was typed or from where."""

import logging

import pytest

from tests.helpers.logins import log_in

pytestmark = pytest.mark.django_db
ADDRESS = "203.0.113.7"


@pytest.fixture
def said(caplog):
    """A function: [(level, sentence, event, user)] since the last call."""
    caplog.set_level(logging.DEBUG)

    def since():
        found = [
            (one.levelname, one.getMessage(), one.event, one.user_id)
            for one in caplog.records
            if one.name == "relations.logins"
        ]
        assert ADDRESS not in caplog.text
        caplog.clear()
        return found

    return since


def test_a_login_and_a_logout_are_told(said, client, staff):
    user = staff("editor")
    log_in(client, "editor", "editor", REMOTE_ADDR=ADDRESS)
    client.post("/admin/logout/")
    assert said() == [
        ("INFO", f"User {user.pk} has logged in.", "login", user.pk),
        ("INFO", f"User {user.pk} has logged out.", "logout", user.pk),
    ]


def test_a_failure_names_a_known_user_by_number(said, client, staff, caplog):
    user = staff("editor")
    log_in(client, "editor", "hunter2", REMOTE_ADDR=ADDRESS)
    assert "hunter2" not in caplog.text
    assert said() == [("WARNING", f"A login as user {user.pk} has failed.", "login failed", user.pk)]


def test_what_is_typed_instead_of_a_known_name_is_never_told(said, client, db, caplog):
    log_in(client, "my-secret-password", "x", REMOTE_ADDR=ADDRESS)
    assert "my-secret-password" not in caplog.text
    assert said() == [("WARNING", "A login as user (unknown) has failed.", "login failed", None)]


def test_a_lock_is_told(said, client, staff, caplog):
    user = staff("editor")
    for _ in range(10):
        log_in(client, "editor", "hunter2", REMOTE_ADDR=ADDRESS)
    assert "hunter2" not in caplog.text
    assert "AXES" not in caplog.text
    told = said()
    assert (
        "WARNING",
        f"A login as user {user.pk} was refused: it is locked.",
        "login locked",
        user.pk,
    ) in told
    log_in(client, "editor", "editor", REMOTE_ADDR=ADDRESS)
    assert "login locked" in [event for _level, _sentence, event, _user in said()]
