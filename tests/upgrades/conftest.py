"""Databases as earlier versions have left them, with the curated content of their time."""

import lzma
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from relations.backups.scratch import as_default, sqlite_at

VERSIONS = ("v0.7.0", "v0.8.0", "v0.9.0")


@pytest.fixture(params=VERSIONS)
def earlier(request, tmp_path, db, settings):
    """The database of one of them, in use."""
    settings.BACKUPS_DIR = tmp_path / "backups"
    packed = Path(__file__).with_name(f"{request.param}.sql.xz").read_bytes()
    path = tmp_path / "register.sqlite3"
    with closing(sqlite3.connect(path)) as database:
        database.executescript(lzma.decompress(packed).decode())
    with as_default(sqlite_at(path)):
        yield request.param
