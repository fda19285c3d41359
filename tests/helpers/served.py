"""The register in processes of its own, started as `make serve` starts it, and clients of different patience."""

import json
import os
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

from django.conf import settings

from tests.helpers.web_server import closed_port

#: seconds for a start on a busy machine
LONGEST_START = 240
DAY = "2026-10-01"
DUMP = f"/ru/data/register-{DAY}.zip"


def environment(**more):
    usual = {
        **os.environ,
        "SECRET_KEY": "only-for-tests" * 5,
        "ALLOWED_HOSTS": "127.0.0.1",
        "WEB_CONCURRENCY": "1",
    }
    for name in ("DEBUG", "CACHE_URL"):
        usual.pop(name, None)
    return usual | more


def serve(variables):
    """The process of the server, or of what refuses to start."""
    command = [sys.executable, "-m", "config.serve"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    return subprocess.Popen(command, cwd=settings.BASE_DIR, env=variables, **pipes)


class Server:
    def __init__(self, process, port):
        self.process, self.port = process, port

    def get(self, path, timeout=60, **headers):
        """(status, headers, body)"""
        return self.ask("GET", path, None, headers, timeout)

    def post(self, path, form, **headers):
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        return self.ask("POST", path, urlencode(form), headers)

    def ask(self, method, path, body, headers, timeout=60):
        connection = HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        found = answer.status, answer.headers, answer.read()
        connection.close()
        return found

    def slow_reader(self, path):
        """A connection that has asked for a path and has read nothing yet; little is kept for it on the way."""
        one = socket.socket()
        one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        one.settimeout(60)
        one.connect(("127.0.0.1", self.port))
        one.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
        return one

    def wait_until_it_answers(self):
        for _ in range(LONGEST_START * 10):
            assert self.process.poll() is None, self.process.stdout.read()
            try:
                return self.get("/healthz")
            except OSError:
                time.sleep(0.1)
        raise AssertionError("The server does not answer.")


@contextmanager
def running(**variables):
    port = closed_port()
    process = serve(environment(BIND=f"127.0.0.1:{port}", **variables))
    try:
        server = Server(process, port)
        server.wait_until_it_answers()
        yield server
    finally:
        process.terminate()
        process.communicate(timeout=90)


def write_large_dump(folder, size):
    """A file that is offered as the dump of a day: its content does not matter here."""
    path = folder / f"register-{DAY}.zip"
    path.write_bytes(os.urandom(2**20) * (size // 2**20))
    described = {"day": DAY, "bytes": size, "sha256": "", "records": 1, "since": "", "changes": None}
    path.with_suffix(".json").write_text(json.dumps(described), encoding="utf-8")
    return path


class Sender:
    """Sends a body that is made while it is sent, and hears the answer meanwhile."""

    PIECE = b"x" * 2**16

    def __init__(self, server, path, head):
        self.connection = socket.create_connection(("127.0.0.1", server.port), timeout=60)
        self.connection.sendall(f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{head}\r\n".encode())
        self.sent, self.answer, self.seconds = 0, b"", None

    def send(self, size, is_chunked):
        """All of it, or what the server takes; notes how long the answer has taken."""
        piece = b"%x\r\n%s\r\n" % (len(self.PIECE), self.PIECE) if is_chunked else self.PIECE
        start = time.monotonic()
        hearing = threading.Thread(target=self.hear, args=(start,))
        hearing.start()
        try:
            while self.sent < size:
                self.connection.sendall(piece)
                self.sent += len(self.PIECE)
        except OSError:
            pass  # the server has closed the connection
        hearing.join(60)
        self.connection.close()

    def hear(self, start):
        try:
            while data := self.connection.recv(65536):
                self.seconds = self.seconds or time.monotonic() - start
                self.answer += data
        except OSError:
            pass

    @property
    def status(self):
        return int(self.answer.split(b" ", 2)[1])


def most_memory(process):
    """{pid: the most bytes of RAM that each worker of a server has used so far}"""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    return {int(pid): peak(pid) for pid in children}


def peak(pid):
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))
