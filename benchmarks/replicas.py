"""Tries the register with a real primary, two streaming replicas and two web processes, on this machine alone.

    python -m benchmarks.replicas [FOLDER OF initdb AND pg_basebackup]

It looks at what readers see: who has written sees it at once, whatever the replicas have replayed; a stranger sees it
once it is replayed; a replica that is down is not missed. The exit code is 1 where one of these does not hold.
"""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode

import psycopg

from .measuring import ROOT, SETTINGS, expect
from .reading import free_port

NAMES = ("primary", "replica_1", "replica_2")
NEW = "A title that nobody has had"
#: one that a published forum cites
A_SOURCE = """
    SELECT source.key FROM relations_source source
    JOIN relations_citation citation ON citation.source_id = source.id
    JOIN relations_forum forum ON forum.id = citation.forum_id AND forum.state = 'published'
    ORDER BY source.key LIMIT 1
"""


def main(folder="/usr/lib/postgresql/15/bin"):
    with ExitStack() as stack:
        cluster = stack.enter_context(running_cluster(Path(folder)))
        environment = os.environ | SETTINGS | cluster.environment | {"REPORT_RATE": "off", "WEB_THREADS": "4"}
        manage(environment, "migrate", "--verbosity", "0")
        manage(environment, "load_content", "--only", "seeds")
        cluster.wait_for_replay()
        webs = [stack.enter_context(web_process(environment)) for _ in range(2)]
        for step in (reads_at_replicas, own_writes, writer_and_stranger, failover):
            step(cluster, webs)
            print(f"{step.__doc__.strip()} Holds.", flush=True)


def manage(environment, *arguments):
    subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment,
        check=True,
        stdout=subprocess.DEVNULL,
    )


# The databases.


class Cluster:
    def __init__(self, bin_folder, folder):
        self.bin, self.folder = bin_folder, folder
        self.ports = {name: free_port() for name in NAMES}

    def run(self, program, *arguments):
        as_owner = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
        command = [*as_owner, str(self.bin / program), *map(str, arguments)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/")

    def make(self):
        self.run("initdb", "-D", self.folder / "primary", "-A", "trust", "-U", "postgres")
        self.start("primary")
        for name in NAMES[1:]:
            address = f"host=127.0.0.1 port={self.ports['primary']} user=postgres"
            self.run("pg_basebackup", "-d", address, "-D", self.folder / name, "-R", "-X", "stream")
            self.start(name)

    def start(self, name):
        options = (
            f"-p {self.ports[name]} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off"
        )
        self.run(
            "pg_ctl",
            "-D",
            self.folder / name,
            "-l",
            self.folder / f"{name}.log",
            "-w",
            "-o",
            options,
            "start",
        )

    def stop(self, name):
        self.run("pg_ctl", "-D", self.folder / name, "-m", "immediate", "stop")

    def address(self, name):
        return f"postgres://postgres@127.0.0.1:{self.ports[name]}/postgres"

    @property
    def environment(self):
        replicas = ",".join(self.address(name) for name in NAMES[1:])
        return {"DATABASE_URL": self.address("primary"), "REPLICA_URL": replicas}

    def ask(self, name, statement):
        with psycopg.connect(self.address(name), autocommit=True) as connection:
            return connection.execute(statement).fetchone()[0]

    def pause(self):
        for name in NAMES[1:]:
            self.ask(name, "SELECT pg_wal_replay_pause()::text")
        until(
            lambda: (
                {self.ask(name, "SELECT pg_get_wal_replay_pause_state()") for name in NAMES[1:]} == {"paused"}
            )
        )

    def resume(self):
        for name in NAMES[1:]:
            self.ask(name, "SELECT pg_wal_replay_resume()::text")
        self.wait_for_replay()

    def wait_for_replay(self):
        position = self.ask("primary", "SELECT pg_current_wal_insert_lsn()::text")
        behind = f"SELECT pg_last_wal_replay_lsn() < '{position}'"
        until(lambda: not any(self.ask(name, behind) for name in NAMES[1:]))

    def pages_read(self, name):
        """How many transactions a server has ended: a page read there is one of them."""
        return self.ask(name, "SELECT xact_commit FROM pg_stat_database WHERE datname = 'postgres'")


@contextmanager
def running_cluster(bin_folder):
    folder = Path(tempfile.mkdtemp(prefix="replicas-"))
    if os.getuid() == 0:
        owner = pwd.getpwnam("postgres")
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    cluster = Cluster(bin_folder, folder)
    try:
        cluster.make()
        yield cluster
    finally:
        for name in NAMES:
            if (folder / name / "postmaster.pid").exists():
                cluster.stop(name)
        shutil.rmtree(folder)


def until(holds):
    for _ in range(300):
        if holds():
            return
        time.sleep(0.1)
    sys.exit("The databases do not get on.")


# The web.


class Web:
    """One process."""

    def __init__(self, port):
        self.port = port

    def ask(self, method, path, body="", cookies=""):
        """(status, text, cookies that were set)"""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Cookie": cookies, "Content-Type": "application/x-www-form-urlencoded"}
        connection.request(method, path, body=body, headers=headers)
        answer = connection.getresponse()
        found = SimpleCookie()
        for text in answer.headers.get_all("Set-Cookie", []):
            found.load(text)
        text = answer.read().decode()
        connection.close()
        return answer.status, text, "; ".join(f"{one.key}={one.coded_value}" for one in found.values())


@contextmanager
def web_process(environment):
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "--config", "python:config.gunicorn", "config.wsgi"]
    more = {"BIND": f"127.0.0.1:{port}", "WEB_CONCURRENCY": "1", "DEBUG": "1"}
    process = subprocess.Popen(command, cwd=ROOT, env=environment | more, stderr=subprocess.DEVNULL)
    try:
        until(lambda: answers(port))
        yield Web(port)
    finally:
        process.terminate()
        process.wait(90)


