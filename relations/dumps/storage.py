"""Lists the dumps in their directory by their description files, without opening the zips."""

import datetime
import json
import re
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from django.conf import settings

from relations.values.period import Period

NAME = re.compile(r"register-([0-9]{4}-[0-9]{2}-[0-9]{2})\.zip")


@dataclass(frozen=True)
class Dump:
    """Description of one dump, stored as JSON beside the zip, so that pages need not open it.

    `day` is in ISO 8601, `since` the name of the dump it was compared with or "", `changes` how many records
    were added,
    removed and changed since then, or None.
    """

    day: str
    bytes: int
    sha256: str
    records: int
    since: str
    changes: dict[str, int] | None

    @property
    def name(self) -> str:
        return f"register-{self.day}.zip"

    @property
    def date(self) -> datetime.date:
        return date.fromisoformat(self.day)

    @property
    def period(self) -> Period:
        return period_of(self.day)

    @property
    def is_unchanged(self) -> bool:
        return bool(self.changes) and not any((self.changes or {}).values())

    def as_json(self) -> str:
        return json.dumps(asdict(self), indent=1) + "\n"


def period_of(day: date | str) -> Period:
    return Period.parse(str(day))


def day_of(path: Path) -> date | None:
    """The day in the name of a dump; None if the name does not match or the day does not exist."""
    match = NAME.fullmatch(path.name)
    try:
        return date.fromisoformat(match[1]) if match else None
    except ValueError:
        return None


def files_in(directory: str | Path) -> list[Path]:
    """The zips that are dumps by their names, newest first."""
    return sorted(filter(day_of, Path(directory).glob("register-*.zip")), reverse=True)


def read_description(path: Path) -> Dump | None:
    """The Dump of a zip; None without a valid description, as while it is replaced, or for another zip."""
    try:
        dump = Dump(**json.loads(path.with_suffix(".json").read_text(encoding="utf-8")))
        is_meant = dump.name == path.name and path.stat().st_size == dump.bytes
    except (OSError, ValueError, TypeError):
        return None
    return dump if is_meant else None


def dumps() -> list[Dump]:
    """Every dump that can be offered, newest first."""
    return [dump for path in files_in(settings.DUMPS_DIR) if (dump := read_description(path))]


def dump_of(day: date) -> tuple[Dump | None, Path]:
    """(Dump, path) of one day, (None, path) where there is none."""
    path = Path(settings.DUMPS_DIR) / f"register-{day.isoformat()}.zip"
    return read_description(path), path
