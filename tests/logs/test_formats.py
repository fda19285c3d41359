"""A line of the log has the same parts whoever writes it, and nothing that is about a person."""

import logging
import sys

import pytest
from django.test import RequestFactory

from config import logging as log_lines
from relations.logs.formats import PlainLines
from tests.helpers.log_lines import written_as


def test_any_logger_writes_json_with_a_time_in_utc(lines):
    logging.getLogger("relations.anything").warning("Два %s", "слова", extra={"number": 2})
    (line,) = lines()
    assert line.pop("time").endswith("+00:00")
    assert line.pop("process")
    assert line == {
        "level": "warning",
        "logger": "relations.anything",
        "message": "Два слова",
        "number": 2,
    }


def test_whole_objects_that_libraries_add_are_left_out(lines):
    request = RequestFactory().get("/ru/agreements/?q=secret")
    logging.getLogger("django.security.csrf").warning(
        "Refused.", extra={"request": request, "status_code": 403}
    )
    (line,) = lines()
    assert "secret" not in str(line)
    assert line["message"] == "Refused."


def test_a_person_at_a_terminal_reads_plain_lines(capsys):
    with written_as(PlainLines()):
        logging.getLogger("relations.anything").warning("Two words", extra={"number": 2})
        try:
            raise RuntimeError("broken")
        except RuntimeError:
            logging.getLogger("relations.anything").exception("It failed.")
    printed = capsys.readouterr().err
    assert "WARNING relations.anything: Two words number=2\n" in printed
    assert printed.rstrip().endswith("RuntimeError: broken")


@pytest.mark.parametrize(
    ("is_debugging", "is_terminal", "expected"),
    [(True, False, "plain"), (False, True, "plain"), (True, True, "plain"), (False, False, "json")],
)
def test_the_form_follows_from_who_reads(monkeypatch, is_debugging, is_terminal, expected):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: is_terminal, raising=False)
    assert log_lines.usual_format(is_debugging) == expected


def test_the_web_server_writes_no_queries_and_no_network_addresses(lines):
    log = logging.getLogger("gunicorn.error")
    try:
        raise ValueError("broken")
    except ValueError:
        log.exception("Error handling request %s %s", "GET", "/ru/search/?q=secret")
    log.warning("Invalid request from ip=2001:db8::7: Invalid request line: 'GET /?q=secret HTTP/9'")
    failed, invalid = lines()
    assert failed["message"] == "Error handling request GET /ru/search/"
    assert "ValueError: broken" in failed["exc_info"]
    assert invalid["message"] == "Invalid request from ip=…: Invalid request line: 'GET / HTTP/9'".replace(
        "/ ", "/ "
    )
