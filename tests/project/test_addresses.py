"""Some of the mutated addresses that `make addresses` asks by the thousand."""

import random

import pytest

from tests.addresses.asking import Asking
from tests.addresses.mutations import mutated

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
NUMBER = 150


def test_none_fails_shows_markup_or_takes_long(content, staff, capsys):
    asking = Asking(NUMBER, 3, [staff("administrator"), staff("editor")])
    asking.ask_all()
    is_right, printed = asking.verdict(), capsys.readouterr().out
    assert is_right, printed
    assert f"answers: {NUMBER}" in printed
    assert {200, 404} <= set(asking.statuses)


def test_a_failure_is_noticed(content, staff, monkeypatch, capsys):
    asking = Asking(1, 3, [staff("editor")])

    def fail(*args, **kwargs):
        raise ZeroDivisionError

    monkeypatch.setattr("relations.views.home.Timeline", fail)
    asking.ask(asking.reader, "/ru/?so=that-it-is-not-kept")
    assert not asking.verdict()
    assert "ZeroDivisionError" in capsys.readouterr().out


def test_one_seed_makes_the_same_addresses():
    one, other = ([mutated(random.Random(5), "/ru/forums/", True) for _ in range(50)] for _ in range(2))
    assert one == other
