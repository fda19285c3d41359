"""Figures of one indicator as a table, years down and areas across: read and stored through the steps of an import."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from relations.errors import Problem
from relations.imports.batches import log
from relations.imports.pipeline import load_sheet
from relations.imports.report import Finding, Report
from relations.models import ImportBatch, Indicator, Observation, Place
from relations.models.citations import QUOTE
from relations.models.foreign_keys import SUBJECT_KEYS
from relations.models.keys import free_key
from relations.models.rechecks import CitedPlace
from relations.models.row_cache import FlatRow, unpacked
from relations.readers.sheet import make_sheet
from relations.rows.citation_columns import CitationColumns
from relations.rows.measure_columns import gives_status
from relations.rows.row_change import RowChange
from relations.rows.statistics import StatisticsResource, key_of_parts
from relations.rules.all_rules import STOPPING
from relations.text.cell_syntax import join
from relations.text.locators import read_locator

#: the most cells of one table
MOST_CELLS = 400
PARTS = [part.name for part in CitationColumns.parts]
#: the columns that the block gives for each of its figures
OF_THE_BLOCK = (
    "indicator", "counterpart", "unit", "unit_mult", "measure", "obs_status", "definition_ru", "definition_en",
)  # fmt: skip
HEADINGS = ["key", "area", "period", "value", *OF_THE_BLOCK, *PARTS]


class At(NamedTuple):
    """One place in the table."""

    year: int
    area: str


@dataclass(frozen=True)
class Block:
    """What the figures of a table have in common; `cells` are those of a sheet, for the columns OF_THE_BLOCK."""

    indicator: Indicator
    counterpart: Place | None
    cells: FlatRow
    source: str = ""
    locator: str = ""

    @property
    def measure(self) -> str:
        return self.cells.get("measure") or Observation.Measure.LEVEL.value


@dataclass
class ReadFigure:
    """What the steps of an import say of one typed cell, before or after storing it."""

    words: str = ""
    #: the stored figure that it changes, in words
    before: str = ""
    is_new: bool = True
    is_changed: bool = False
    is_proposal: bool = False
    errors: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    #: what can be stored, but not approved like this
    stopping: list[str] = field(default_factory=list)


@dataclass
class ReadTable:
    """All typed cells as they were read. `errors` are those of no single cell."""

    figures: dict[At, ReadFigure]
    errors: list[str]
    report: Report

    @property
    def has_errors(self) -> bool:
        return bool(self.report.errors or self.errors)

    @property
    def has_stopping(self) -> bool:
        return any(one.stopping for one in self.figures.values())

    @property
    def is_stale(self) -> bool:
        return any(one.problem.code == "preview.stale" for one in self.report.errors)


class FigureGrid:
    """The table of one block."""

    def __init__(self, block: Block, areas: Sequence[Place], years: Sequence[int], user: Any) -> None:
        self.block, self.areas, self.years, self.user = block, areas, years, user
        #: the stored figures that typed ones replace
        self.own: dict[At, Observation] = {}

    def stored(self) -> dict[At, list[Observation]]:
        """The figures that the register has in the places of the table, whatever their source."""
        found: defaultdict[At, list[Observation]] = defaultdict(list)
        figures = Observation.objects.filter(
            indicator=self.block.indicator,
            ref_area__in=self.areas,
            counterpart_area=self.block.counterpart,
            measure=self.block.measure,
            period__in=[str(year) for year in self.years],
            **{f"about_{key}": None for key in SUBJECT_KEYS},
        )
        figures = figures.select_related("ref_area", "unit").prefetch_related("citations__source")
        for one in figures.order_by("pk"):
            assert one.ref_area is not None
            found[At(int(str(one.period)), one.ref_area.code)].append(one)
        return found

    def check(self, typed: Mapping[At, str]) -> ReadTable:
        """Reads the typed cells and stores nothing."""
        return self.load(typed, dry_run=True)

    def store(self, typed: Mapping[At, str], seen: str) -> ReadTable:
        """Stores the typed cells as one import, if `seen` is the fingerprint of the same check."""
        return self.load(typed, expected_fingerprint=seen, keep_batch=True)

    def load(self, typed: Mapping[At, str], **options: Any) -> ReadTable:
        rows, errors, confirmed = self.rows(typed)
        if errors:  # a part of the table is never stored
            options = {"dry_run": True}
        changes: list[RowChange] = []
        report = load_sheet(
            StatisticsResource,
            make_sheet(
                "", [HEADINGS, *([row.get(name, "") for name in HEADINGS] for row in rows.values())], ""
            ),
            file_name=gettext("Grid: %(indicator)s") % {"indicator": self.block.indicator.name},
            reason=gettext("Entered in the grid of figures"),
            user=self.user,
            may_quote=self.user.has_perm(QUOTE),
            proposes=True,
            confirmed=confirmed,
            watch=lambda _report, found: changes.extend(found),
            **options,
        )
        if report.batch:
            log(ImportBatch.objects.get(pk=report.batch), StatisticsResource, changes)
        return self.read(list(rows), report, changes, errors)

    # From cells to rows.

    def rows(
        self, typed: Mapping[At, str]
    ) -> tuple[dict[At, FlatRow], dict[At, Problem], dict[int, frozenset[CitedPlace]]]:
        """The rows of the typed cells, the cells for which there is none, and the citations that they confirm."""
        stored = self.stored()
        rows: dict[At, FlatRow] = {}
        errors: dict[At, Problem] = {}
        confirmed: dict[int, frozenset[CitedPlace]] = {}
        for at, text in typed.items():
            own = [one for one in stored.get(at, ()) if self.is_of_block(one)]
            if len(own) > 1:
                message = _(
                    "The register has several such figures of this source. Change them in their forms."
                )
                errors[at] = Problem("grid.several", message)
            elif own and not self.user.has_perm("relations.change_observation"):
                message = _("You may add figures, but not change this one.")
                errors[at] = Problem("grid.change", message)
            else:
                rows[at] = self.row_at(at, text, own[0] if own else None)
                if own:
                    self.own[at] = own[0]
                    confirmed[own[0].pk] = self.confirmed(rows[at])
        give_free_keys([row for row in rows.values() if not row.get("is_stored")])
        return rows, errors, confirmed

    def is_of_block(self, figure: Observation) -> bool:
        """Whether it is the figure that this source gives in this place, which a typed one replaces."""
        same = all(getattr(figure, name) == self.block.cells.get(name, "") for name in DEFINITIONS)
        return same and any(one.source.key == self.block.source for one in figure.citations.all())

    def row_at(self, at: At, text: str, stored: Observation | None) -> FlatRow:
        row = {**self.block.cells, "area": at.area, "period": str(at.year), "value": text}
        if gives_status(text):  # a status in the cell overrides that of the block
            row["obs_status"] = ""
        if stored:
            before = unpacked(stored.row)
            return row | self.citations_of(before) | {"key": before["key"], "is_stored": "1"}
        cited = {"source": self.block.source, "locator": join([self.block.locator])}
        return row | cited | {"key": self.key_at(at)}

    def key_at(self, at: At) -> str:
        block = self.block
        counterpart = block.counterpart.code if block.counterpart else ""
        return key_of_parts(
            block.indicator.key, at.area, counterpart, "", block.measure, str(at.year), block.source
        )

    def citations_of(self, row: FlatRow) -> FlatRow:
        """Its citations; the one of this source now leads to where the block stands."""
        columns = CitationColumns()
        slots = columns.slots_of_row(row)
        own = [slot for slot in slots if slot.source == self.block.source]
        if len(own) == 1 and self.block.locator:
            label, locator = read_locator(self.block.locator)
            moved = replace(own[0], locator_label=label, locator=locator)
            slots = [moved if slot is own[0] else slot for slot in slots]
        return columns.cells(tuple(slots))

    def confirmed(self, row: FlatRow) -> frozenset[CitedPlace]:
        """The places in the block's source: it has just been read for the new value."""
        slots = CitationColumns().slots_of_row(row)
        return frozenset(
            place for slot in slots if slot.source == self.block.source for place in slot.places()
        )

    # From findings to cells.

    def read(
        self, places: Sequence[At], report: Report, changes: Sequence[RowChange], errors: Mapping[At, Problem]
    ) -> ReadTable:
        figures: dict[At, ReadFigure] = {at: ReadFigure() for at in places}
        by_row = dict(enumerate(places, 2))  # the first row of the sheet holds the headings
        for change in changes:
            at = by_row[change.row.number]
            describe(figures[at], change, self.own.get(at))
        others = []
        for finding in report.errors:
            if place := by_row.get(finding.row or 0):
                figures[place].errors.append(sentence(finding))
            elif finding.problem.code != "preview.stale":
                others.append(str(finding.problem))
        for finding in report.warnings:
            place = by_row.get(finding.row or 0)
            if place and finding.problem.code in STOPPING:
                figures[place].stopping.append(sentence(finding))
            elif place and finding.problem.code != "converted":
                figures[place].warnings.append(sentence(finding))
        for at, problem in errors.items():
            figures[at] = ReadFigure(errors=[str(problem)])
            others = others or [gettext("Correct the marked figures first.")]
        return ReadTable(figures, others, report)


