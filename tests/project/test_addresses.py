"""Addresses that nobody should ask for break nothing; `make addresses` asks many more of them."""

import re

import pytest

from tests.addresses.asking import Answer, Asking, active_in
from tests.addresses.kinds import all_kinds
from tests.addresses.mutations import Address
from tests.addresses.records import accounts
from tests.addresses.verdict import say_verdict
from tests.helpers.hostile import ACTIVE
from tests.helpers.hostile_records import plant_hostile_records

WELL = Answer("reader", "/ru/", 200, 0.1)


@pytest.mark.django_db
def test_a_hundred_and_fifty_mutated_addresses_break_nothing(roles, capsys):
    plant_hostile_records()
    answers = list(Asking("suite", accounts()).answers(150))
    assert say_verdict([one._replace(seconds=0.0) for one in answers]), capsys.readouterr().out
    assert {one.who for one in answers} == {"reader", "superuser", "editor"}
    assert sum(one.status == 200 for one in answers) > 50


@pytest.mark.django_db
def test_the_same_seed_asks_the_same_addresses(roles):
    people = accounts()
    first, second = ([one.address for one in Asking("same", people).answers(10)] for _time in "12")
    assert first == second


@pytest.mark.django_db
def test_every_pattern_of_the_register_is_asked():
    routes = {kind.route for kind in all_kinds()}
    assert {
        "<language>/relations/<slug:pair>/",
        "api/v1/statistics.csv",
        "reconcile/people",
        "admin/autocomplete/",
    } <= routes
    assert {kind.part for kind in all_kinds()} == {"", "api", "reconcile", "admin"}


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (WELL._replace(address="/broken/", status=500), "error of the server: 1"),
        (WELL._replace(address="/broken/", active="<script>"), "active markup of an address: 1"),
        (WELL._replace(address="/broken/", seconds=2.5), "slower than 2 s: 1"),
    ],
)
def test_one_bad_answer_is_named_and_makes_the_verdict_bad(bad, said, capsys):
    assert say_verdict([WELL, WELL._replace(address="/readyz?a=1", status=503)])
    assert "/broken/" not in capsys.readouterr().out
    assert not say_verdict([WELL, bad])
    out = capsys.readouterr().out
    assert said in out
    assert re.search(r"^    \d+ .*/broken/", out, re.M)


@pytest.mark.parametrize("text", [text for text in ACTIVE if text[0] in "<\"'"])
def test_a_value_that_stands_in_a_page_as_it_is_is_found(text):
    from django.http import HttpResponse
    from django.utils.html import escape

    for page, is_active in (
        (f"<input value=\"{text}\"><p class='{text}'>{text}", True),
        (f'<p class="{escape(text)}">', False),
    ):
        assert bool(active_in(HttpResponse(page), page.encode())) == is_active


def test_a_redirect_to_elsewhere_is_found():
    from django.http import HttpResponseRedirect

    for address, is_elsewhere in (
        ("//evil.example/", True),
        ("https://evil.example/", True),
        ("/ru/", False),
    ):
        assert bool(active_in(HttpResponseRedirect(address), b"")) == is_elsewhere


def test_an_address_is_read_and_written_as_it_stands():
    for text in ("/ru/", "/ru/?q=%00&q=&&=", "/%ff?a"):
        assert str(Address.parse(text)) == text
