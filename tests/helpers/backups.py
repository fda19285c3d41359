"""What tests of backups look at and change."""

import gzip
import io
import json
import tarfile

from django.db.migrations.loader import MigrationLoader

from relations.backups.archive import HEADER, SUMS, Archive
from relations.backups.history import History, migrations_applied
from relations.backups.tables import hash_of, models_at, tables_of


def all_migrations():
    return MigrationLoader(None, ignore_no_migrations=True).graph.nodes.keys()


def state_of_tables():
    """{table: number and hash of its rows} of the database in use."""
    return {table.name: hash_of(table) for table in tables_of(models_at(History.of(migrations_applied())))}


def members_of(path):
    """{name: bytes} of a backup in plain."""
    with tarfile.open(path) as tar:
        return {info.name: tar.extractfile(info).read() for info in tar}


def sums_of(path):
    return json.loads(members_of(path)[SUMS])


def rewritten(path, change, sums=None):
    """Writes a backup again with other members, and checksums that fit them; `sums` replaces those of tables."""
    members = members_of(path)
    tables = json.loads(members.pop(SUMS))["tables"]
    members = change(members) or members
    with path.open("wb") as stream:
        archive = Archive(stream)
        for name, data in members.items():
            archive.add(name, data)
        archive.finish(sums or tables)
    return path


def described_otherwise(path, **values):
    """The same backup with another description."""

    def change(members):
        members[HEADER] = json.dumps(json.loads(members[HEADER]) | values).encode()

    return rewritten(path, change)


def without_checksums(path):
    """The same backup as a tar without its last member."""
    members = members_of(path)
    members.pop(SUMS)
    unpacked = io.BytesIO()
    with tarfile.open(fileobj=unpacked, mode="w|") as tar:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    with path.open("wb") as stream, gzip.GzipFile("", "wb", 6, stream, mtime=0) as packed:
        packed.write(unpacked.getvalue())
