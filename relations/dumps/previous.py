"""Opens an earlier dump, provided that it is complete."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import ZipFile

from django.utils.translation import gettext_lazy as _

from relations.errors import Problem
from relations.text.cell_syntax import unguarded

from .storage import day_of, files_in

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

PIECE = 2**20


class Earlier:
    """The tables of a complete, undamaged dump; raises an error for any other."""

    def __init__(self, path: Path, archive: ZipFile) -> None:
        self.path, self.archive = path, archive
        package = json.loads(archive.read("datapackage.json"))
        if package["name"] != "register":
            raise ValueError("another data package")
        self.format = int(package.get("format_version", 1))
        self.resources = {one["name"]: one for one in package["resources"]}
        for one in self.resources.values():
            if one["hash"] != f"sha256:{self.sha256(one['path'])}":
                raise ValueError("changed since it was written")

    def sha256(self, name: str) -> str:
        found = hashlib.sha256()
        with self.archive.open(name) as stream:
            while piece := stream.read(PIECE):
                found.update(piece)
        return found.hexdigest()

    def names(self, slug: str) -> list[str]:
        """The columns of a table, none where the dump has no such table."""
        return next(self.lines(slug), [])

    def rows(self, slug: str) -> Iterator[dict[str, str]]:
        """Its rows, one after the other."""
        lines = self.lines(slug)
        names = next(lines, [])
        for line in lines:
            yield {name: unguarded(cell) for name, cell in zip(names, line, strict=True)}

    def lines(self, slug: str) -> Iterator[list[str]]:
        if slug in self.resources:
            with self.archive.open(f"{slug}.csv") as stream:
                yield from csv.reader(io.TextIOWrapper(stream, encoding="utf-8-sig", newline=""))


UNCOMPARABLE = _("“%(name)s” is not a complete dump of this register, so it cannot be compared.")


@contextmanager
def opened(path: Path, message: StrOrPromise = UNCOMPARABLE) -> Iterator[Earlier]:
    """The Earlier of a file; a Problem with this message if it is not a complete dump of this register."""
    archive = None
    try:
        archive = ZipFile(path)
        earlier = Earlier(path, archive)
    except Exception as error:  # noqa: BLE001 - there is no telling what a foreign file makes its readers raise
        if archive:
            archive.close()
        raise Problem("dump.unreadable", message, name=path.name) from error
    with archive:
        yield earlier


def newest_before(
    directory: Path, day: date, stack: ExitStack, refused: Callable[[Problem], object]
) -> Earlier | None:
    """The newest complete dump of an earlier day, or None; `refused` is called with the Problem of each
    rejected one.
    """
    for path in files_in(directory):
        if (written_on := day_of(path)) and written_on < day:
            try:
                return stack.enter_context(opened(path))
            except Problem as problem:
                refused(problem)
    return None
