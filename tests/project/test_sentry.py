"""Errors go to Sentry where a setting names one, and nothing about a person goes with them."""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings

pytestmark = pytest.mark.once
DSN = "http://key@127.0.0.1:1/7"
#: prints what would be sent for a page that fails
FAIL = """
import json
import django
django.setup()
import sentry_sdk
from sentry_sdk.transport import Transport
sent = []
class Kept(Transport):
    def capture_envelope(self, envelope):
        sent.append(envelope.serialize().decode())
sentry_sdk.get_client().transport = Kept()
from django.test import Client
from relations.views import home
def fail(request, *args, **kwargs):
    typed = request.GET["q"]
    raise RuntimeError("broken\\nDETAIL: Key (email)=(hidden-4)" + typed)
home.render = fail
client = Client(raise_request_exception=False)
client.cookies["sessionid"] = "hidden-2"
answer = client.get("/en/about/?q=hidden-1", headers={"X-Something": "hidden-3"})
sentry_sdk.flush()
print(json.dumps([answer.status_code, answer["X-Request-ID"], sent]))
"""


def run(code, **variables):
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings", "LOG_FORMAT": "json", **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize(("dsn", "expected"), [("", "False"), (DSN, "True")])
def test_the_library_is_loaded_where_it_is_wanted(dsn, expected):
    code = "import django, sys; django.setup(); print('sentry_sdk' in sys.modules)"
    assert run(code, SENTRY_DSN=dsn)[:2] == (0, f"{expected}\n")


@pytest.mark.parametrize("dsn", ["sentry.example.org", "https://sentry.example.org/7", "here"])
def test_an_address_that_is_none_is_refused_with_a_sentence(dsn):
    code, _, printed = run("import config.settings", SENTRY_DSN=dsn)
    assert code == 1
    assert printed.startswith("The environment variable SENTRY_DSN is not valid: ")
    assert len(printed.splitlines()) == 1


@pytest.mark.django_db
def test_a_failure_is_sent_once_without_what_was_typed(tmp_path):
    url = f"sqlite:///{tmp_path / 'register.sqlite3'}"
    migrated = (
        "from django.core.management import execute_from_command_line as do; do(['', 'migrate', '-v0'])"
    )
    assert run(migrated, DATABASE_URL=url)[0] == 0
    code, printed, errors = run(
        FAIL,
        DATABASE_URL=url,
        SENTRY_DSN=DSN,
        DEBUG="0",
        SECRET_KEY="a-key-of-tests-" * 4,
        ALLOWED_HOSTS="testserver",
    )
    assert code == 0, errors
    status, number, sent = json.loads(printed)
    assert status == 500
    failures = [one for one in sent if "RuntimeError" in one]
    assert len(failures) == 1
    assert "hidden" not in "".join(sent)
    assert "/en/about/" in failures[0]
    assert f'"request_id":"{number}"' in failures[0].replace('": "', '":"')
    assert errors.count("RuntimeError: broken") == 1
