"""What is compressed, how, and what is not."""

import gzip

import brotli
import pytest
from django.http import StreamingHttpResponse
from django.test import RequestFactory

from relations.compression import Compression
from tests.helpers.admin import signed_in
from tests.helpers.factories import ForumFactory

pytestmark = pytest.mark.django_db
BOTH = {"Accept-Encoding": "gzip, deflate, br, zstd"}


def encoding(response):
    return response.get("Content-Encoding", "")


@pytest.mark.parametrize(
    "path", ["/en/about/", "/en/forums.csv", "/en/forums.json", "/api/v1/", "/en/map/forums.svg"]
)
def test_pages_files_and_pictures_come_as_brotli_and_are_the_same(path, client):
    ForumFactory(published=True)
    plain = client.get(path)
    assert encoding(plain) == ""
    response = client.get(path, headers=BOTH)
    assert encoding(response) == "br"
    assert "Accept-Encoding" in response["Vary"]
    assert brotli.decompress(b"".join(response)) == b"".join(plain)


@pytest.mark.parametrize(
    ("accepted", "wanted"),
    [
        ("gzip", "gzip"),
        ("gzip, br;q=0", "gzip"),
        ("br;q=0.5", "br"),
        ("BR", "br"),
        ("identity", ""),
        ("", ""),
        (",;", ""),
    ],
)
def test_a_client_gets_what_it_accepts(accepted, wanted, client):
    response = client.get("/en/about/", headers={"Accept-Encoding": accepted})
    assert encoding(response) == wanted
    if wanted == "gzip":
        assert b"<h1" in gzip.decompress(response.content)


def test_lengths_of_pages_with_a_session_tell_nothing(publisher):
    """The same page again is not of the same length, so that nobody can guess a secret letter by letter."""
    editor = signed_in(publisher)
    responses = [editor.get("/admin/guide/", headers=BOTH) for _ in range(8)]
    assert {encoding(one) for one in responses} == {"gzip"}
    assert len({len(one.content) for one in responses}) > 1
    assert encoding(editor.get("/en/about/", headers=BOTH)) == "gzip"


def test_the_form_of_the_login_is_not_compressed_by_brotli(client):
    assert encoding(client.get("/admin/login/", headers=BOTH)) == "gzip"


@pytest.mark.parametrize("path", ["/en/forums.xlsx", "/en/map/forums.png"])
def test_what_is_compressed_in_itself_is_sent_as_it_is(path, client):
    ForumFactory(published=True)
    assert encoding(client.get(path, headers=BOTH)) == ""


def test_the_length_that_is_said_is_that_of_what_is_sent(client):
    response = client.get("/en/about/", headers=BOTH)
    assert int(response["Content-Length"]) == len(response.content)


def test_an_answer_of_few_bytes_is_left_alone(client):
    assert encoding(client.get("/healthz", headers=BOTH)) == ""


def test_a_tag_of_other_bytes_is_weak(client):
    response = client.get("/api/v1/", headers=BOTH)
    assert response["ETag"].startswith('W/"')
    again = client.get("/api/v1/", headers={**BOTH, "If-None-Match": response["ETag"]})
    assert again.status_code == 304


def test_the_first_piece_of_a_file_goes_out_before_the_second_is_made():
    made = []

    def body():
        for number in range(3):
            made.append(number)
            yield b"a line of a file\n" * 10

    middleware = Compression(lambda request: StreamingHttpResponse(body(), content_type="text/csv"))
    response = middleware(RequestFactory().get("/en/forums.csv", headers=BOTH))
    sent = iter(response)
    first = next(sent)
    assert made == [0]
    assert brotli.Decompressor().process(first) == b"a line of a file\n" * 10
    assert brotli.decompress(first + b"".join(sent)) == b"a line of a file\n" * 30
