"""The doctor ends in sentences, whatever is away and however long it would take to answer."""

import json
import os
import socket
import subprocess
import sys
import time
from contextlib import closing
from io import StringIO
from threading import Event

import pytest
from django.conf import settings as project
from django.core.management import call_command

from relations.doctor import bounded, examination
from relations.doctor.bounded import Check
from relations.doctor.lines import error, ok, warning


@pytest.fixture
def found(monkeypatch):
    """A function: what the checks find."""

    def finds(*lines):
        monkeypatch.setattr(examination, "checks", lambda is_full: [Check("part", lambda: lines)])

    return finds


def doctor(*options):
    """(exit code, what is written)"""
    out, code = StringIO(), 0
    try:
        call_command("doctor", *options, stdout=out, no_color=True)
    except SystemExit as end:
        code = end.code
    return code, out.getvalue()


def test_a_line_says_what_is_wrong_and_the_next_one_what_to_do(found):
    found(ok("one", "Good."), error("two", "Bad.", "manage.py mend"))
    assert doctor() == (
        1,
        "ok       one: Good.\nerror    two: Bad.\n         → manage.py mend\n1 errors, 0 warnings.\n",
    )


@pytest.mark.parametrize(
    ("lines", "options", "code"),
    [
        ([ok("a", "b")], ["--strict"], 0),
        ([warning("a", "b", "c")], [], 0),
        ([warning("a", "b", "c")], ["--strict"], 1),
        ([error("a", "b", "c")], [], 1),
    ],
)
def test_the_exit_code_follows_from_the_worst(found, lines, options, code):
    found(*lines)
    assert doctor(*options)[0] == code


def test_programs_read_json(found):
    found(ok("one", "Good."), warning("two", "Bad.", "manage.py mend"))
    code, written = doctor("--json")
    said = json.loads(written)
    assert (code, said["errors"], said["warnings"]) == (0, 0, 1)
    assert said["lines"][1] == {"level": "warning", "part": "two", "text": "Bad.", "advice": "manage.py mend"}


def test_a_check_that_hangs_is_left_alone_and_not_begun_again():
    ended, begun = Event(), []

    def hang():
        begun.append(1)
        ended.wait(30)
        return []

    check = Check("part", hang, seconds=0.05)
    for _ in range(3):
        (line,) = bounded.bounded(check)
        assert (line.level, line.text) == ("error", "No answer within 0.05 seconds.")
    assert len(begun) == 1
    ended.set()
    bounded.waiting["part"].join()
    assert bounded.bounded(check) == []


def test_a_check_that_fails_is_a_sentence():
    def fail():
        raise RuntimeError("Nothing is as it was.\nsecret")

    (line,) = bounded.bounded(Check("part", fail))
    assert line.text == "This could not be looked at: Nothing is as it was."


@pytest.mark.django_db(transaction=True)
def test_a_register_in_order_has_no_errors(settings, as_on_a_server, tmp_path):
    settings.STATIC_ROOT = tmp_path
    settings.DEBUG = True  # static files are not collected, and there is no backup
    settings.START_WORKERS = True
    code, written = doctor("--full")
    assert code == 0, written
    for part in (
        "versions",
        "migrations",
        "indexes",
        "clock",
        "translations",
        "cache",
        "worker",
        "kept rows",
    ):
        assert f"ok       {part}: " in written, written


def in_a_process(*options, **variables):
    """(exit code, output, seconds)"""
    start = time.monotonic()
    done = subprocess.run(
        [sys.executable, "manage.py", "doctor", *options],
        cwd=project.BASE_DIR,
        env={**os.environ, **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout, time.monotonic() - start


@pytest.mark.once
def test_a_database_and_a_cache_that_refuse_are_two_errors_and_no_traceback():
    code, written, _ = in_a_process(
        DATABASE_URL="postgres://nobody:hidden-words@127.0.0.1:1/none", CACHE_URL="redis://127.0.0.1:1"
    )
    assert code == 1
    assert "error    database: It does not respond: " in written
    assert "error    cache: " in written
    assert "since the database is away: migrations" in written
    assert "Traceback" not in written
    assert "hidden-words" not in written


@pytest.mark.once
def test_a_database_that_never_answers_is_said_within_seconds():
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        url = f"postgres://nobody@127.0.0.1:{silent.getsockname()[1]}/none"
        code, written, seconds = in_a_process(DATABASE_URL=url)
    assert code == 1
    assert "error    database: It does not respond: connection timeout expired" in written
    assert "Traceback" not in written
    assert seconds < 60  # far less than the minutes for which the system would wait


@pytest.mark.once
def test_a_missing_file_of_sqlite_is_not_made(tmp_path):
    path = tmp_path / "none.sqlite3"
    code, written, _ = in_a_process("--json", DATABASE_URL=f"sqlite:///{path}")
    assert code == 1
    assert json.loads(written)["errors"] == 1
    assert not path.exists()


@pytest.mark.once
def test_a_file_that_is_no_database_is_an_error(tmp_path):
    path = tmp_path / "broken.sqlite3"
    path.write_bytes(b"This is no database. " * 1000)
    code, written, _ = in_a_process(DATABASE_URL=f"sqlite:///{path}")
    assert code == 1
    assert "error    database: It does not respond: file is not a database." in written
    assert "Traceback" not in written
