"""Temporary databases: made once, copied for every import, dropped at the end."""

import shutil
import sqlite3
from itertools import count
from os import getpid
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

OF_OURS = "IN (SELECT id FROM relations_agreement WHERE key LIKE 'synthetic-%')"
COUNTS = {
    "records": f"SELECT count(*) FROM relations_agreement WHERE id {OF_OURS}",
    "parties": f"SELECT count(*) FROM relations_participation WHERE role = 'party' AND agreement_id {OF_OURS}",
    "topics": f"SELECT count(*) FROM relations_agreement_topics WHERE agreement_id {OF_OURS}",
    "citations": f"SELECT count(*) FROM relations_citation WHERE agreement_id {OF_OURS}",
}


def is_sqlite(url):
    return url.startswith("sqlite:")


def file_of(url):
    return Path(url.removeprefix("sqlite:///"))


def connect(url):
    """A plain connection, without Django; SQLite with the guarantees that the register asks of it."""
    if not is_sqlite(url):
        return psycopg.connect(url)
    connection = sqlite3.connect(file_of(url))
    connection.executescript(
        "PRAGMA foreign_keys = ON; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL"
    )
    return connection


def counts(url):
    """How many synthetic records, and links of each kind, a database really holds."""
    connection = connect(url)
    found = {name: connection.execute(query).fetchone()[0] for name, query in COUNTS.items()}
    connection.close()
    return found


class Sqlite:
    name = "SQLite"

    def __init__(self, folder):
        self.folder, self.numbers = Path(folder), count(1)

    def create(self):
        return f"sqlite:///{self.folder / f'{next(self.numbers)}.sqlite3'}"

    def copy(self, url):
        """A database like that of `url`; nobody may be connected to it, so that its log has been folded in."""
        new = self.create()
        shutil.copyfile(file_of(url), file_of(new))
        return new

    def drop(self, url):
        for path in self.folder.glob(f"{file_of(url).name}*"):
            path.unlink()

    def close(self):
        """Its folder is temporary."""


class Postgres:
    name = "PostgreSQL"

    def __init__(self, url):
        self.url, self.numbers, self.made = url, count(1), []

    def create(self, template="template1"):
        name = f"benchmark_{getpid()}_{next(self.numbers)}"
        self.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        self.made.append(urlsplit(self.url)._replace(path=f"/{name}").geturl())
        return self.made[-1]

    def copy(self, url):
        return self.create(template=name_of(url))

    def drop(self, url):
        self.execute(f'DROP DATABASE "{name_of(url)}" WITH (FORCE)')
        self.made.remove(url)

    def close(self):
        for url in list(self.made):
            self.drop(url)

    def execute(self, statement):
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(statement)


def name_of(url):
    return urlsplit(url).path.strip("/")
