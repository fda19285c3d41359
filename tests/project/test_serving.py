"""The register as `make serve` starts it: what does not start, who waits for whom, and what it does not take in."""

import re
import time
from contextlib import ExitStack, closing
from threading import Event

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher

from tests.helpers.databases import copied_database
from tests.helpers.served import DUMP, Sender, environment, most_memory, running, serve, write_large_dump

pytestmark = pytest.mark.slow
SIZE = 40 * 2**20
#: seconds after which the server would replace a process that says nothing
TIMEOUT = 3


def refusal(**variables):
    """What is printed by a server that does not start."""
    process = serve(environment(**variables))
    printed, _ = process.communicate(timeout=240)
    assert process.returncode == 1
    return printed.strip()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", ""),
        ("ALLOWED_HOSTS", ""),
        ("WEB_CONCURRENCY", "0"),
        ("WEB_THREADS", "many"),
        ("BIND", "here"),
    ],
)
def test_a_server_without_its_settings_is_refused_with_one_sentence(name, value):
    printed = refusal(**{name: value})
    assert printed.startswith(f"The environment variable {name} is ")
    assert len(printed.splitlines()) == 1


def test_a_server_before_its_database_is_ready_is_refused_with_one_sentence(tmp_path):
    printed = refusal(DATABASE_URL=f"sqlite:///{tmp_path / 'empty.sqlite3'}")
    assert printed == (
        "The register cannot be served: migrations have not been applied. Look at DATABASE_URL, and run: make set-up"
    )
    printed = refusal(DATABASE_URL="postgres://nobody@127.0.0.1:1/none")
    assert "the database does not respond" in printed
    assert "Traceback" not in printed


@pytest.fixture
def started(tmp_path, transactional_db):
    """A function: a server of one process and four threads, with a dump of forty megabytes."""
    write_large_dump(tmp_path, SIZE)
    with ExitStack() as stack:
        url = stack.enter_context(copied_database(tmp_path))
        more = {"DATABASE_URL": url, "DUMPS_DIR": str(tmp_path), "WEB_THREADS": "4"}
        yield lambda timeout=TIMEOUT: stack.enter_context(running(**more, WEB_TIMEOUT=str(timeout)))


def test_an_editor_logs_in_by_plain_http(tmp_path, transactional_db, staff):
    """As on a machine without HTTPS; passwords are kept as on a server."""
    user = staff("editor")
    user.password = PBKDF2PasswordHasher().encode("four words are enough", "salt")
    user.save()
    with copied_database(tmp_path) as url, running(DATABASE_URL=url, HTTPS="0") as server:
        _status, headers, page = server.get("/admin/login/")
        token = re.search(rb'name="csrfmiddlewaretoken" value="(\w+)"', page)[1].decode()
        form = {"username": "editor", "password": "four words are enough", "csrfmiddlewaretoken": token}
        cookies = [one.partition(";")[0] for one in headers.get_all("Set-Cookie")]
        status, headers, _page = server.post("/admin/login/", form, Cookie="; ".join(cookies))
        assert (status, headers["Location"]) == (302, "/admin/")
        cookies = [one.partition(";")[0] for one in headers.get_all("Set-Cookie")]
        assert any(one.startswith("sessionid=") for one in cookies)
        assert server.get("/admin/", Cookie="; ".join(cookies))[0] == 200


def read(connection, least):
    """So many bytes, or all that come."""
    size = 0
    while size < least and (piece := connection.recv(65536)):
        size += len(piece)
    return size


def test_nobody_is_cut_off_or_kept_waiting_by_who_is_slow(started):
    server = started()
    with closing(server.slow_reader(DUMP)) as slow:
        got, ended, pause = read(slow, 1), time.monotonic() + 2.5 * TIMEOUT, Event()
        while time.monotonic() < ended:
            got += read(slow, 4096)
            pause.wait(0.05)
        assert got < SIZE / 2
        got += read(slow, 2 * SIZE)
    assert got > SIZE
    with ExitStack() as stack:
        for _ in range(2):
            assert read(stack.enter_context(closing(server.slow_reader(DUMP))), 1)
        for path in ("/healthz", "/readyz", "/ru/about/"):
            assert server.get(path)[0] == 200
        assert until(lambda: server.get(DUMP)[0] == 200)  # who reads nothing at all is let go


def until(holds):
    """Whether it holds within a minute."""
    pause = Event()
    return any(holds() or pause.wait(0.5) for _ in range(120))


def test_what_is_being_answered_is_finished_before_the_server_ends(started):
    server = started(timeout=60)
    with closing(server.slow_reader(DUMP)) as reader:
        got = read(reader, 1)
        server.process.terminate()
        got += read(reader, 2 * SIZE)
    assert got > SIZE
    assert server.process.wait(60) == 0


# What is too large.

HUGE = 400 * 2**20
FORM = "Content-Type: multipart/form-data; boundary=b\r\n"
ADDRESSES = (
    "/admin/relations/agreement/import/",
    "/ru/sheet-check/",
    "/admin/login/",
    "/api/v1/agreements/",
    "/reconcile/places",
)
#: {how the length is given: (the header, the statuses with which it may be refused)}
LENGTHS = {
    "honest": (f"Content-Length: {HUGE}\r\n", {413}),
    "chunked": ("Transfer-Encoding: chunked\r\n", {411}),
    "small": ("Content-Length: 100000\r\n", {400, 403, 405, 415}),
}


@pytest.fixture
def folder_of_uploads(tmp_path):
    folder = tmp_path / "uploads"
    folder.mkdir()
    return folder


def test_a_huge_request_is_refused_at_once_and_leaves_nothing(tmp_path, folder_of_uploads, transactional_db):
    with copied_database(tmp_path) as url:
        variables = {"DATABASE_URL": url, "TMPDIR": str(folder_of_uploads), "WEB_THREADS": "4"}
        with running(**variables) as server:
            for path in ADDRESSES:
                for name, (header, statuses) in LENGTHS.items():
                    sender = Sender(server, path, FORM + header)
                    sender.send(HUGE, is_chunked=name == "chunked")
                    assert sender.status in statuses, (path, name, sender.answer)
                    assert sender.seconds < 2, (path, name)
                    assert sender.sent < HUGE, (path, name)
                    assert not any(folder_of_uploads.glob("*.upload*")), (path, name)
            peaks = most_memory(server.process)
            assert len(peaks) == 1
            assert max(peaks.values()) <= 200 * 2**20
            assert server.get("/healthz")[0] == 200


def test_who_sends_some_more_than_is_accepted_is_told_so_and_not_cut_off(started):
    """As browsers do, which read an answer when they have sent everything."""
    server, size = started(), 60 * 2**20
    sender = Sender(server, "/admin/relations/agreement/import/", f"{FORM}Content-Length: {size}\r\n")
    sender.send(size, is_chunked=False)
    assert (sender.sent, sender.status) == (size, 413)
    assert "Запрос слишком велик" in sender.answer.decode()
