"""What is answered before anything else, the headers of every answer, and the settings that guard the door."""

import os
import subprocess
import sys

import pytest
from django.conf import settings as present
from django.test import Client

from tests.helpers.factories import AgreementFactory

LONG_KEY = "only-for-tests" * 5
#: addresses of all kinds, and what they answer
WALK = {
    "/": 302,
    "/ru/": 200,
    "/ru/agreements/": 200,
    "/ru/agreements.csv": 200,
    "/en/nowhere/": 404,
    "/ru/forums/?page=dragon": 404,
    "/ru/forums/?year_from=dragon": 200,
    "/api/v1/agreements/": 200,
    "/api/v1/nowhere/": 404,
    "/admin/": 302,
    "/admin/login/": 200,
    "/admin/nowhere/": 302,
    "/healthz": 200,
    "/readyz": 200,
    "/robots.txt": 200,
    "/sitemap.xml": 200,
    "/favicon.ico": 302,
    "/static/css/nowhere.css": 404,
}


def with_headers(answer):
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    return answer


def test_every_answer_has_the_headers_that_guard_it(client, db):
    AgreementFactory(published=True)
    for path, status in WALK.items():
        assert with_headers(client.get(path)).status_code == status, path


def test_so_have_errors(client, db, settings, monkeypatch):
    assert with_headers(client.get("/ru/", HTTP_HOST="elsewhere.example")).status_code == 400
    assert with_headers(Client(enforce_csrf_checks=True).post("/admin/login/")).status_code == 403
    assert (
        with_headers(client.post("/admin/", b"x", "text/plain", CONTENT_LENGTH=str(10**9))).status_code == 413
    )
    monkeypatch.setattr("relations.views.home.redirect", None)
    client.raise_request_exception = False
    assert with_headers(client.get("/")).status_code == 500


@pytest.mark.parametrize("method", ["TRACE", "TRACK", "CONNECT"])
@pytest.mark.parametrize("is_https", [False, True])
def test_no_address_answers_to_methods_that_repeat_or_tunnel(method, is_https, client, db, settings):
    settings.SECURE_SSL_REDIRECT = is_https
    for path in (*WALK, "/admin/login/code/"):
        answer = with_headers(client.generic(method, path, HTTP_COOKIE="sessionid=secret"))
        assert answer.status_code == 405, path
        assert answer["Allow"] == "GET, HEAD, POST, OPTIONS"
        assert b"secret" not in answer.content


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_monitoring_is_answered_by_plain_http_and_by_number(path, client, db, settings):
    settings.SECURE_SSL_REDIRECT = True
    answer = client.get(path, HTTP_HOST="10.0.0.7:8000")
    assert answer.status_code == 200
    assert b"10.0.0.7" not in answer.content
    assert client.get("/ru/", HTTP_HOST="testserver").status_code == 301


def test_with_https_browsers_are_told_to_keep_to_it(client, db, settings):
    settings.SECURE_HSTS_SECONDS, settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = 31_536_000, True
    assert (
        client.get("/ru/", secure=True)["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    )


def python(code, **variables):
    """What a program prints with these settings, or why it does not start."""
    usual = {**os.environ, "DEBUG": "0", "SECRET_KEY": LONG_KEY, "ALLOWED_HOSTS": "localhost", **variables}
    command = [sys.executable, "-c", code]
    return subprocess.run(
        command, cwd=present.BASE_DIR, env=usual, capture_output=True, text=True, check=False
    )


COOKIES = (
    "from config.settings import *;"
    "print(SESSION_COOKIE_NAME, CSRF_COOKIE_NAME, SESSION_COOKIE_SECURE, CSRF_COOKIE_SECURE)"
)


@pytest.mark.parametrize(
    ("https", "expected"),
    [("1", "__Host-sessionid __Host-csrftoken True True"), ("0", "sessionid csrftoken False False")],
)
def test_cookies_are_bound_to_this_host_where_there_is_https(https, expected):
    assert python(COOKIES, HTTPS=https).stdout.strip() == expected


def test_such_cookies_have_the_path_and_no_domain_that_browsers_ask_of_them(db, settings, staff):
    settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    staff("editor")
    client = Client()
    client.get("/admin/login/", secure=True)
    client.post("/admin/login/", {"username": "editor", "password": "editor"}, secure=True)
    for name in ("__Host-sessionid", "__Host-csrftoken"):
        cookie = client.cookies[name]
        assert (cookie["path"], cookie["domain"], cookie["secure"]) == ("/", "", True)
    assert client.get("/admin/", secure=True).status_code == 200
    # whoever has this cookie has a session, for the cache of pages too
    assert "private" in client.get("/ru/", secure=True)["Cache-Control"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "short"),
        ("SECRET_KEY", "a" * 49),
        ("SECRET_KEY", "abcd" * 20),
        ("ALLOWED_HOSTS", "*"),
        ("ALLOWED_HOSTS", "localhost,*"),
    ],
)
def test_a_server_with_a_weak_key_or_for_every_host_is_refused_with_one_sentence(name, value):
    done = python("import config.settings", **{name: value})
    assert done.returncode == 1
    assert done.stderr.startswith(f"The environment variable {name} is not valid: with DEBUG=0 ")
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_developer_needs_no_long_key():
    assert python("import config.settings", DEBUG="1", SECRET_KEY="short").returncode == 0
