"""A measured step: one function of one module here, run in a process of its own.

`run` starts it and reads what it returns; run as a program, this module is that process. The process that starts the
others stays small, since Linux counts the memory of whoever starts a program into that program's peak.
"""

import json
import os
import resource
import subprocess
import sys
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from time import perf_counter

ROOT = Path(__file__).parent.parent
#: as on a server: while debugging, Django keeps every query in memory
SETTINGS = {
    "DEBUG": "0",
    "SECRET_KEY": "only-for-a-benchmark, and as long as a server asks for",
    "ALLOWED_HOSTS": "127.0.0.1",
    "DJANGO_SETTINGS_MODULE": "config.settings",
}
WITH_DJANGO = ("ours", "stock", "readers", "questions")


def run(module, step, *arguments, url=""):
    """What `module.step(*arguments)` returns in a fresh process whose database is `url`."""
    command = [sys.executable, "-m", "benchmarks.measuring", module, step, *map(str, arguments)]
    return json.loads(output_of(command, url).splitlines()[-1])


def manage(url, *arguments):
    output_of([sys.executable, "manage.py", *arguments], url)


def output_of(command, url):
    environment = os.environ | SETTINGS | {"DATABASE_URL": url or "sqlite://:memory:"}
    done = subprocess.run(
        command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, encoding="utf-8", check=False
    )
    if done.returncode:
        sys.exit(f"Failed: {' '.join(command[1:])}")
    return done.stdout


@contextmanager
def measured():
    """Yields a dictionary that holds, after the block, its `seconds` and the peak memory of the process in `mib`."""
    taken = {}
    start = perf_counter()
    yield taken
    taken["seconds"] = perf_counter() - start
    taken["mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def expect(what, found, expected):
    """Ends the benchmark where something else was done than was to be measured."""
    if found != expected:
        sys.exit(f"WRONG {what}: {found} instead of {expected}")


class Nowhere:
    """A binary stream that keeps nothing but numbers: bytes, lines, seconds until the first byte after `head`."""

    def __init__(self, head=0):
        self.head, self.size, self.lines, self.first, self.start = head, 0, 0, None, perf_counter()

    def write(self, data):
        self.size += len(data)
        self.lines += data.count(b"\r\n")
        if self.first is None and self.size > self.head:
            self.first = perf_counter() - self.start
        return len(data)

    def flush(self):
        """Zip archives ask for it."""


if __name__ == "__main__":
    module, step, *arguments = sys.argv[1:]
    if module in WITH_DJANGO:
        import django

        django.setup()
    print(json.dumps(getattr(import_module(f"benchmarks.{module}"), step)(*arguments)))
