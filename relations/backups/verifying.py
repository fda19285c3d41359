"""Verifies a backup: restores it into a scratch database and compares every table with what the backup says."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .archive import HEADER, Members
from .encryption import opened
from .errors import BackupError
from .history import History
from .loading import restore_rows
from .manifest import Manifest
from .scratch import as_default, scratch_database
from .tables import hash_of, models_at, tables_of
from .watching import Tell, tell_nobody


@dataclass(frozen=True)
class Checked:
    """A backup whose bytes are whole and that this program knows how to restore."""

    manifest: Manifest
    tables: dict[str, Any]
    bytes: int

    @property
    def rows(self) -> int:
        return sum(one["rows"] for one in self.tables.values())


def check_file(path: Path, identity: str = "") -> Checked:
    """Reads all of it, and touches no database."""
    with opened(path, identity) as stream:
        members = Members(stream, path.name)
        manifest = None
        for name, data in members:
            if manifest is None:
                if name != HEADER:
                    raise members.damaged("it does not begin with its description")
                manifest = Manifest.read(data, path.name)
        if manifest is None:
            raise members.damaged("it is empty")
    sums = members.sums
    return Checked(manifest, sums["tables"], sums["bytes"])


def verify(path: Path, identity: str = "", tell: Tell = tell_nobody) -> tuple[Checked, str]:
    """What was checked, and a sentence on the database that was used if it is another one than expected."""
    checked = check_file(path, identity)
    with scratch_database() as (database, note), as_default(database):
        with opened(path, identity) as stream:
            restore_rows(Members(stream, path.name), checked.manifest, tell)
        compare(checked, path.name)
    return checked, note


def compare(checked: Checked, name: str) -> None:
    """Counts and hashes of the tables in the database, with those of the backup."""
    found = {
        table.name: hash_of(table) for table in tables_of(models_at(History.of(checked.manifest.migrations)))
    }
    wrong = sorted(one for one in {*found, *checked.tables} if found.get(one) != checked.tables.get(one))
    if wrong:
        raise BackupError(
            f"{name} cannot be trusted: after it was restored, these tables differ from what it says: "
            f"{', '.join(wrong)}. Take another backup."
        )
