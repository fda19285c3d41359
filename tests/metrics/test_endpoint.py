"""The page /metrics answers named addresses alone, and all others as an unknown address."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def switched_on(settings):
    settings.METRICS = True


def ask(address="127.0.0.1", **headers):
    return Client().get("/metrics", REMOTE_ADDR=address, headers=headers)


def test_it_is_off_until_somebody_switches_it_on(settings):
    settings.METRICS = False
    assert ask().status_code == 404


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
def test_this_machine_may_ask(address):
    response = ask(address)
    assert response.status_code == 200
    assert response["Content-Type"].startswith("text/plain")
    assert response["Cache-Control"] == "no-store"


@pytest.mark.parametrize("address", ["203.0.113.7", "2001:db8::7", "", "not an address"])
def test_others_find_nothing(address):
    assert ask(address).status_code == 404


def test_networks_can_be_named(settings):
    settings.METRICS_FROM = ["10.1.0.0/16"]
    assert ask("10.1.2.3").status_code == 200
    assert ask("10.2.2.3").status_code == 404
    assert ask("127.0.0.1").status_code == 404


@pytest.mark.parametrize("proxies", [0, 1, 2])
@pytest.mark.parametrize(
    "headers",
    [
        {"X-Forwarded-For": "203.0.113.7"},
        {"X-Forwarded-For": "127.0.0.1, 203.0.113.7"},
        {"X-Forwarded-For": "203.0.113.7, 127.0.0.1"},
        {"X-Real-IP": "203.0.113.7"},
        {"Forwarded": "for=203.0.113.7"},
        {"X-Forwarded-Proto": "https"},
        {"Via": "1.1 proxy"},
    ],
)
def test_who_comes_through_a_proxy_is_not_taken_for_the_proxy(settings, proxies, headers):
    settings.PROXIES = settings.REST_FRAMEWORK["NUM_PROXIES"] = proxies
    assert ask(**headers).status_code == 404


def test_a_named_address_may_come_through_a_proxy(settings):
    settings.PROXIES, settings.METRICS_FROM = 1, ["127.0.0.1", "10.0.0.0/8"]
    assert ask(**{"X-Forwarded-For": "10.1.2.3", "X-Forwarded-Proto": "https"}).status_code == 200


def test_prometheus_needs_neither_the_name_of_the_site_nor_https(settings):
    settings.ALLOWED_HOSTS, settings.SECURE_SSL_REDIRECT = ["register.example.org"], True
    assert ask(Host="10.0.0.1:8000").status_code == 200


def test_nothing_is_posted_there(settings):
    assert Client().post("/metrics", REMOTE_ADDR="127.0.0.1").status_code in (403, 404)
