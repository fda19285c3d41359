"""Measures application servers: pages a second, long files, slow readers and memory, each server in turn.

    DATABASE_URL=… python -m benchmarks.serving [NAME …]

The database must hold records already (manage.py generate_records). Granian is measured where it is installed; the
register itself does not need it.
"""

import os
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from statistics import median

from .measuring import ROOT, SETTINGS

PORT = int(os.environ.get("PORT", "8791"))
WORKERS, THREADS = 2, 8
GUNICORN = [
    sys.executable,
    "-m",
    "gunicorn",
    "config.wsgi",
    f"--bind=127.0.0.1:{PORT}",
    f"--workers={WORKERS}",
    "--no-control-socket",
]
GRANIAN = [
    sys.executable,
    "-m",
    "granian",
    "--interface=wsgi",
    f"--port={PORT}",
    f"--workers={WORKERS}",
    "config.wsgi:application",
]
#: a worker that says nothing for so many seconds is ended, where the server knows such a limit
TIMEOUT = 20
SERVERS = {
    "gunicorn sync": [*GUNICORN, "--worker-class=sync", f"--timeout={TIMEOUT}"],
    "gunicorn gthread": [*GUNICORN, "--worker-class=gthread", f"--threads={THREADS}", f"--timeout={TIMEOUT}"],
    "granian": [*GRANIAN, f"--blocking-threads={THREADS}"],
}
SMALL, PAGE, FILE, SEARCH = (
    "/ru/about/",
    "/ru/agreements/",
    "/ru/agreements.csv",
    "/ru/search/?q=%D1%84%D0%BE%D1%80%D1%83%D0%BC%D1%8B",
)
SECONDS, CLIENTS = 4, 8


def main(names):
    env = os.environ | SETTINGS | {"API_RATE": "off", "FILE_RATE": "off", "DOWNLOADS_PER_ADDRESS": "1000"}
    env |= {"WEB_THREADS": "64", "DOWNLOADS_AT_ONCE": "63"}  # only the server itself is to say no
    if not (ROOT / "staticfiles" / "staticfiles.json").exists():
        collect = [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity=0"]
        subprocess.run(collect, cwd=ROOT, env=env, check=True)
    for name in names or SERVERS:
        print(f"== {name}", flush=True)
        with running(SERVERS[name], env) as process:
            for measure in (memory, rates, long_file, slow_reader, slow_file):
                for label, value in measure(process):
                    print(f"{label:58}{value}", flush=True)


@contextmanager
def running(command, env):
    process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=sys.stderr)
    try:
        wait_until_it_answers()
        yield process
    finally:
        process.terminate()
        process.wait(60)


def wait_until_it_answers():
    for _ in range(300):
        try:
            return get("/healthz")
        except OSError:
            time.sleep(0.1)
    sys.exit("The server does not answer.")


def get(path):
    """(seconds to the first byte, seconds in all, bytes)"""
    begun = time.perf_counter()
    connection = HTTPConnection("127.0.0.1", PORT, timeout=120)
    connection.request("GET", path)
    answer = connection.getresponse()
    first = answer.read(1)
    at_first, size = time.perf_counter() - begun, len(first)
    while piece := answer.read(2**16):
        size += len(piece)
    connection.close()
    if answer.status != 200:
        sys.exit(f"{path}: {answer.status}")
    return at_first, time.perf_counter() - begun, size


def workers(process):
    """The primary keys of the processes below this one, or its own."""
    path = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    found = [int(pid) for pid in path.read_text().split()]
    return [pid for pid in found if "resource_tracker" not in Path(f"/proc/{pid}/cmdline").read_text()] or [
        process.pid
    ]


def resident(process):
    """MiB of each worker: resident, and of that its own."""
    found = []
    for pid in workers(process):
        lines = dict(
            line.split(":")[:2] for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
        )
        number = {name: int(value.split()[0]) / 1024 for name, value in lines.items()}
        found.append(f"{number['Rss']:.0f}/{number['Private_Dirty'] + number['Private_Clean']:.0f}")
    return ", ".join(found)


def memory(process):
    yield "MiB of the workers after start (resident/own)", resident(process)
    for label, path in (("a page", SMALL), ("a list", PAGE), ("a search", SEARCH)):
        for _ in range(3 * WORKERS):
            get(path)
        yield f"MiB after {label}", resident(process)


def rates(process):
    for path in ("/healthz", SMALL, PAGE):
        yield f"{path}: answers a second, {CLIENTS} clients", f"{rate(path):.1f}"


def rate(path):
    ended, number = time.perf_counter() + SECONDS, [0] * CLIENTS

    def ask(at):
        while time.perf_counter() < ended:
            get(path)
            number[at] += 1

    threads = [threading.Thread(target=ask, args=(at,)) for at in range(CLIENTS)]
    begun = time.perf_counter()
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return sum(number) / (time.perf_counter() - begun)


def long_file(process):
    first, whole, size = get(FILE)
    yield "csv alone: first byte, whole, MiB", f"{first:.2f} s, {whole:.1f} s, {size / 2**20:.1f}"
    loading = [threading.Thread(target=get, args=(FILE,)) for _ in range(WORKERS)]
    for one in loading:
        one.start()
    time.sleep(0.3)
    waits = []
    while any(one.is_alive() for one in loading):
        waits.append(get("/healthz")[1])
        time.sleep(0.05)
    yield (
        f"/healthz while {WORKERS} csv stream: median, longest, number",
        (f"{1000 * median(waits):.0f} ms, {1000 * max(waits):.0f} ms, {len(waits)}" if waits else "none"),
    )


@contextmanager
def slow_readers(number, path=FILE):
    """So many clients that ask for a file and then read nothing."""
    opened = []
    for _ in range(number):
        one = socket.socket()
        one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        one.connect(("127.0.0.1", PORT))
        one.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
        opened.append(one)
    try:
        yield opened
    finally:
        for one in opened:
            one.close()


def slow_reader(process):
    for number in (1, WORKERS, WORKERS * 4, WORKERS * THREADS):
        with slow_readers(number):
            time.sleep(1.5)
            yield f"/ru/about/ while {number} clients read nothing", attempt(SMALL)
        time.sleep(1)


def attempt(path):
    begun = time.perf_counter()
    connection = HTTPConnection("127.0.0.1", PORT, timeout=10)
    try:
        connection.request("GET", path)
        connection.getresponse().read()
        return f"{1000 * (time.perf_counter() - begun):.0f} ms"
    except OSError as error:
        return f"no answer within 10 s ({type(error).__name__})"
    finally:
        connection.close()


def slow_file(process):
    """A reader of 100 KB/s for half as long again as the limit of the server."""
    with slow_readers(1) as (one,):
        one.settimeout(60)
        ended, size = time.perf_counter() + 1.5 * TIMEOUT, 0
        before = set(workers(process))
        while time.perf_counter() < ended and (piece := received(one)):
            size += len(piece)
            time.sleep(0.1)
        lasted = 1.5 * TIMEOUT - max(0, ended - time.perf_counter())
        yield (
            "a slow reader was served for",
            f"{lasted:.0f} s, {size // 1024} KiB; workers replaced: {len(before - set(workers(process)))}",
        )


def received(connection):
    """Nothing where the server has cut the answer off."""
    try:
        return connection.recv(10_000)
    except ConnectionError:
        return b""


if __name__ == "__main__":
    main(sys.argv[1:])
