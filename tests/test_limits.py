"""Limits at the door: files, pictures and searches of one address, downloads at once, and the size of a request."""

import pytest
from django.core.cache import cache
from django.core.signals import request_finished
from django.db import close_old_connections
from django.test import Client

from tests.helpers.factories import ForumFactory

pytestmark = pytest.mark.django_db
FILE = "/ru/forums.csv"


@pytest.fixture(autouse=True)
def nothing_asked_before():
    cache.clear()


def address(name):
    """A reader at a network address of his own."""
    return Client(REMOTE_ADDR=name)


# How often.


@pytest.mark.parametrize(
    "path", [FILE, "/en/search/?q=forum", "/ru/forums/?q=форум", "/ru/map/forums.svg", "/ru/timeline.atom"]
)
def test_what_is_dear_is_refused_after_so_many_times_and_says_when_it_may_be_asked_for(
    path, client, settings
):
    settings.FILE_RATE = "2/minute"
    another = f"{path}{'&' if '?' in path else '?'}country="  # a page that is kept is not dear
    assert [client.get(f"{another}{code}").status_code == 429 for code in ("RU", "UZ", "KZ")] == [
        False,
        False,
        True,
    ]
    response = client.get(path)
    assert 0 < int(response["Retry-After"]) <= 61
    assert "no-store" in response["Cache-Control"]
    russian, english = response.content.decode().splitlines()
    assert russian.startswith("Из вашей сети слишком часто запрашивали файлы")
    assert english.startswith("Too many files, pictures or searches")


def test_pages_are_shown_however_often_files_were_asked_for(client, settings):
    settings.FILE_RATE = "1/minute"
    for path in (FILE, FILE, "/ru/forums/", "/ru/forums/?q=", "/ru/places/", "/healthz", "/robots.txt"):
        status = client.get(path).status_code
    assert status == 200
    assert client.get("/ru/forums/").status_code == 200


def test_an_address_is_not_refused_for_another(settings):
    settings.FILE_RATE = "1/minute"
    assert [address("192.0.2.1").get(FILE).status_code for _ in range(2)] == [200, 429]
    assert address("192.0.2.2").get(FILE).status_code == 200


@pytest.mark.parametrize(("proxies", "statuses"), [(0, [200, 429]), (1, [200, 200])])
def test_what_a_reader_says_of_his_address_counts_only_where_a_proxy_has_added_it(
    proxies, statuses, settings
):
    settings.FILE_RATE = "1/minute"
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "NUM_PROXIES": proxies}
    reader = address("192.0.2.1")
    asked = [reader.get(FILE, headers={"X-Forwarded-For": f"192.0.2.{n}"}).status_code for n in (7, 8)]
    assert asked == statuses


def test_behind_a_proxy_nobody_chooses_his_address(settings):
    settings.FILE_RATE = "1/minute"
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "NUM_PROXIES": 1}
    claims = [f"198.51.100.{n}, 192.0.2.1" for n in range(2)]
    assert [
        address("10.0.0.1").get(FILE, headers={"X-Forwarded-For": one}).status_code for one in claims
    ] == [200, 429]


def test_no_network_address_is_stored(settings):
    settings.FILE_RATE = "1/minute"
    address("192.0.2.77").get(FILE)
    kept = [str(key) for key in cache._cache]
    assert any("FILE_RATE" in key for key in kept)
    assert not any("192.0.2.77" in key for key in kept)


# How much at once.


@pytest.fixture
def forum():
    return ForumFactory(published=True)


def test_a_file_counts_until_it_was_read(forum, client, settings):
    settings.DOWNLOADS_PER_ADDRESS = 1
    first = client.get(FILE)
    refused = client.get(FILE)
    assert (refused.status_code, refused["Retry-After"]) == (429, "10")
    assert "Other files are being sent to your network." in refused.content.decode()
    assert b"".join(first)
    assert client.get(FILE).status_code == 200


@pytest.fixture
def open_connections():
    """The end of a request leaves the connection of the test open."""
    request_finished.disconnect(close_old_connections)
    yield
    request_finished.connect(close_old_connections)


def test_a_file_counts_no_more_when_its_reader_has_gone(forum, client, settings, open_connections):
    settings.DOWNLOADS_PER_ADDRESS = 1
    client.get(FILE).close()
    assert client.get(FILE).status_code == 200


def test_a_process_writes_only_so_many_files_at_once_and_pages_go_on(forum, settings):
    settings.DOWNLOADS_AT_ONCE = 2
    under_way = [address(f"192.0.2.{n}").get(FILE) for n in range(2)]
    refused = address("192.0.2.3").get("/api/v1/statistics.csv", headers={"Accept-Language": "en"})
    assert (refused.status_code, refused["Retry-After"]) == (503, "10")
    assert refused.json()["detail"].startswith("Many readers are downloading files now.")
    assert address("192.0.2.3").get("/ru/forums/").status_code == 200
    assert address("192.0.2.3").get("/ru/map/forums.svg").status_code == 200
    assert b"".join(under_way[0])
    assert address("192.0.2.3").get(FILE).status_code == 200


@pytest.mark.parametrize(
    "path", ["/ru/forums.nonsense", "/ru/forums.csv?country=nowhere", "/ru/sources.csv?type=x"]
)
def test_a_refused_or_unknown_file_is_not_counted_as_under_way(path, client, settings):
    settings.DOWNLOADS_PER_ADDRESS = 1
    assert {client.get(path).status_code for _ in range(2)} <= {400, 404}


def test_a_file_that_fails_is_not_counted_as_under_way(client, settings, monkeypatch):
    settings.DOWNLOADS_PER_ADDRESS = 1
    client.raise_request_exception = False
    monkeypatch.setattr("relations.views.lists.public_file", lambda *args: 1 / 0)
    assert [client.get(FILE).status_code for _ in range(2)] == [500, 500]


# How large.


@pytest.mark.parametrize(("path", "size"), [("/i18n/setlang/", 2_700_000), ("/admin/login/", 41 * 2**20)])
def test_a_request_that_is_too_large_is_refused_unread(path, size, client):
    response = client.post(path, {}, CONTENT_LENGTH=str(size))
    assert response.status_code == 413
    assert "at most" in response.content.decode()


def test_an_upload_a_little_too_large_is_told_so_by_its_form(client):
    assert client.post("/admin/login/", {"username": "x"}, CONTENT_LENGTH=str(10)).status_code != 413


@pytest.mark.parametrize("length", ["", "-1", "many", "９" * 3])
def test_a_length_that_is_no_number_ends_in_no_failure(length, client):
    assert client.get("/ru/about/", CONTENT_LENGTH=length).status_code in (200, 400, 413)