#: a figure that is counted otherwise is another one
DEFINITIONS = ("definition_ru", "definition_en")


def give_free_keys(rows: Sequence[FlatRow]) -> None:
    """Another figure may have the key already: one of the same source, counted otherwise."""
    keys = [row["key"] for row in rows]
    used = set(Observation.objects.filter(key__in=keys).values_list("key", flat=True))
    for row in rows:
        if row["key"] in used:
            row["key"] = free_key(Observation(), row["key"])


def describe(figure: ReadFigure, change: RowChange, stored: Observation | None) -> None:
    figure.is_new, figure.is_changed = change.is_new, change.is_changed
    figure.is_proposal = change.changes_public
    figure.before = in_words(stored) if stored else ""
    figure.words = in_words(change.record) if change.record is not None else figure.before


def in_words(record: Observation) -> str:
    """“about USD 470 bn, estimate”"""
    status = "" if record.obs_status == Observation.Status.NORMAL else record.get_obs_status_display()
    if record.obs_status == Observation.Status.MISSING:
        return status
    return ", ".join(filter(None, (record.in_words(), status)))


def sentence(finding: Finding) -> str:
    """What is wrong; of another column than the figure itself, with its name."""
    if finding.header in ("", "value", "area", "period"):
        return str(finding.problem)
    return f"{StatisticsResource.column(finding.header).label}: {finding.problem}"
