"""Compiled translations: without them a Russian page is in English."""

from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from .lines import Line, error, ok, warning

COMMAND = "manage.py compile_translations"
PART = "translations"


def sources() -> list[Path]:
    return sorted(Path(settings.LOCALE_PATHS[0]).glob("*/LC_MESSAGES/*.po"))


def not_compiled() -> list[str]:
    """The languages whose translations are not compiled."""
    return [path.parts[-3] for path in sources() if not path.with_suffix(".mo").is_file()]


def outdated() -> list[str]:
    compiled = [(path, path.with_suffix(".mo")) for path in sources()]
    return [po.parts[-3] for po, mo in compiled if mo.is_file() and mo.stat().st_mtime < po.stat().st_mtime]


def look_at_translations() -> Iterator[Line]:
    if missing := not_compiled():
        yield error(PART, f"The translations are not compiled: {', '.join(missing)}.", COMMAND)
    elif old := outdated():
        text = f"The translations have changed since they were compiled: {', '.join(old)}."
        yield warning(PART, text, f"{COMMAND}, and restart the server")
    else:
        yield ok(PART, "The translations are compiled.")
