"""Writes synthetic records through the steps of an import, a chunk at a time, and keeps no versions of them.

Parser, differ and writer are those of every import: so rows, words, dates, scope and counts are what it would store.
Left out are rules, near duplicates and versions, since the generator knows what it writes.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from itertools import accumulate
from multiprocessing import get_context
from typing import NamedTuple

from django.db import connection, connections, transaction
from django.utils import timezone

from relations.catalog import RESOURCES
from relations.imports.bulk_write import BulkWriter
from relations.imports.differ import Differ
from relations.imports.findings import Findings
from relations.imports.header import Header
from relations.imports.options import ImportOptions
from relations.imports.parser import Parser, columns_of
from relations.imports.pipeline import young_garbage_only
from relations.imports.reading import CHUNK
from relations.imports.report import Report
from relations.models import Indicator, State, Unit
from relations.readers.sheet import make_sheet
from relations.rows.lookups import Lookups
from relations.rows.related_columns import RelatedColumn
from relations.rows.resource import SheetResource
from relations.rows.row_change import RowChange
from relations.rows.sheet_row import SheetRow

from .agreements import agreement
from .content import Content, synthetic_indicators
from .events import forum, visit
from .figures import figure, indicator, number_of_indicators
from .numbers import chance
from .sources import Cells, number_of_sources, source

#: forums and visits are so many times fewer than agreements
FEWER = 20


class Sizes(NamedTuple):
    """How many synthetic records there are to be; `drafts` is the share of those that are not published."""

    agreements: int
    figures: int
    drafts: float = 0

    @property
    def events(self) -> int:
        """The number of forums, and that of visits."""
        return self.agreements // FEWER

    @property
    def sources(self) -> int:
        return number_of_sources(max(self.agreements, self.figures))


def generate(sizes: Sizes, tell: Callable[[str, int], None], processes: int = 1) -> None:
    """Writes what is missing of these synthetic records; `tell` gets the type and how many of it there are so far."""
    write_indicators(number_of_indicators(sizes.figures, Content()))
    numbers = {
        "sources": range(sizes.sources),
        "agreements": range(1, sizes.agreements + 1),
        "forums": range(1, sizes.events + 1),
        "visits": range(1, sizes.events + 1),
        "statistics": range(1, sizes.figures + 1),
    }
    with young_garbage_only(), written_by(processes, sizes.drafts) as write:
        for slug, every in numbers.items():
            chunks = [(slug, every[start : start + CHUNK]) for start in range(0, len(every), CHUNK)]
            for written in accumulate(write(chunks)):
                tell(slug, written)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # otherwise the planner knows nothing of so many new rows


@contextmanager
def written_by(processes: int, drafts: float) -> Iterator["WriteAll"]:
    """Gives the function that writes chunks of one type, in this process or in several."""
    if processes == 1:
        yield partial(map, Generator(drafts).write)
        return
    connections.close_all()  # a forked process must not use them
    with get_context("fork").Pool(processes, begin_process, [drafts]) as pool:
        yield partial(pool.imap_unordered, write_in_process)


#: what writes chunks of one type, and gives the number of records of each
WriteAll = Callable[[Sequence["Chunk"]], Iterable[int]]
#: the type and the numbers of records that are written together
Chunk = tuple[str, range]


class Generator:
    """Makes and writes synthetic records, a chunk at a time."""

    def __init__(self, drafts: float) -> None:
        content, self.drafts, self.writers = Content(), drafts, dict[str, Writer]()
        self.makers: dict[str, Callable[[int], Cells]] = {
            "sources": source,
            "agreements": lambda number: agreement(number, content),
            "forums": lambda number: forum(number, content),
            "visits": lambda number: visit(number, content),
            "statistics": lambda number: figure(number, content),
        }

    def write(self, chunk: Chunk) -> int:
        """Returns the number of its records."""
        slug, numbers = chunk
        if slug not in self.writers:
            self.writers[slug] = Writer(slug, self.drafts)
        self.writers[slug].write(list(map(self.makers[slug], numbers)))
        return len(numbers)


_of_process: Generator


def begin_process(drafts: float) -> None:
    global _of_process  # noqa: PLW0603 -- how a process of a pool is given its state
    _of_process = Generator(drafts)


def write_in_process(chunk: Chunk) -> int:
    return _of_process.write(chunk)


def write_indicators(number: int) -> None:
    """Of these there are few, so they are saved one by one."""
    known, units = synthetic_indicators(), {one.key: one for one in Unit.objects.all()}
    for cells in map(indicator, range(number)):
        if cells["key"] not in known:
            Indicator.objects.create(**{**cells, "unit": units[cells["unit"]]})


class Writer:
    """Writes the rows of one type; those that are stored already are left alone."""

    def __init__(self, slug: str, drafts: float) -> None:
        # Of each type its own: those of sources would not know the sources that they write.
        self.resource, self.lookups, self.drafts = RESOURCES[slug], Lookups(), drafts
        self.steps: dict[tuple[str, ...], Steps] = {}

    @transaction.atomic
    def write(self, rows: Sequence[Cells]) -> None:
        keys = [row["key"] for row in rows]
        stored = set(self.resource.model.objects.filter(key__in=keys).values_list("key", flat=True))
        if new := [row for row in rows if row["key"] not in stored]:
            steps = self.steps_for(new)
            steps.writer.write(steps.changes(new), [])

    def steps_for(self, rows: Sequence[Cells]) -> "Steps":
        given = {name for row in rows for name in row}
        names = tuple(name for name in self.resource.names() if name in given)
        if names not in self.steps:
            self.steps[names] = Steps(self.resource, names, self.lookups, self.drafts)
        return self.steps[names]


class Steps:
    """The steps of an import for rows with the same columns."""

    def __init__(
        self, resource: type[SheetResource], names: tuple[str, ...], lookups: Lookups, drafts: float
    ) -> None:
        self.names, self.used_keys, self.report = names, set[str](), Report(resource.slug)
        header = Header(resource, make_sheet("", [list(names), list(names)], ""), lookups)
        findings, options = Findings(self.report, header), ImportOptions(keeps_versions=False)
        self.parser = Parser(header, lookups, findings)
        self.differ = Differ(header, lookups, findings, self.used_keys, options)
        related = [column for column, _at in columns_of(header) if isinstance(column, RelatedColumn)]
        self.writer = StateWriter(resource, lookups, related, drafts)

    def changes(self, rows: Sequence[Cells]) -> list[RowChange]:
        self.used_keys.clear()  # they would grow with the register, and the generator repeats none
        parsed = self.parser.parse(list(self.sheet_rows(rows)))
        found = self.differ.compare(parsed, {}, {row["key"] for row in rows})
        for finding in self.report.errors:
            raise ValueError(f"{finding.column}: {finding.problem}")  # a mistake of the generator
        return found

    def sheet_rows(self, rows: Sequence[Cells]) -> Iterator[SheetRow]:
        for number, row in enumerate(rows, 1):
            yield SheetRow(number, [row.get(name, "") for name in self.names])


class StateWriter(BulkWriter):
    """Writes new records with their state, in one statement: an update of each would double their tables."""

    def __init__(
        self,
        resource: type[SheetResource],
        lookups: Lookups,
        related_columns: Sequence[RelatedColumn],
        drafts: float,
    ) -> None:
        super().__init__(resource, lookups, related_columns, is_rehearsal=False)
        self.drafts = drafts

    def derive_fields(self, new: Sequence[RowChange], changed: Sequence[RowChange]) -> None:
        super().derive_fields(new, changed)
        if self.resource.citations:
            now = timezone.now()
            for change in new:
                if not self.is_draft(change.key):
                    self.publish(change, now)

    def publish(self, change: RowChange, now: datetime) -> None:
        """Nothing becomes public that lacks what publish() asks for."""
        for problem in self.resource.as_after(change).formal_problems():
            raise problem
        change.record.state, change.record.published_at = State.PUBLISHED, now

    def is_draft(self, key: str) -> bool:
        return self.drafts > 0 and chance(f"draft {key}", 0).random() < self.drafts
