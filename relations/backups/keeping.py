"""Where backups are kept: their names, the newest one's description, and which are deleted."""

import json
import re
from datetime import datetime
from pathlib import Path

from django.utils import timezone

from relations.dumps.zip_archive import whole_or_nothing

from .encryption import Encryption

NAME = re.compile(r"register-[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{4}\.backup\.tar\.gz(?:\.age|\.gpg)?")
LAST = "last-backup.json"


def name_at(moment: datetime, encryption: Encryption | None) -> str:
    return f"register-{moment:%Y-%m-%dT%H%M}.backup.tar.gz{encryption.ending if encryption else ''}"


def describe_last(path: Path, is_verified: bool) -> None:
    """Beside the backup, for whoever watches that there is a new one."""
    description = {
        "at": timezone.now().isoformat(timespec="seconds"),
        "file": path.name,
        "verified": is_verified,
        "bytes": path.stat().st_size,
    }
    with whole_or_nothing(path.with_name(LAST)) as (stream,):
        stream.write((json.dumps(description, ensure_ascii=False, indent=1) + "\n").encode())


def delete_older(newest: Path, keep: int) -> list[Path]:
    """Leaves `keep` backups in the folder of the newest one, which always stays. Other files are left alone."""
    found = sorted(
        (path for path in newest.parent.iterdir() if NAME.fullmatch(path.name) and path != newest),
        reverse=True,
    )
    deleted = found[max(keep, 1) - 1 :]
    for path in deleted:
        path.unlink()
    return deleted
