"""Rows of the preview page of an import: its tabs, and the lines of the open tab, before and after storing."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.core.paginator import Page, Paginator
from django.urls import reverse

from relations.catalog import ROWS
from relations.imports.batches import shortened, title_of
from relations.imports.decisions import Choice
from relations.imports.report import grouped_again
from relations.mapping.names import Candidate, candidates, tables_of
from relations.models import ImportBatch, ImportLine, Version
from relations.models.row_cache import FlatRow
from relations.presentation.finding_lines import Line, label_of, line_of
from relations.rows.differences import Wording
from relations.rows.lookups import Lookups

from .created_for_import import ways_to_create
from .import_duplicates import KINDS, Twins, kind_of, offered

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


Tab = ImportLine.Tab
LINES_A_PAGE = 50
#: errors of names, which are answered by choosing what is meant
RECONCILED = frozenset(("name.unknown", "name.ambiguous", "value.commas", "choice.unknown", "key.unknown"))


@dataclass
class Tabs:
    """The tabs of an import with their counts, and one page of the one that is open."""

    batch: ImportBatch
    wanted: str = ""
    number: str | int | None = 1
    user: Any = None

    def __post_init__(self) -> None:
        self.resource = ROWS[self.batch.type]
        self.wording = Wording(self.resource)
        self.counts = self.counted()
        order = (Tab.NEW, Tab.CHANGED, Tab.WARNINGS) if self.is_stored else Tab.values
        filled = [tab for tab in order if self.counts.get(tab)]
        self.open = self.wanted if self.wanted in filled else next(iter(filled), "")

    def counted(self) -> dict[str, int]:
        """{tab: number of lines}; a stored import has its versions instead of lines."""
        if self.is_stored:
            new, changed = self.batch.created, self.batch.updated
            return {Tab.NEW: new, Tab.CHANGED: changed, Tab.WARNINGS: len(self.causes)}
        if self.batch.status in GIVEN_UP:
            return {}
        lines = self.batch.lines.order_by().values_list("tab", flat=True)
        tabs = list(Tab)
        if not self.can_be_stored:
            tabs = [tab for tab in tabs if tab not in (Tab.NEW, Tab.CHANGED)]
        return {tab: lines.filter(tab=tab).count() for tab in tabs}

    @property
    def can_be_stored(self) -> bool:
        """Whether what is listed as new may still become so."""
        if self.batch.status == ImportBatch.Status.REFUSED:
            return bool(self.batch.report.get("good_rows"))
        return True

    @cached_property
    def causes(self) -> list[Line]:
        """The warnings of a stored import, grouped as its preview has grouped them."""
        report = self.batch.report
        return (
            report["causes"]
            if "causes" in report
            else grouped_again(report.get("warnings", ()), by_kind=True)
        )

    @property
    def is_stored(self) -> bool:
        return self.batch.status == ImportBatch.Status.STORED

    def all(self) -> "list[tuple[str, StrOrPromise, int, bool]]":
        """[(code, label, count, whether open)]; findings are counted by cause."""
        tabs = [tab for tab in Tab if tab in self.counts]
        return [(tab.value, tab.label, self.counts[tab], tab == self.open) for tab in tabs]

    @property
    def upload_address(self) -> str:
        return f"admin:relations_{self.resource.model._meta.model_name}_import"

    @property
    def page(self) -> Page:
        if self.is_stored and self.open == Tab.WARNINGS:
            return self.shown(self.causes, self.line_of_finding)
        if self.is_stored:
            versions = self.batch.versions.filter(type=self.batch.type, before__isnull=self.open == Tab.NEW)
            return self.shown(versions.order_by("pk"), self.line_of_version, rows_of_version)
        lines = self.batch.lines.filter(tab=self.open)
        if self.open == Tab.DUPLICATES:
            page = Paginator(lines.values_list("content", flat=True), LINES_A_PAGE).get_page(self.number)
            page.object_list = Twins(self.batch, self.resource, self.wording).shown(page.object_list)
            return page
        make = self.line_of_finding if self.open in (Tab.ERRORS, Tab.WARNINGS) else self.worded
        return self.shown(lines, lambda line: make(line.content), rows_of_line)

    def shown(
        self, items: Any, make: Callable[[Any], Line], rows: Callable[[Any], list[FlatRow]] | None = None
    ) -> Page:
        page = Paginator(items, LINES_A_PAGE).get_page(self.number)
        found = list(page.object_list)
        if rows:
            self.wording.learn(row for item in found for row in rows(item))
        page.object_list = [make(item) for item in found]
        return page

    def worded(self, content: dict[str, Any]) -> Line:
        """A line with the labels of columns and the values as forms show them, beside the cells as sheets have them."""
        changes = [
            (self.label(name), *(self.words(name, cell) for cell in cells))
            for name, *cells in content.get("changes", ())
        ]
        cells = [
            (self.label(name), *self.words(name, cell)) for name, cell in content.get("cells", {}).items()
        ]
        return {**content, "changes": changes, "cells": cells}

    def words(self, name: str, cell: str) -> tuple[str, str]:
        """A cell in words, and as a sheet has it where that is something else."""
        words = self.wording.cell_named(name, cell)
        return words, cell if cell != words else ""

    def line_of_finding(self, finding: dict[str, Any]) -> Line:
        """A finding with the label of its column, its cells, and the sentence in the reader's language."""
        return {
            **line_of(self.resource, finding),
            "candidates": self.candidates(finding),
            "ways_to_create": self.ways_to_create(finding),
        }

    def candidates(self, finding: dict[str, Any]) -> list[Candidate]:
        """What may be meant by a name that was not found, or is not clear."""
        if self.open != Tab.ERRORS or finding.get("code") not in RECONCILED:
            return []
        return candidates(self.resource, finding["header"], finding.get("part", ""), self.lookups)

    def ways_to_create(self, finding: dict[str, Any]) -> list[tuple[str, str]]:
        if not self.can_be_mended or finding.get("code") != "name.unknown":
            return []
        name = finding.get("part") or finding["value"]
        tables = tables_of(self.resource, finding["header"], self.lookups)
        return ways_to_create(self.batch, finding["header"], name, tables, self.user)

    @cached_property
    def lookups(self) -> Lookups:
        return Lookups()

    @property
    def can_be_mended(self) -> bool:
        return self.open == Tab.ERRORS and self.batch.status == ImportBatch.Status.REFUSED

    @property
    def can_be_decided(self) -> bool:
        open_ = (ImportBatch.Status.PREVIEWED, ImportBatch.Status.REFUSED)
        return self.open == Tab.DUPLICATES and self.batch.status in open_

    @property
    def kinds(self) -> list[tuple[str, str, list[Choice]]]:
        """[(kind, label, choices)] of the near duplicates about which nothing is decided."""
        lines = self.batch.lines.filter(tab=Tab.DUPLICATES).values_list("content", flat=True)
        open_ = [line for line in lines if line["key"] not in self.batch.decisions]
        found = Counter(map(kind_of, open_))
        choices = [one for one in Choice if any(one in offered(line) for line in open_)]
        return [
            (kind, f"{label} ({found[kind]})", choices) for kind, label in KINDS.items() if found[kind] > 1
        ]

    def line_of_version(self, version: Version) -> Line:
        before, after = version.before or {}, version.after or {}
        names = [name for name in self.resource.names() if before.get(name, "") != after.get(name, "")]
        line = {"key": version.key, "title": title_of(after), "address": self.address(version)}
        if version.before is None:
            cells = {name: cell for name, cell in shortened(after).items() if name != "state"}
            return self.worded({**line, "cells": cells})
        changes = [(name, before.get(name, ""), after.get(name, "")) for name in names]
        return self.worded({**line, "changes": changes})

    def address(self, version: Version) -> str:
        if self.batch.undone_at:
            return ""
        name = f"admin:relations_{self.resource.model._meta.model_name}_change"
        return reverse(name, args=[version.object_id])

    def label(self, name: str) -> str:
        return label_of(self.resource, name)


def rows_of_version(version: Version) -> list[FlatRow]:
    return [version.before or {}, version.after or {}]


def rows_of_line(line: ImportLine) -> list[FlatRow]:
    """The rows of a line of the preview, as far as it has them."""
    cells = line.content.get("cells")
    changes = line.content.get("changes", ())
    sides = [{name: side[at] for name, *side in changes} for at in (0, 1)]
    return [*sides, cells] if isinstance(cells, dict) else sides


#: whose rows will not be stored any more
GIVEN_UP = (ImportBatch.Status.STALE, ImportBatch.Status.CANCELLED, ImportBatch.Status.FAILED)
