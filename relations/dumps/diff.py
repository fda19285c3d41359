"""Differences between two dumps, found in one pass over each pair of tables, since both are sorted by key."""

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TextIO

from relations.dumps.previous import Earlier
from relations.dumps.tables import Table
from relations.models.row_cache import FlatRow
from relations.text.cell_syntax import guarded
from relations.writers.formats import MARK

HEAD = ("type", "key", "change", "column", "before", "after")
KINDS = ("added", "removed", "changed")


class Changes:
    """Records the differences of tables while their rows stream into the new dump."""

    def __init__(self, earlier: Earlier | None, stream: TextIO) -> None:
        self.earlier, self.lines = earlier, 0
        self.counts: dict[str, Counter[str]] = {}
        stream.write(MARK)
        self.writer = csv.writer(stream)
        self.writer.writerow(HEAD)

    def watch(self, table: Table, names: Sequence[str], rows: Iterable[list[str]]) -> Iterator[list[str]]:
        """Passes on the rows; an added or removed column is recorded once and not compared."""
        if not self.earlier:
            yield from rows
            return
        self.counts[table.slug], before = Counter(), self.earlier.names(table.slug)
        self.note_columns(table.slug, before, names)
        shared = [name for name in names if name in before]
        present = (dict(zip(names, row, strict=True)) for row in rows)
        for old, new in merged(self.earlier.rows(table.slug), present, table.key):
            self.compare(table, old, new, shared)
            if new:
                yield list(new.values())

    def note_columns(self, slug: str, before: Sequence[str], names: Sequence[str]) -> None:
        if before:
            for change, own, others in (("column_added", names, before), ("column_removed", before, names)):
                for name in own:
                    if name not in others:
                        self.note(slug, "", change, name)

    def compare(self, table: Table, old: FlatRow | None, new: FlatRow | None, shared: Sequence[str]) -> None:
        key = (old or new or {})[table.key]
        if not (old and new):
            self.counts[table.slug][kind := "removed" if old else "added"] += 1
            self.note(table.slug, key, kind)
        elif differing := [name for name in shared if old[name] != new[name]]:
            self.counts[table.slug]["changed"] += 1
            for name in differing:
                self.note(table.slug, key, "changed", name, old[name], new[name])

    def note(
        self, slug: str, key: str, change: str, column: str = "", before: str = "", after: str = ""
    ) -> None:
        self.lines += 1
        self.writer.writerow([slug, key, change, column, guarded(before), guarded(after)])

    def total(self, tables: Iterable[Table]) -> dict[str, int] | None:
        """{added, removed, changed} of these tables together; None where this is the first dump."""
        if not self.earlier:
            return None
        return {kind: sum(self.counts[table.slug][kind] for table in tables) for kind in KINDS}


def merged(
    before: Iterator[FlatRow], after: Iterator[FlatRow], key: str
) -> Iterator[tuple[FlatRow | None, FlatRow | None]]:
    """The rows of two streams in the order of their keys, old and new; None where one has no such row."""
    old, new = next(before, None), next(after, None)
    while old or new:
        first = min(row[key] for row in (old, new) if row)
        left = old if old and old[key] == first else None
        right = new if new and new[key] == first else None
        yield left, right
        old, new = (next(before, None) if left else old), (next(after, None) if right else new)
