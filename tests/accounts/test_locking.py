"""Failed logins lock the account and the address for a while, whether or not the account exists."""

import re
from datetime import timedelta
from ipaddress import ip_address, ip_network

import pytest
from axes.models import AccessAttempt
from django.core.management import CommandError, call_command
from django.db.models import F
from django.test import Client
from django.utils import timezone

from tests.helpers.admin import text
from tests.helpers.logins import is_logged_in, log_in

pytestmark = pytest.mark.django_db
HERE, THERE = {"REMOTE_ADDR": "203.0.113.7"}, {"REMOTE_ADDR": "198.51.100.9"}


@pytest.fixture
def editor(staff):
    return staff("editor")


def fail(times, name="editor", **where):
    """The last of so many answers."""
    return [log_in(Client(), name, **where) for _ in range(times)][-1]


def minutes_pass(minutes):
    AccessAttempt.objects.update(attempt_time=F("attempt_time") - timedelta(minutes=minutes))


def test_the_tenth_failure_locks_the_account_from_every_address(client, editor):
    assert fail(9, **HERE).status_code == 200
    assert fail(1, **THERE).status_code == 429
    refused = log_in(client, "editor", "editor", REMOTE_ADDR="192.0.2.1")
    assert refused.status_code == 429
    assert not is_logged_in(client)


def test_nine_failures_lock_nothing(client, editor):
    fail(9)
    assert log_in(client, "editor", "editor").url == "/admin/"
    assert is_logged_in(client)


def test_ten_failures_for_different_names_lock_the_address_and_no_other(client, editor, staff):
    for number in range(10):
        last = log_in(Client(), f"somebody-{number}", **HERE)
    assert last.status_code == 429
    assert log_in(client, "editor", "editor", **HERE).status_code == 429
    assert log_in(client, "editor", "editor", **THERE).status_code == 302


def test_an_institute_behind_one_address_may_be_given_more(settings, client, editor):
    settings.LOGIN_FAILURES_PER_ADDRESS = 12
    for number in range(11):
        last = log_in(Client(), f"somebody-{number}", **HERE)
    assert last.status_code == 200
    assert log_in(Client(), "one-more", **HERE).status_code == 429
    assert fail(9, **THERE).status_code == 200  # the limit of an account is as before
    assert fail(1, **THERE).status_code == 429


def test_the_address_is_that_which_the_proxies_saw(settings, editor, client):
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "NUM_PROXIES": 1}
    for number in range(10):
        log_in(Client(), f"x{number}", HTTP_X_FORWARDED_FOR=f"192.0.2.{number}, 203.0.113.7")
    assert log_in(client, "editor", "editor", HTTP_X_FORWARDED_FOR="1.1.1.1, 203.0.113.7").status_code == 429
    assert log_in(client, "editor", "editor", HTTP_X_FORWARDED_FOR="203.0.113.7, 1.1.1.1").status_code == 302


def test_the_lock_ends_by_itself_and_trying_meanwhile_does_not_prolong_it(client, editor):
    fail(10)
    minutes_pass(14)
    assert log_in(client, "editor", "editor").status_code == 429
    minutes_pass(2)
    assert log_in(client, "editor", "editor").status_code == 302


def test_a_login_forgets_ones_own_failures_and_none_of_others(client, editor, staff):
    staff("publisher")
    fail(9, "publisher", **HERE)
    log_in(client, "editor", "editor", **HERE)
    assert fail(1, "publisher", **HERE).status_code == 429


def test_a_login_after_failures_begins_to_count_anew(client, editor):
    fail(9)
    log_in(client, "editor", "editor")
    assert fail(9).status_code == 200


@pytest.mark.parametrize(
    ("language", "sentence"),
    [("en", "Try again in 15 minutes."), ("ru", "Попробуйте ещё раз через 15 минут.")],
)
def test_the_page_of_a_lock_says_when_to_try_again_and_whom_to_ask(language, sentence, settings, editor):
    settings.KEEPER_NAME, settings.KEEPER_CONTACT = "The Institute", "office@example.org"
    page = fail(10, HTTP_COOKIE=f"django_language={language}")
    assert sentence in text(page)
    assert 14 * 60 < int(page["Retry-After"]) <= 15 * 60 + 1
    assert "The Institute" in text(page)
    assert "mailto:office@example.org" in text(page)
    assert "no-store" in page["Cache-Control"]
    assert f'<html lang="{language}"' in text(page)


def without_token(page):
    return re.sub('name="csrfmiddlewaretoken" value="[^"]*"', "", text(page))


def test_all_answers_are_the_same_for_an_account_that_does_not_exist(editor):
    for _ in range(11):
        known, unknown = log_in(Client(), "editor", **HERE), log_in(Client(), "nobody", **THERE)
        assert known.status_code == unknown.status_code
        assert without_token(known).replace("editor", "nobody") == without_token(unknown)


def test_neither_address_nor_name_nor_browser_is_stored(editor):
    log_in(Client(), "my-secret-password", **HERE, HTTP_USER_AGENT="Firefox", HTTP_ACCEPT="text/html")
    fail(2, **HERE, HTTP_USER_AGENT="Firefox")
    rows = list(AccessAttempt.objects.values())
    assert len(rows) == 2
    for row in rows:
        told = " ".join(f"{value}" for value in row.values())
        for secret in ("203.0.113.7", "editor", "my-secret-password", "Firefox", "text/html", "csrf"):
            assert secret not in told
        assert ip_address(row["ip_address"]) in ip_network("fd00::/8")


def test_what_no_longer_counts_is_deleted_by_the_command_and_by_the_next_login(client, editor):
    fail(1), fail(1, "other")
    minutes_pass(16)
    fail(1, "third")
    assert AccessAttempt.objects.count() == 1
    minutes_pass(16)
    call_command("forget_addresses")
    assert not AccessAttempt.objects.exists()
    fail(1)
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=16))
    log_in(client, "editor", "editor")
    assert not AccessAttempt.objects.exists()


@pytest.mark.parametrize("arguments", [["editor"], ["--address", "127.0.0.1"], ["--all"]])
def test_the_administrator_unlocks_by_name_or_by_address(arguments, client, editor, capsys):
    fail(10)
    call_command("unlock", *arguments)
    assert capsys.readouterr().out == "unlocked\n"
    assert log_in(client, "editor", "editor").status_code == 302
    call_command("unlock", "editor")
    assert "nothing was locked" in capsys.readouterr().out


@pytest.mark.parametrize("command", [["axes_reset"], ["axes_reset_username", "editor"]])
def test_the_commands_of_the_library_work_too(command, client, editor):
    fail(10)
    call_command(*command)
    assert log_in(client, "editor", "editor").status_code == 302


@pytest.mark.parametrize("arguments", [[], ["nobody"]])
def test_unlocking_nobody_is_refused_with_a_sentence(arguments, db):
    with pytest.raises(CommandError, match=r"Name an account|There is no user “nobody”\."):
        call_command("unlock", *arguments)


def test_somebody_on_the_server_is_not_locked_out(client, editor):
    fail(10)
    assert client.login(username="editor", password="editor")


def test_a_name_in_another_spelling_of_the_same_letters_is_the_same_account(editor):
    fail(9)
    assert fail(1, "ｅditor").status_code == 429  # a wide letter, which the form makes a plain one
