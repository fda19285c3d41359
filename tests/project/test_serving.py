"""The register as `make serve` starts it: what does not start, and who waits for whom."""

import time
from contextlib import ExitStack, closing
from threading import Event

import pytest

from tests.helpers.databases import copied_database
from tests.helpers.served import DUMP, environment, running, serve, write_large_dump

pytestmark = pytest.mark.slow
#: seconds after which the server would replace a process that says nothing
TIMEOUT = 2


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
def server(tmp_path, transactional_db):
    """One process of four threads with a short timeout, and a dump of forty megabytes."""
    write_large_dump(tmp_path)
    with (
        copied_database(tmp_path) as url,
        running(
            DATABASE_URL=url, DUMPS_DIR=str(tmp_path), WEB_THREADS="4", WEB_TIMEOUT=str(TIMEOUT)
        ) as server,
    ):
        yield server


def read(connection, least):
    """So many bytes, or all that come."""
    size = 0
    while size < least and (piece := connection.recv(65536)):
        size += len(piece)
    return size


def test_an_answer_that_takes_longer_than_the_timeout_is_not_cut_off(server):
    size = 40 * 2**20
    with closing(server.slow_reader(DUMP)) as reader:
        ended, got, pause = time.monotonic() + 2.5 * TIMEOUT, 0, Event()
        while time.monotonic() < ended:
            got += read(reader, 4096)
            pause.wait(0.1)
        assert got < size / 2
        got += read(reader, 2 * size)
    assert got > size


def test_slow_readers_keep_nobody_from_his_page(server):
    with ExitStack() as stack:
        for _ in range(2):
            one = stack.enter_context(closing(server.slow_reader(DUMP)))
            assert read(one, 1)
        for path in ("/healthz", "/readyz", "/ru/about/"):
            assert server.get(path, timeout=20)[0] == 200


def test_who_reads_nothing_at_all_is_let_go(server):
    with closing(server.slow_reader(DUMP)) as reader:
        assert read(reader, 1)
        server.process.terminate()  # it ends only when nobody is being answered
        printed, _ = server.process.communicate(timeout=10 * TIMEOUT)
        assert "Traceback" not in printed


def test_what_is_being_answered_is_finished_before_the_server_ends(server):
    with closing(server.slow_reader(DUMP)) as reader:
        got = read(reader, 1)
        server.process.terminate()
        got += read(reader, 50 * 2**20)
    assert got > 40 * 2**20
    assert server.process.wait(60) == 0
