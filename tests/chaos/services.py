"""A PostgreSQL, a Redis and a web server of their own, which can be stopped, hung, killed and started again."""

import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import psycopg

from tests.helpers.served import environment
from tests.helpers.web_server import closed_port

ROOT = Path(__file__).resolve().parent.parent.parent
#: seconds for a start on a busy machine
LONGEST_START = 120


def until(holds, seconds=LONGEST_START):
    """Waits until something holds; returns the seconds it took."""
    began = time.monotonic()
    while not holds():
        if time.monotonic() - began > seconds:
            raise AssertionError(f"It does not hold after {seconds} seconds.")
        time.sleep(0.05)
    return time.monotonic() - began


def signal_all(pids, number):
    for pid in pids:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            continue


def children(pid):
    """The processes that a process has started, and those that these have."""
    found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True)
    for child in map(int, found.stdout.split()):
        yield child
        yield from children(child)


class Postgres:
    name = "PostgreSQL"

    def __init__(self, folder, bin_folder):
        self.data, self.bin, self.port = folder / "postgres", bin_folder, closed_port()
        self.url = f"postgres://postgres@127.0.0.1:{self.port}/postgres"

    def run(self, program, *arguments):
        as_owner = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
        command = [*as_owner, str(self.bin / program), *map(str, arguments)]
        subprocess.run(
            command,
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            timeout=LONGEST_START,
        )

    def make(self):
        self.run("initdb", "-D", self.data, "-A", "trust", "-U", "postgres")
        self.start()

    def start(self):
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=''"
        self.run("pg_ctl", "-D", self.data, "-l", self.data / "log", "-w", "-o", options, "start")

    def stop(self, how="immediate"):
        self.run("pg_ctl", "-D", self.data, "-m", how, "stop")

    def pids(self):
        main = int((self.data / "postmaster.pid").read_text().split()[0])
        return [main, *children(main)]

    def hang(self):
        self.hung = self.pids()
        signal_all(self.hung, signal.SIGSTOP)

    def go_on(self):
        signal_all(self.hung, signal.SIGCONT)

    def ask(self, statement, *values):
        with psycopg.connect(self.url, autocommit=True) as connection:
            return connection.execute(statement, values).fetchall()


class Redis:
    name = "Redis"

    def __init__(self, folder):
        self.folder, self.port = folder, closed_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"

    def start(self):
        command = ["redis-server", "--port", str(self.port), "--save", "", "--dir", str(self.folder)]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def stop(self):
        self.process.kill()
        self.process.wait()

    def hang(self):
        self.process.send_signal(signal.SIGSTOP)

    def go_on(self):
        self.process.send_signal(signal.SIGCONT)


class Web:
    """The server as `make serve` starts it, with two processes; its log is a file."""

    def __init__(self, folder, **variables):
        self.port, self.log = closed_port(), folder / "web.log"
        self.variables = environment(
            BIND=f"127.0.0.1:{self.port}",
            **{
                "WEB_CONCURRENCY": "2",
                "REPORT_RATE": "off",
                "FILE_RATE": "off",
                "API_RATE": "off",
                **variables,
            },
        )

    def start(self):
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "config.serve"], cwd=ROOT, env=self.variables, stdout=log, stderr=log
            )

    def stop(self):
        self.process.terminate()
        self.process.wait(90)

    def kill_one(self):
        """One of the processes that answer."""
        signal_all([*children(self.process.pid)][-1:], signal.SIGKILL)

    def failures(self):
        """[(status, id of the request)] of the answers from 500 on."""
        found = re.findall(r'\{[^\n]*"status": (5\d\d)[^\n]*\}', text := self.log.read_text(errors="replace"))
        ids = re.findall(r'\{[^\n]*"status": 5\d\d[^\n]*"request_id": "(\w+)"[^\n]*\}', text)
        return list(zip(found, ids, strict=False)), len(found) - len(ids)


@contextmanager
def folder_of_faults():
    folder = Path(tempfile.mkdtemp(prefix="chaos-"))
    if os.getuid() == 0:
        owner = pwd.getpwnam("postgres")
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
