"""make addresses: thousands of mutated addresses, of readers and of the admin, against the curated content.

    python -m tests.addresses [NUMBER] [SEED]

Uses a database of its own: a SQLite file, or a PostgreSQL database beside the one that DATABASE_URL names. The exit
code is 1 where an answer was 5xx, shows typed markup as markup, or took more than two seconds three times.
"""

import os
import subprocess
import sys
import tempfile
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from tests.helpers.served import environment

ROOT = Path(__file__).resolve().parent.parent.parent
SET_UP = (
    "compile_translations",
    "migrate",
    "prepare_database",
    "create_roles",
    "load_content",
    "create_demo_accounts",
)


@contextmanager
def own_database(folder):
    """Its address."""
    url = urlsplit(os.environ.get("DATABASE_URL", ""))
    if not url.scheme.startswith("postgres"):
        yield f"sqlite:///{folder}/register.sqlite3"
        return
    import psycopg

    name = f"addresses_{os.getpid()}"
    with psycopg.connect(url.geturl(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        try:
            yield url._replace(path=f"/{name}").geturl()
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def main(number="10000", seed="1"):
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        url = stack.enter_context(own_database(folder))
        limits = dict.fromkeys(("FILE_RATE", "API_RATE", "REPORT_RATE", "SHEET_CHECK_RATE"), "off")
        variables = environment(
            DATABASE_URL=url, STATE_DIR=folder, START_WORKERS="0", LOG_FORMAT="plain", **limits
        )
        for command in SET_UP:
            subprocess.run(
                [sys.executable, "manage.py", command],
                cwd=ROOT, env={**variables, "DEBUG": "1"}, check=True, stdout=subprocess.DEVNULL,
            )  # fmt: skip
        # In a process of its own, so that it has these settings and its connections end before the database goes.
        asking = [sys.executable, "-m", "tests.addresses.asking", number, seed]
        sys.exit(subprocess.run(asking, cwd=ROOT, env={**variables, "DEBUG": "0"}).returncode)


if __name__ == "__main__":
    main(*sys.argv[1:])
