"""Folders and static files."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders

from .lines import Line, error, first_line, ok, warning

MB = 2**20
#: with less than this nothing can be written for long, and with less than that somebody should look
LEAST_FREE, LITTLE_FREE, LITTLE_SHARE = 200 * MB, 1024 * MB, 0.05
DISK = "disk"


def folders() -> dict[str, Path]:
    """{what it holds: where}; a large upload waits in the temporary folder before it is kept in the database."""
    database = settings.DATABASES["default"]
    found = {
        "uploads on their way": Path(settings.FILE_UPLOAD_TEMP_DIR or tempfile.gettempdir()),
        "dumps": Path(settings.DUMPS_DIR),
        "backups": Path(settings.BACKUPS_DIR),
    }
    if database["ENGINE"].endswith("sqlite3") and is_file(str(database["NAME"])):
        found = {"the database": Path(database["NAME"]).parent, **found}
    return found


def is_file(name: str) -> bool:
    return ":memory:" not in name and "mode=memory" not in name


def look_at_folders() -> Iterator[Line]:
    for what, folder in folders().items():
        yield from look_at_folder(what, folder)


def look_at_folder(what: str, folder: Path) -> Iterator[Line]:
    if folder.exists() and not folder.is_dir():
        yield error(DISK, f"The folder of {what} is a file: {folder}.", f"Move {folder} away.")
        return
    present = next(one for one in (folder, *folder.absolute().parents) if one.is_dir())
    if failure := why_not_writable(present):
        text = f"The folder of {what} cannot be written to: {present} ({failure})."
        yield error(DISK, text, f"Let the user of the server write to it: chown or chmod {present}")
        return
    usage = shutil.disk_usage(present)
    text = f"{usage.free // MB:,} MB are free for {what} in {folder}."
    advice = f"Delete what is not needed there, or enlarge the disk of {folder}."
    if usage.free < LEAST_FREE:
        yield error(DISK, f"Only {text}", advice)
    elif usage.free < LITTLE_FREE or usage.free < LITTLE_SHARE * usage.total:
        yield warning(DISK, f"Only {text}", advice)
    else:
        yield ok(DISK, text)


def why_not_writable(folder: Path) -> str:
    """Empty where a file can be written."""
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"0" * 4096)
            file.flush()
    except OSError as failure:
        return first_line(failure)
    return ""


def look_at_static_files() -> Iterator[Line]:
    part, command = "static files", "manage.py collectstatic --noinput (make serve does it)"
    if settings.DEBUG:
        yield ok(part, "With DEBUG they are served as they are.")
        return
    manifest = Path(settings.STATIC_ROOT, "staticfiles.json")
    if not manifest.is_file():
        yield error(part, f"They are not collected in {settings.STATIC_ROOT}.", command)
    elif newest_static_file() > manifest.stat().st_mtime:
        yield warning(part, "Some have changed since they were collected.", command)
    else:
        yield ok(part, "They are collected.")


def newest_static_file() -> float:
    paths = (storage.path(name) for finder in get_finders() for name, storage in finder.list([]))
    return max((Path(path).stat().st_mtime for path in paths), default=0.0)