def answers(port):
    try:
        return Web(port).ask("GET", "/healthz")[0] == 200
    except OSError:
        return False


def page(web, cookies=""):
    status, text, _ = web.ask("GET", f"/en/sources/{key_of_a_source()}/", cookies=cookies)
    expect("status of a page", status, 200)
    return text


def shows_the_change(web, cookies=""):
    return NEW in page(web, cookies)


_key = []


def key_of_a_source():
    return _key[0]


# What must hold.


def reads_at_replicas(cluster, webs):
    """Readers are answered by the replicas, in turn."""
    _key[:] = [cluster.ask("primary", A_SOURCE)]
    for web in webs:
        for _ in range(4):
            page(web)
    before = {name: cluster.pages_read(name) for name in NAMES}
    for _ in range(20):
        page(webs[0])
    until(lambda: min(cluster.pages_read(name) - before[name] for name in NAMES[1:]) >= 10)


def report(web, text):
    """Sends an error report, the one thing that a reader without an account writes; returns her cookies."""
    path = f"/en/sources/{key_of_a_source()}/report/"
    _, form, _ = web.ask("GET", path)
    opened = form.partition('name="opened" value="')[2].partition('"')[0]
    time.sleep(3.2)  # nobody fills in a form faster
    body = urlencode({"opened": opened, "text": text, "fact": "", "evidence": "", "reply_to": ""})
    status, _, set_cookies = web.ask("POST", path, body)
    expect("status of a report", status, 302)
    expect("cookie of a writer", set_cookies.startswith("written="), True)
    return set_cookies


def own_writes(cluster, webs):
    """Who has written carries the position of her write."""
    report(webs[0], "The year is wrong.")
    expect("reports", cluster.ask("primary", "SELECT count(*) FROM relations_errorreport"), 1)


def writer_and_stranger(cluster, webs):
    """While replay is paused, the writer sees her write in both processes, and a stranger what was there before."""
    cluster.pause()
    cookies = report(webs[0], "The month is wrong.")
    change = f"UPDATE relations_source SET title = '{NEW}' WHERE key = '{key_of_a_source()}' RETURNING 1"
    cluster.ask("primary", change)
    for web in webs:
        expect("the change for the writer", shows_the_change(web, cookies), True)
        expect("the change for a stranger", shows_the_change(web), False)
    cluster.resume()
    for web in webs:
        expect("the change for a stranger afterwards", shows_the_change(web), True)
    before = {name: cluster.pages_read(name) for name in NAMES}
    for _ in range(20):
        page(webs[0], cookies)
    until(lambda: min(cluster.pages_read(name) - before[name] for name in NAMES[1:]) >= 10)


def failover(cluster, webs):
    """Replicas that are down are not missed, and come back."""
    for name in NAMES[1:]:
        cluster.stop(name)
        for web in webs:
            for _ in range(4):
                page(web)
    for name in NAMES[1:]:
        cluster.start(name)
    before = {name: cluster.pages_read(name) for name in NAMES[1:]}
    time.sleep(6)
    for _ in range(20):
        page(webs[0])
    until(lambda: min(cluster.pages_read(name) - before[name] for name in NAMES[1:]) >= 10)


if __name__ == "__main__":
    main(*sys.argv[1:])
