"""A database, a Redis, a web server, a worker, a disk and a clock of their own, which can be stopped, hung, killed,
filled, set and put back.
"""

import json
import os
import pwd
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Thread

import psycopg

from tests.helpers.served import environment
from tests.helpers.web_server import closed_port

ROOT = Path(__file__).resolve().parent.parent.parent
#: seconds for a start on a busy machine
LONGEST_START = 120
DISK_MIB = 1024


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


class SQLite:
    """One file."""

    def __init__(self, folder):
        self.path = folder / "register.sqlite3"
        self.url = f"sqlite:///{self.path}"

    def make(self):
        """The first command makes it."""

    def stop(self):
        """Nothing runs."""

    def start_again(self):
        """It has never stopped."""

    def ask(self, statement, *values):
        with closing(sqlite3.connect(self.path, timeout=LONGEST_START)) as connection:
            return connection.execute(statement.replace("%s", "?"), values).fetchall()

    def is_whole(self):
        return self.ask("PRAGMA integrity_check") == [("ok",)]


def folder_of_programs():
    """Where initdb is: Debian has a folder for each version, which is in no PATH."""
    found = shutil.which("initdb") or max(map(str, Path("/usr/lib/postgresql").glob("*/bin/initdb")))
    return Path(found).parent


class Postgres:
    """A cluster."""

    def __init__(self, folder):
        self.data, self.bin, self.port = folder / "postgres", folder_of_programs(), closed_port()
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
        options = (
            f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=''"
            " -c max_wal_size=64MB -c min_wal_size=32MB"
        )
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

    def start_again(self):
        """As the service manager does once it has ended by itself: without room for its log it gives up."""
        try:
            os.kill(int((self.data / "postmaster.pid").read_text().split()[0]), 0)
        except (OSError, IndexError):
            self.start()

    def is_whole(self):
        """Whether each page of each table can be read."""
        return bool(self.ask("SELECT COUNT(*) FROM relations_version WHERE after::text <> ''"))

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
                "START_WORKERS": "0",
                "IMPORT_AT_ONCE_KB": "0",
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

    def logged(self):
        """The ids of the requests that the log says have failed, and how many such lines have none."""
        lines = re.findall(r'^\{.*"status": 5\d\d.*$', self.log.read_text(errors="replace"), re.MULTILINE)
        ids = [found[1] for line in lines if (found := re.search(r'"request_id": "([\w-]+)"', line))]
        return set(ids), len(lines) - len(ids)

    def errors(self):
        """Route and last line of the traceback of each 500 in the log."""
        for line in self.log.read_text(errors="replace").splitlines():
            if line.startswith("{") and '"status": 500' in line:
                said = json.loads(line)
                yield f"{said['route']}: {said.get('exc_info', '').strip().splitlines()[-1:]}"


class Worker:
    """`manage.py worker`, started again by its service manager whenever it has ended."""

    def __init__(self, variables, log):
        self.variables, self.log, self.goes_on = {**variables, "DEBUG": "0"}, log, True
        self.keeping = Thread(target=self.keep, daemon=True)

    def start(self):
        self.keeping.start()

    def keep(self):
        while self.goes_on:
            with self.log.open("ab") as log:
                self.process = subprocess.Popen(
                    [sys.executable, "manage.py", "worker"],
                    cwd=ROOT,
                    env=self.variables,
                    stdout=log,
                    stderr=log,
                )
            self.process.wait()
            time.sleep(1)

    def kill(self):
        self.process.kill()

    def stop(self):
        self.goes_on = False
        self.process.terminate()
        self.keeping.join(LONGEST_START)


class Disk:
    """A small file system in memory; None may be made without the right to mount one."""

    def __init__(self, folder):
        self.folder = folder / "disk"
        self.folder.mkdir()
        command = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MIB}m,mode=777", "tmpfs", str(self.folder)]
        self.is_small = not subprocess.run(command, stderr=subprocess.DEVNULL).returncode
        self.filler = self.folder / "filler"

    def fill(self):
        try:
            with self.filler.open("wb", buffering=0) as filler:
                while filler.write(bytes(2**16)):
                    continue
        except OSError:
            pass  # it is full

    def empty(self):
        self.filler.unlink()

    def unmount(self):
        if self.is_small:
            subprocess.run(["umount", "--lazy", str(self.folder)], check=True)


class Clock:
    """The wall clock of the web server and the worker (clock.c); the clock that only goes on is not touched."""

    def __init__(self, folder):
        self.file, self.library = folder / "clock", folder / "clock.so"
        source = Path(__file__).with_name("clock.c")
        compiler = shutil.which("cc")
        command = [compiler, "-shared", "-fPIC", "-O1", "-o", str(self.library), str(source)]
        self.can_be_set = bool(compiler) and not subprocess.run(command).returncode
        self.set(0)

    def set(self, seconds):
        """So many from the true time."""
        new = self.file.with_suffix(".new")
        new.write_text(f"{seconds}\n")
        new.replace(self.file)

    @property
    def variables(self):
        return {"LD_PRELOAD": str(self.library), "CLOCK_FILE": str(self.file)} if self.can_be_set else {}


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
