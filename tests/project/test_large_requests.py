"""Four hundred megabytes sent to a running server: refused before they are kept, whatever is said of their length."""

import select
import socket
import time
from pathlib import Path

import pytest

from tests.helpers.databases import copied_database
from tests.helpers.served import running

pytestmark = pytest.mark.slow
MB = 2**20
SENT = 400 * MB
#: seconds after the limit within which it is refused, and MiB of a process
AT_ONCE, MOST_MEMORY = 2, 200
LOGIN, CHECK, UPLOAD, API, REPORT = (
    "/admin/login/",
    "/en/sheet-check/",
    "/admin/relations/agreement/import/",
    "/api/v1/agreements/",
    "/en/agreements/joint-statement-ru-uz-2018/report/",
)


def honest(piece):
    return f"Content-Length: {SENT}", piece


def chunked(piece):
    """Each piece is a chunk of its own, as long as it is sent whole."""
    part = piece[: 65536 - 8]
    return "Transfer-Encoding: chunked", f"{len(part):x}\r\n".encode() + part + b"\r\n"


def too_short(piece):
    return "Content-Length: 100", piece


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("large")


@pytest.mark.django_db(transaction=True)
def test_they_are_refused_at_once_in_little_memory_and_nothing_is_left(folder):
    temporary = folder / "temporary"
    temporary.mkdir()
    with copied_database(folder) as url, running(DATABASE_URL=url, TMPDIR=str(temporary)) as server:
        for path in (LOGIN, CHECK, UPLOAD, API, REPORT):
            for said in (honest, chunked, too_short):
                status, seconds = sent(server.port, path, said)
                assert status < 500, (path, said.__name__, status)
                assert said is not honest or status == 413, (path, status)
                assert seconds < AT_ONCE, (path, said.__name__, seconds)
        assert most_memory(server.process.pid) < MOST_MEMORY
        assert server.get("/healthz")[0] == 200
    assert [path.name for path in temporary.rglob("*") if path.is_file()] == []


def sent(port, path, said):
    """(status, seconds until it came): sends until the server answers or hangs up, at most four hundred megabytes.

    A server that hangs up has refused it.
    """
    length, piece = said(b"a,b,c\n" * (MB // 6))
    head = [
        f"POST {path} HTTP/1.1",
        "Host: 127.0.0.1",
        length,
        "Content-Type: multipart/form-data; boundary=x",
    ]
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall("\r\n".join([*head, "", ""]).encode())
        began, left, answer = time.monotonic(), SENT, b""
        while left > 0 and not answer:
            readable, writable, _ = select.select([connection], [connection], [], 30)
            try:
                if readable:
                    answer = connection.recv(65536) or b"HTTP/1.1 413"
                elif writable:
                    left -= connection.send(piece[:65536])
            except (ConnectionResetError, BrokenPipeError):
                answer = b"HTTP/1.1 413"
        answer = answer or connection.recv(65536)
    return int(answer.split()[1]), time.monotonic() - began


def most_memory(pid):
    """MiB that any of the processes of the server has ever used."""
    found = []
    for one in [pid, *children(pid)]:
        status = Path(f"/proc/{one}/status").read_text()
        found.append(int(status.split("VmHWM:")[1].split()[0]) / 1024)
    return max(found)


def children(pid):
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
