"""Rows of the preview page of an import: its tabs, and the lines of the open tab, before and after storing."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.paginator import Page, Paginator
from django.urls import reverse

from relations.catalog import RESOURCES
from relations.imports.batches import shortened, title_of
from relations.models import ImportBatch, ImportLine, Version
from relations.models.named import reader_language

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


Tab = ImportLine.Tab
#: a line as the template shows it
Line = dict[str, Any]
LINES_A_PAGE = 50


@dataclass
class Tabs:
    """The tabs of an import with their counts, and one page of the one that is open."""

    batch: ImportBatch
    wanted: str = ""
    number: str | int | None = 1

    def __post_init__(self) -> None:
        self.resource = RESOURCES[self.batch.type]
        self.counts = self.counted()
        order = (Tab.NEW, Tab.CHANGED, Tab.WARNINGS) if self.is_stored else Tab.values
        filled = [tab for tab in order if self.counts.get(tab)]
        self.open = self.wanted if self.wanted in filled else next(iter(filled), "")

    def counted(self) -> dict[str, int]:
        """{tab: number of lines}; a stored import has its versions instead of lines."""
        lines = self.batch.lines.order_by().values_list("tab", flat=True)
        if self.is_stored:
            findings = len(self.batch.report.get("warnings", ()))
            return {Tab.NEW: self.batch.created, Tab.CHANGED: self.batch.updated, Tab.WARNINGS: findings}
        return {tab: lines.filter(tab=tab).count() for tab in Tab.values}

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
            return self.shown(self.batch.report["warnings"], self.line_of_finding)
        if self.is_stored:
            versions = self.batch.versions.filter(type=self.batch.type, before__isnull=self.open == Tab.NEW)
            return self.shown(versions.order_by("pk"), self.line_of_version)
        lines = self.batch.lines.filter(tab=self.open)
        return self.shown(lines, lambda line: self.worded(line.content))

    def shown(self, items: Any, make: Callable[[Any], Line]) -> Page:
        page = Paginator(items, LINES_A_PAGE).get_page(self.number)
        page.object_list = [make(item) for item in page.object_list]
        return page

    def worded(self, content: dict[str, Any]) -> Line:
        """A line with the labels of columns, and the sentence in the reader's language."""
        found = {**content, "header": self.label(content.get("header", ""))}
        found["sentence"] = content.get("message", {}).get(reader_language(), "")
        language = reader_language()
        found["examples"] = [(value, said[language]) for value, said in content.get("examples", ())]
        found["changes"] = [(self.label(name), *cells) for name, *cells in content.get("changes", ())]
        if isinstance(content.get("cells"), dict):
            found["cells"] = [(self.label(name), cell) for name, cell in content["cells"].items()]
        return found

    def line_of_finding(self, finding: dict[str, Any]) -> Line:
        cells = [f"{finding['column']}{finding['row'] or ''}"]
        return self.worded({**finding, "cells": cells, "count": 1})

    def line_of_version(self, version: Version) -> Line:
        before, after = version.before or {}, version.after or {}
        names = [name for name in self.resource.names() if before.get(name, "") != after.get(name, "")]
        changes = [(self.label(name), before.get(name, ""), after.get(name, "")) for name in names]
        line = {"key": version.key, "title": title_of(after), "address": self.address(version)}
        cells = [(self.label(name), cell) for name, cell in shortened(after).items() if name != "state"]
        return {**line, "cells": cells} if version.before is None else {**line, "changes": changes}

    def address(self, version: Version) -> str:
        if self.batch.undone_at:
            return ""
        name = f"admin:relations_{self.resource.model._meta.model_name}_change"
        return reverse(name, args=[version.object_id])

    def label(self, name: str) -> str:
        try:
            return str(self.resource.column(name).label)
        except StopIteration:
            return name
