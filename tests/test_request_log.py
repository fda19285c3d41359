"""Each request is one line of the log: what was asked for, how it was answered, and nothing about a person."""

import logging
import re
from contextlib import closing

import pytest
from django.core.cache import caches
from django.db import connection
from django.http import HttpResponse, StreamingHttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override
from django_tasks import task

from relations.request_log import RequestLog
from relations.views import error_pages, health, home
from tests.helpers.admin import signed_in
from tests.helpers.factories import ForumFactory
from tests.helpers.log_lines import json_lines

pytestmark = pytest.mark.django_db
LIST = "/en/forums/"


@pytest.fixture
def lines(capsys):
    with json_lines(capsys) as read:
        yield read


@pytest.fixture
def failing(monkeypatch, client):
    """The page about the register fails, and the server answers."""

    def fail(*args, **kwargs):
        raise RuntimeError("broken")

    client.raise_request_exception = False
    monkeypatch.setattr(home, "render", fail)


def only(lines):
    """That of the request: a login has one too."""
    (line,) = (line for line in lines() if line["logger"] != "relations.logins")
    return line


def test_a_request_is_one_line(client, lines):
    response = client.get(f"{LIST}?q=secret&country=UZ")
    line = only(lines)
    assert (line["level"], line["logger"]) == ("info", "relations.requests")
    assert (line["method"], line["route"], line["status"]) == ("GET", "<language>/forums/", 200)
    assert line["ms"] >= line["database_ms"] > 0
    assert line["statements"] > 1
    assert line["page"] == "made"
    assert line["request_id"] == response["X-Request-ID"]
    assert "user" not in line
    assert "secret" not in str(line)


def test_the_number_of_statements_is_what_the_database_has_answered(client, lines):
    client.get(LIST)
    caches["pages"].clear()
    lines()
    with CaptureQueriesContext(connection) as captured:
        client.get(LIST)
    assert only(lines)["statements"] == len(captured)


def test_a_page_that_is_kept_has_its_pattern_too(client, lines):
    first = client.get(LIST)
    kept = client.get(LIST)
    client.get(LIST, headers={"If-None-Match": first["ETag"]})
    made, again, not_modified = lines()
    assert [one["page"] for one in (made, again, not_modified)] == ["made", "kept", "not modified"]
    assert {one["route"] for one in (made, again, not_modified)} == {"<language>/forums/"}
    assert not_modified["status"] == 304
    assert first["X-Request-ID"] != kept["X-Request-ID"]  # an id is not kept with the page


@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_pattern_of_a_page_that_was_never_resolved_here(rf, lines, language):
    with override("en"):
        RequestLog(lambda request: HttpResponse())(rf.get(f"/{language}/forums/some-key-of-{language}/"))
    assert only(lines)["route"] == "<language>/forums/<slug:key>/"


def test_an_unknown_address_has_no_pattern_and_an_invented_method_no_name(client, lines):
    client.get("/ru/secret/")
    client.generic("SECRET", LIST)
    unknown, invented = lines()
    assert (unknown["route"], unknown["status"], unknown["level"]) == ("unknown", 404, "info")
    assert invented["method"] == "OTHER"
    assert "secret" not in str([unknown, invented]).casefold()


def test_a_user_is_a_number_if_somebody_has_asked_for_her(publisher, lines):
    signed_in(publisher).get("/admin/")
    line = only(lines)
    assert line["user"] == publisher.pk
    assert publisher.username not in str(line)


def test_the_line_itself_asks_the_database_nothing(publisher, django_assert_num_queries):
    client = Client()
    client.force_login(publisher)
    with django_assert_num_queries(0):
        assert client.get("/healthz").status_code == 200


@pytest.mark.parametrize(
    ("proxies", "given", "is_taken"),
    [
        (1, "abc-1.2_3", True),
        (1, "a" * 64, True),
        (1, "a" * 65, False),
        (1, "a b", False),
        (1, "a\nb", False),
        (1, "", False),
        (0, "abc", False),
    ],
)
def test_the_id_of_a_proxy_is_taken_if_it_is_tame(client, settings, lines, proxies, given, is_taken):
    settings.PROXIES = proxies
    response = client.get("/healthz", headers={"X-Request-ID": given})
    assert (response["X-Request-ID"] == given) is is_taken
    assert only(lines)["request_id"] == response["X-Request-ID"]
    assert is_taken or re.fullmatch("[0-9a-f]{32}", response["X-Request-ID"])


