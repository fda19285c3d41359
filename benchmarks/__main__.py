"""python -m benchmarks: measures everything side by side and prints one table. See README.md."""

import argparse
import os
import platform
import sqlite3
from contextlib import closing
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.comparisons import ALONE, GROUPS, ONCE, Bench, Files, Sizes
from benchmarks.databases import Postgres, Sqlite, connect

QUICK = {"few": 500, "stock": 50, "bulk": 2_000, "repetitions": 1, "pages": 1_000, "questions": 2}
HEADINGS = ["what", "ours", "theirs", "value", "target", ""]
MEASURED = "Django django-import-export tablib openpyxl python-calamine XlsxWriter psycopg".split()


def main():
    options = parse()
    sizes = Sizes(**(QUICK if options.quick else {}))
    if options.million:
        sizes = replace(sizes, huge=10 * sizes.bulk)
    for name in ("pages", "questions"):
        if getattr(options, name):
            sizes = replace(sizes, **{name: getattr(options, name)})
    about(options)
    with TemporaryDirectory(prefix="benchmark-") as folder:
        lines = list(measure(options, sizes, Path(folder)))
    print_table(lines)
    if options.quick:
        print("\nA quick run proves that everything works. Its numbers mean nothing.")


def parse():
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--postgres", metavar="URL", help="a server where databases may be made and dropped")
    parser.add_argument("--quick", action="store_true", help="small sizes, one repetition")
    parser.add_argument("--million", action="store_true", help="the memory of an export of a million too")
    parser.add_argument("--pages", type=int, metavar="N", help="agreements whose pages are read (100000)")
    parser.add_argument("--questions", type=int, metavar="N", help="of each kind of page (20)")
    parser.add_argument("--datasette", default="", metavar="PATH", help="its executable, to compare with")
    parser.add_argument("--no-sqlite", action="store_true", help="only PostgreSQL")
    parser.add_argument("--only", choices=GROUPS, help="one group of measurements")
    return parser.parse_args()


def measure(options, sizes, folder):
    """The lines of the table, each told on the way as soon as it is known."""
    files, servers = Files(folder), [] if options.no_sqlite else [Sqlite(folder)]
    if options.postgres:
        servers.append(Postgres(options.postgres))
    for server in servers:
        with closing(server):
            bench = Bench(server, files, sizes, options.datasette)
            for name in [options.only] if options.only else [one for one in GROUPS if one not in ALONE]:
                if name in ONCE and server is not servers[0]:
                    continue
                for line in GROUPS[name](bench):
                    print("|", " | ".join(line.cells()), "|", flush=True)
                    yield line


def about(options):
    """What it was measured on and with: without this no number can be compared."""
    print(f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    print(f"SQLite {sqlite3.sqlite_version}", end="")
    if options.postgres:
        with connect(options.postgres) as connection:
            print(", PostgreSQL {}.{}".format(*divmod(connection.info.server_version, 10_000)), end="")
    print("".join(f", {name} {version(name)}" for name in MEASURED), end="\n\n", flush=True)


def print_table(lines):
    table = [HEADINGS, *(line.cells() for line in lines)]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    print()
    for row in (table[0], ["-" * width for width in widths], *table[1:]):
        print("|", " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)), "|")


if __name__ == "__main__":
    main()
