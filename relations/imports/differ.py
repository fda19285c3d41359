"""The differ: compares a parsed row with the stored record and returns a row change."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Collection, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from relations.errors import Problem
from relations.models import BoundReason, State
from relations.models.row_cache import FlatRow, unpacked
from relations.models.scope import GroupSides
from relations.rows.columns import Derived, Key, is_plain
from relations.rows.lookups import Lookups
from relations.rows.minimum import Need
from relations.rows.related_columns import Links, ParticipationStatuses
from relations.rows.row_change import RowChange
from relations.text.cell_syntax import split

from .decisions import Choice, Decision
from .findings import Findings
from .header import Header
from .options import ImportOptions
from .parser import ParsedRow
from .stored_rows import StoredRow, stored_rows


class Differ:
    """Turns parsed rows into row changes, in the same order.

    The stored records are locked against other writers, but for a rehearsal. `used_keys` are the keys of the sheet so
    far.
    """

    def __init__(
        self,
        header: Header,
        lookups: Lookups,
        findings: Findings,
        used_keys: set[str],
        options: ImportOptions,
    ) -> None:
        self.header, self.lookups, self.findings, self.options = header, lookups, findings, options
        self.resource, self.used_keys = header.resource, used_keys
        self.groups = GroupSides()
        columns = self.resource.columns()
        self.derived = [column for column in columns if isinstance(column, Derived)]
        self.statuses = [column for column in columns if isinstance(column, ParticipationStatuses)]
        self.plain = [column for column in columns if is_plain(column)]
        self.numbers: Counter[str] = Counter()
        #: what the last row that met each need has for it
        self.labels: dict[Need, str] = {}
        self.has_reported_missing_columns = False

    def compare(
        self, parsed_rows: Sequence[ParsedRow], stored: dict[str, StoredRow], asked: Collection[str]
    ) -> list[RowChange]:
        """`stored` are the stored rows of the keys that the sheet gives, which are `asked`."""
        changes = [self.begin(parsed) for parsed in parsed_rows]
        decisions = [self.decided(change) for change in changes]
        made = [change.key for change in changes if change.key not in stored and change.key not in asked]
        stored = stored | stored_rows(self.resource, made)
        against: list[tuple[RowChange, ParsedRow]] = []
        for change, parsed, decision in zip(changes, parsed_rows, decisions, strict=True):
            if change.is_passed_over:
                continue
            if decision:
                self.add_to_twin(change, parsed, decision, stored)
            self.refuse_links_to_itself(change, parsed)
            if change.key not in stored:
                self.create(change, parsed)
                continue
            change.is_new = False
            change.pk, change.state_before, change.packed_before = stored[change.key]
            change.before = unpacked(change.packed_before)
            if self.is_unchanged(change, parsed):
                change.after = change.before
            else:
                against.append((change, parsed))
        self.change_stored(against)
        return changes

    def as_new(self, parsed_rows: Sequence[ParsedRow]) -> list[RowChange]:
        """What the rows say by themselves, compared with nothing that is stored."""
        changes = [self.begin(parsed) for parsed in parsed_rows]
        for change, parsed in zip(changes, parsed_rows, strict=True):
            self.refuse_links_to_itself(change, parsed)
            self.create(change, parsed)
        return changes

    def begin(self, parsed: ParsedRow) -> RowChange:
        """A change with its key: the given one, or one made from the content, which is the same at the next import."""
        change = RowChange(parsed.row, self.lookups, self.header.given, slots=parsed.slots)
        given = parsed.values.get(self.resource.column("key"), "")
        if not given:
            change.record = self.resource.blank_record()
            change.record.key = "-"
            self.apply(change, parsed)
        change.key = self.unused_key(change, given)
        self.used_keys.add(change.key)
        return change

    def decided(self, change: RowChange) -> Decision | None:
        """What somebody has decided about a row that looks like a record, which is then the one that it changes."""
        decision = self.options.decisions.get(change.key)
        if not decision:
            return None
        self.findings.report.decided.add(change.key)
        if decision.choice is Choice.NEW:
            return None
        if decision.choice is Choice.PASS_OVER:
            change.is_passed_over = True
            self.findings.warning(change.row, "", decision.passed_over)
            return None
        if decision.twin in self.used_keys:
            self.findings.error(change.row, "", decision.twice)
        change.key = decision.twin
        self.used_keys.add(change.key)
        return decision

    def add_to_twin(
        self, change: RowChange, parsed: ParsedRow, decision: Decision, stored: dict[str, StoredRow]
    ) -> None:
        if change.key not in stored:
            self.findings.error(change.row, "", decision.gone)
            return
        before = unpacked(stored[change.key].row)
        decision.fill_from(before, change, parsed)
        if self.resource.citations:
            for problem in decision.add_sources(self.resource.citations, before, change, parsed):
                self.findings.warning(change.row, "source", problem)

    def unused_key(self, change: RowChange, given: str) -> str:
        if given in self.used_keys:
            message = _("The key “%(key)s” appears twice in the sheet.")
            self.findings.error(change.row, "key", Problem("key.twice", message, key=given))
        if given:
            return given
        key = base = self.resource.key_of(change)
        while key in self.used_keys:
            self.numbers[base] += 1
            key = f"{base}-{self.numbers[base] + 1}"
        return key

    def refuse_links_to_itself(self, change: RowChange, parsed: ParsedRow) -> None:
        for column, value in parsed.values.items():
            if isinstance(column, Links) and change.key in value:
                problem = Problem("link.itself", _("A record cannot link to itself."))
                self.findings.error(change.row, column.name, problem)

    def apply(self, change: RowChange, parsed: ParsedRow) -> None:
        """Sets the values of the row on the record; columns that may set others come last."""
        columns = list(parsed.values)
        if self.resource.applies_in_order():
            columns.sort(key=lambda column: column.apply_order)
        for column in columns:
            if isinstance(column, Key):
                continue
            try:
                column.apply(change, parsed.values[column])
            except Problem as problem:  # the cell contradicts another one of its row
                self.findings.error(change.row, column.name, problem)
                del parsed.values[column]

    # New records.

    def create(self, change: RowChange, parsed: ParsedRow) -> None:
        self.check_required(parsed)
        if change.record is None:
            change.record = self.resource.blank_record()
            self.apply(change, parsed)
        change.record.key = change.key
        change.after = self.row_after(change, {**self.resource.blank_cells(), **parsed.cells}, parsed)
        if not parsed.row.cell(self.header.index("key")):
            self.check_minimum(change, parsed)

    def check_minimum(self, change: RowChange, parsed: ParsedRow) -> None:
        """Refuses a row that is no record yet, unless its author has given it a key; what could not be read is
        reported already.
        """
        unread = {column.name for column in self.header.columns if column not in parsed.values}
        for need in self.resource.minimum:
            given = [name for name in need.names if name in self.header.given and name not in unread]
            if need.is_met(change.after):
                self.labels[need] = next(
                    filter(None, map(parsed.row.cell, map(self.header.index, given))), ""
                )
            elif given and not need.of_sheets:
                self.findings.error(parsed.row, given[0], need.problem_below(self.labels.get(need, "")))

    def check_required(self, parsed: ParsedRow) -> None:
        """Refuses a new record without its required values."""
        if self.header.lacking:
            self.report_missing_columns(parsed)
        if not self.resource.needs_title:
            return
        titles = [column for column in self.resource.title_columns() if column.name in self.header.given]
        is_read = all(column in parsed.values for column in titles)  # otherwise already reported
        if titles and is_read and not any(parsed.values[column] for column in titles):
            message = _("A new record needs a title: title_ru or title_en.")
            self.findings.error(parsed.row, "", Problem("title.required", message))

    def report_missing_columns(self, parsed: ParsedRow) -> None:
        """Reports missing columns at the first new record only, since all others lack them too."""
        if not self.has_reported_missing_columns:
            for problem in self.header.lacking:
                self.findings.error(parsed.row, "", problem)
        self.has_reported_missing_columns = True
        self.findings.report.bad_rows.add(parsed.row.number)

    # Stored records.

    def is_unchanged(self, change: RowChange, parsed: ParsedRow) -> bool:
        """Whether the stored row has the same cells already."""
        if self.resource.applies_in_order() and not all(
            column.sets_only_itself(value) for column, value in parsed.values.items()
        ):
            return False
        parsed.cells["key"] = change.key
        return all(change.before.get(name, "") == cell for name, cell in parsed.cells.items())

    def change_stored(self, against: Sequence[tuple[RowChange, ParsedRow]]) -> None:
        records = self.records([change.pk for change, _parsed in against])
        for change, parsed in against:
            change.record = records.get(change.pk)
            if change.record is None or change.record.row != change.packed_before:
                self.findings.changed_since_preview()  # by another user, while this chunk was compared
                return
            change.stored = copy.copy(change.record)
            self.apply(change, parsed)
            self.change_citations(change, parsed)
            change.after = self.row_after(change, change.before | parsed.cells, parsed)

    def records(self, keys: Sequence[int | None]) -> dict[int | None, Any]:
        """{primary key: record} as the database has them; a caller may have locked them already."""
        if self.options.locked:
            return {record.pk: record for record in self.options.locked.values()}
        wanted = self.resource.model.objects.for_change()
        if not self.options.is_rehearsal:
            wanted = wanted.select_for_update(of=("self",))
        found: dict[int | None, Any] = wanted.in_bulk(keys)
        return found

    def change_citations(self, change: RowChange, parsed: ParsedRow) -> None:
        columns = self.resource.citations
        if change.slots is None or columns is None:
            return
        if not change.slots and change.state_before == State.PUBLISHED:
            self.findings.error(change.row, "source", Problem("publish.source", _("It has no source.")))
        change.slots = columns.completed(change.slots, change.before, self.header.given)
        parsed.cells.update(columns.cells(change.slots))

    def bound(self, change: RowChange, cells: FlatRow, parsed: ParsedRow) -> FlatRow:
        """The cells of the latest possible date, which follows from the sources where the record has no date."""
        record = change.record
        record.derive()
        said = record.not_after
        record.bound_by_sources(self.lookups.dates_of_sources(split(cells.get("source", ""))))
        if record.not_after != said:
            record.read_dates()
        bound = {"not_before": str(record.not_before), "not_after": str(record.not_after)}
        if record.not_after_reason == BoundReason.RECORD:
            return bound
        bound["not_after_reason"] = str(record.not_after_reason)
        for name, cell in bound.items():
            if parsed.cells.get(name) and parsed.cells[name] != cell:
                message = _("The date follows from the source: “%(date)s” is kept.")
                self.findings.warning(parsed.row, name, Problem("bound.derived", message, date=cell))
        return bound

    def row_after(self, change: RowChange, cells: FlatRow, parsed: ParsedRow) -> FlatRow:
        """The flat row without empty cells, in the order of the columns."""
        cells["key"] = change.key
        for name, problem in self.resource.settle(change):
            self.findings.warning(parsed.row, name, problem)
        for name, problem in self.resource.refusals(change):
            self.findings.error(parsed.row, name, problem)
        if self.resource.citations:
            cells |= self.bound(change, cells, parsed)
            change.record.set_scope(self.resource.taking_part(change, cells), self.groups)
        else:
            change.record.derive_from_related()
        cells |= {column.name: column.cell_of(change.record) for column in self.derived}
        for column in self.statuses:
            cells[column.name] = column.cell_after(change, cells)
        if self.resource.applies_in_order():  # a figure may set more columns than its own
            cells |= {column.name: column.cell_of(change.record) for column in self.plain}
        return {name: cells[name] for name in self.resource.names() if cells.get(name)}