@pytest.mark.parametrize("language", ["ru", "en"])
def test_a_failure_is_one_line_with_its_traceback_and_the_page_names_its_id(client, failing, lines, language):
    response = client.get(f"/{language}/about/")
    line = only(lines)
    assert (line["level"], line["status"]) == ("error", 500)
    assert "RuntimeError: broken" in line["exc_info"]
    words = {"ru": "назовите этот номер", "en": "name this number"}[language]
    assert words in response.content.decode()
    assert f"<code>{line['request_id']}</code>" in response.content.decode()


def test_the_plain_page_of_a_failure_names_the_id_too(client, failing, monkeypatch):
    monkeypatch.setattr(error_pages, "page", home.render)
    response = client.get("/en/about/")
    assert f"<code>{response['X-Request-ID']}</code>" in response.content.decode()


def test_a_failure_with_debug_off_leaves_exactly_one_line(client, failing, lines, settings):
    settings.DEBUG = False
    client.get("/en/about/")
    assert [one["logger"] for one in lines()] == ["relations.requests"]


def test_other_errors_of_the_server_are_errors_without_a_traceback(client, lines, monkeypatch):
    monkeypatch.setattr(health, "why_not_ready", lambda: "the database does not respond")
    client.get("/readyz")
    line = only(lines)
    assert (line["level"], line["status"]) == ("error", 503)
    assert "exc_info" not in line


def test_lines_of_other_loggers_have_the_id_and_lose_it_afterwards(rf, lines):
    def answer(request):
        logging.getLogger("relations.anything").warning("Within.")
        return HttpResponse()

    response = RequestLog(answer)(rf.get("/healthz"))
    logging.getLogger("relations.anything").warning("Afterwards.")
    within, request, afterwards = lines()
    assert within["request_id"] == request["request_id"] == response["X-Request-ID"]
    assert "request_id" not in afterwards


@task()
def say_something():
    logging.getLogger("relations.anything").warning("Within.")


def test_lines_of_a_task_have_its_number(lines):
    result = say_something.enqueue()
    logging.getLogger("relations.anything").warning("Afterwards.")
    within, afterwards = (one for one in lines() if one["logger"] == "relations.anything")
    assert within["task_id"] == str(result.id)
    assert "task_id" not in afterwards


def test_a_slow_page_and_one_with_many_statements_are_warnings(client, lines, settings):
    ForumFactory(published=True)
    settings.SLOW_PAGE_MS, settings.QUERY_BUDGET = 0, 1
    client.get(LIST)
    line = only(lines)
    assert (line["level"], line["too_much"]) == ("warning", "time, statements")


def test_only_public_pages_have_a_budget(publisher, lines, settings):
    settings.QUERY_BUDGET = 1
    signed_in(publisher).get("/admin/")
    assert only(lines)["level"] == "info"


class TestAnAnswerThatIsStreamed:
    def answered(self, rf, pieces):
        return RequestLog(lambda request: StreamingHttpResponse(pieces))(rf.get("/ru/forums.csv"))

    def test_is_said_when_its_last_byte_is_sent(self, rf, lines):
        response = self.answered(rf, iter([b"one", b"two"]))
        assert lines() == []
        assert b"".join(response) == b"onetwo"
        response.close()
        assert only(lines)["route"] == "<language>/forums.<str:form>"

    def test_counts_the_statements_that_it_makes_meanwhile(self, rf, lines):
        def pieces():
            ForumFactory.create()
            yield b"one"

        response = self.answered(rf, pieces())
        b"".join(response)
        response.close()
        assert only(lines)["statements"] > 1

    def test_that_breaks_off_is_an_error(self, rf, lines):
        def pieces():
            yield b"one"
            raise RuntimeError("broken")

        response = self.answered(rf, pieces())
        with pytest.raises(RuntimeError), closing(response):
            b"".join(response)
        line = only(lines)
        assert (line["level"], line["broke_off"]) == ("error", True)
        logging.getLogger("gunicorn.error").error("Error handling request %s", "/ru/forums.csv")
        assert only(lines)["request_id"] == line["request_id"]
        RequestLog(lambda request: HttpResponse())(RequestFactory().get("/healthz"))

    def test_whose_reader_has_gone_is_none(self, rf, lines):
        response = self.answered(rf, iter([b"one"]))
        with pytest.raises(BrokenPipeError), closing(response):
            raise BrokenPipeError
        assert only(lines)["level"] == "info"
