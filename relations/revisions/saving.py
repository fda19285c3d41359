"""Stores the row of a form: a draft at once, a public record as a revision that waits for approval."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from relations.errors import Problem
from relations.imports.pipeline import load_sheet
from relations.imports.report import Finding, Report
from relations.models import Revision
from relations.models.row_cache import FlatRow, unpacked
from relations.models.versions import sources_in
from relations.readers.sheet import make_sheet
from relations.registry import resource_named, resource_of
from relations.rows.lookups import Lookups
from relations.rows.merging import changed_names, merge
from relations.rows.related_columns import Links
from relations.rows.resource import SheetResource
from relations.rows.row_change import RowChange
from relations.text.cell_syntax import split


class RowRefused(Exception):
    """The row cannot be stored; `findings` name the column of each error."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__("; ".join(str(finding.problem) for finding in findings))
        self.findings = findings


@dataclass
class SavedRow:
    """What has become of the row of a form: `revision` is set where it waits for approval."""

    change: RowChange
    report: Report
    revision: Revision | None = None


def pending_revision(resource: type[SheetResource], pk: int) -> Revision | None:
    """The change of this record that waits for approval, apart from those of imports."""
    waiting = Revision.objects.filter(type=resource.slug, object_id=pk, batch=None)
    return waiting.filter(status__in=Revision.PENDING).first()


def row_of(resource: type[SheetResource], pk: int) -> FlatRow:
    """The row of a record as the database has it."""
    return unpacked(resource.model._base_manager.values_list("row", flat=True).get(pk=pk))


def row_to_edit(resource: type[SheetResource], pk: int) -> FlatRow:
    """The row that a form shows: that of the record, with what is proposed for it."""
    revision, live = pending_revision(resource, pk), row_of(resource, pk)
    return proposed_row(resource, revision, live) if revision else live


class Live(NamedTuple):
    """A record that is locked, its row, and the change of it that waits for approval."""

    record: Any
    row: FlatRow
    revision: Revision | None

    @property
    def row_to_edit(self) -> FlatRow:
        """The row that a form shows."""
        resource = resource_of(type(self.record))
        return proposed_row(resource, self.revision, self.row) if self.revision else self.row


def locked(resource: type[SheetResource], pk: int) -> Live:
    """The record with all that a save needs of it, locked against other writers until the transaction ends."""
    record = resource.model.objects.for_change().select_for_update(of=("self",)).get(pk=pk)
    may_wait = getattr(record, "published_at", True)  # nothing waits for a record that was never public
    return Live(record, unpacked(record.row), pending_revision(resource, pk) if may_wait else None)


def proposed_row(resource: type[SheetResource], revision: Revision, live: FlatRow) -> FlatRow:
    """The proposed row with what has changed in the record since; where both have, what is proposed."""
    return revision.row if revision.base == live else merge(resource, revision.base, revision.row, live).row


def save_row(
    resource: type[SheetResource], row: FlatRow, names: Iterable[str], pk: int | None = None, **options: Any
) -> SavedRow:
    """Stores the columns `names` of a row; a row without `pk` is a new record. Options are those of an import.

    Raises RowRefused.
    """
    with transaction.atomic():
        return save_within(resource, row, names, locked(resource, pk) if pk is not None else None, **options)


def save_within(
    resource: type[SheetResource], row: FlatRow, names: Iterable[str], live: Live | None, **options: Any
) -> SavedRow:
    """The same in the transaction of the caller, who has locked the record, and takes all back after RowRefused."""
    given = list(names)
    if live:
        changed = changed_names(resource, live.row, row)
        given = [name for name in given if name in changed]
    row = {**row, "key": live.row.get("key", "") if live else row.get("key", "")}
    saved = load_row(resource, row, given, live, **options)
    if saved.change.is_new != (live is None):
        raise RowRefused([finding_at("key", Problem("key.taken", _("Another record has this key.")))])
    if live:
        settle_revision(saved, live.revision, options.get("user"))
    return saved


def load_row(
    resource: type[SheetResource],
    row: FlatRow,
    names: Iterable[str],
    live: Live | None = None,
    **options: Any,
) -> SavedRow:
    """Loads one row through the steps of an import, in the transaction of the caller. Raises RowRefused."""
    headings = ["key", *(name for name in names if name != "key")]
    changes: list[RowChange] = []
    if not options.get("lookups"):
        options["lookups"] = Lookups()
        options["lookups"].meet_sources(sources_in(row))
        for model, keys in linked_in(resource, row).items():
            options["lookups"].meet_records(model, keys)
    report = load_sheet(
        resource,
        make_sheet("", [headings, [row.get(name, "") or "" for name in headings]], ""),
        watch=lambda _report, found: changes.extend(found),
        is_alone=True,
        locked={row["key"]: live.record} if live else {},
        pending={live.record.pk: live.revision} if live else None,
        **options,
    )
    if report.errors:
        raise RowRefused(report.errors)
    if not changes:
        message = _("The key “%(key)s” is that of the example row of the template. Choose another key.")
        raise RowRefused([finding_at("key", Problem("key.example", message, key=row.get("key", "")))])
    return SavedRow(changes[0], report)


def linked_in(resource: type[SheetResource], row: FlatRow) -> dict[Any, set[str]]:
    """{type of record: keys} of the records to which a row is linked, where the link can lead to one type only."""
    found: dict[Any, set[str]] = {}
    for column in resource.columns():
        keys = set(filter(None, split(row.get(column.name, ""))))
        if keys and isinstance(column, Links) and len(column.ends) == 1:
            found.setdefault(resource_named(column.ends[0]).model, set()).update(keys)
    return found


def finding_at(column: str, problem: Problem) -> Finding:
    return Finding("", None, "", column, "", problem)


def settle_revision(saved: SavedRow, pending: Revision | None, user: Any) -> None:
    """Finds the revision that the row has become, or discards the pending one whose change was taken back."""
    revision = saved.change.revision or pending
    if revision and not saved.change.is_changed:
        revision.status, revision.decided_by, revision.decided_at = (
            Revision.Status.DISCARDED,
            user,
            timezone.now(),
        )
        revision.save()
        revision = None
    saved.revision = revision


@contextmanager
def as_if(resource: type[SheetResource], row: FlatRow, pk: int) -> Iterator[None]:
    """While it lasts, the database has this row as the record; afterwards everything is as it was.

    Raises RowRefused where the row can no longer be stored.
    """
    with transaction.atomic():
        before = row_of(resource, pk)
        names = changed_names(resource, before, row)
        row = {**row, "key": before["key"]}
        load_row(resource, row, names, keeps_versions=False, proposes=False, with_dependents=False)
        yield
        transaction.set_rollback(True)
