"""What a backup says about itself before its rows."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from django.conf import global_settings, settings
from django.db import connection

from relations.version import as_numbers, program_version

from .errors import BackupError
from .history import History, Key
from .tables import Table

FORMAT = 1


def is_set(name: str) -> bool:
    """Whether the settings of the register give a value, which is never written."""
    return name.isupper() and getattr(settings, name) != getattr(global_settings, name, None)


@dataclass(frozen=True)
class Manifest:
    """`migrations` are those of the database, `settings` the names of settings that differ from Django's own."""

    format: int
    program: str
    at: str
    database: str
    migrations: tuple[Key, ...]
    settings: tuple[str, ...]
    tables: tuple[dict[str, Any], ...]

    @classmethod
    def of_database(cls, history: History, tables: Iterable[Table]) -> "Manifest":
        return cls(
            FORMAT,
            program_version(),
            datetime.now(UTC).isoformat(timespec="seconds"),
            connection.vendor,
            tuple(sorted(history.applied)),
            tuple(name for name in sorted(dir(settings)) if is_set(name)),
            tuple(table.described() for table in tables),
        )

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def read(cls, data: bytes, name: str) -> "Manifest":
        """BackupError where it is none, or one that this program cannot restore."""
        try:
            found = json.loads(data)
            if found["format"] > FORMAT or as_numbers(found["program"]) > as_numbers(program_version()):
                raise BackupError(
                    f"{name} was written by version {found['program']}, which is newer than this program "
                    f"({program_version()}). Install that version, or a newer one, and restore it there."
                )
            migrations = tuple((app, migration) for app, migration in found.pop("migrations"))
            settings_, tables = tuple(found.pop("settings")), tuple(found.pop("tables"))
            manifest = cls(migrations=migrations, settings=settings_, tables=tables, **found)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise BackupError(f"{name} does not say what it is, so it cannot be restored.") from error
        manifest.refuse_unknown(name)
        return manifest

    def refuse_unknown(self, name: str) -> None:
        history = History.of(self.migrations)
        if strange := history.unknown() or history.gaps():
            raise BackupError(
                f"{name} has migrations that this program does not know, or lacks some in between: "
                f"{', '.join(strange[:3])}. Install the version that wrote it ({self.program}), or a newer one."
            )
