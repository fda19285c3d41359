"""Options of one import."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from relations.models import ImportBatch, Revision
    from relations.models.rechecks import CitedPlace
    from relations.rows.lookups import Lookups
    from relations.rows.row_change import RowChange

    from .decisions import Decision
    from .report import Report

    Watch = Callable[[Report, Sequence[RowChange]], None]


def watch_nothing(report: Report, changes: Sequence[RowChange]) -> None:
    """Reports no progress."""


@dataclass(frozen=True)
class ImportOptions:
    """`watch` is called after each chunk of rows.

    `batch` is the import these rows belong to; with `keep_batch` one is made. `reason` is kept with the versions.
    `expected_fingerprint` is that of the preview a person has confirmed. With `proposes` a change of a public record
    becomes a revision that waits for approval; `revisions` are those that are being approved, as
    {primary key of the record: primary key of the revision}. `confirmed` are the cited places that somebody says
    support the new values, by the primary key of the record; None: the citations that the sheet gives.
    `with_dependents`: what other records derive from the stored ones is derived again. `is_alone`: the sheet has one
    row, and its caller holds a transaction, which it takes back where the row is refused. `locked` are the records
    by key that the caller has locked, `pending` the changes that wait for approval by the primary key of the record,
    where the caller has looked for them, `lookups` what a form has looked up. `left_out` are the numbers of rows that
    are not read, `decisions` what becomes of rows that look like a record, by the key that they would have.
    `numbers` are the primary keys of new rows by key, where these are given: those of a register that is rebuilt.
    """

    dry_run: bool = False
    publish: bool = False
    file_name: str = ""
    user: Any = None
    may_quote: bool = True
    expected_fingerprint: str = ""
    batch: ImportBatch | None = None
    keep_batch: bool = False
    keeps_versions: bool = True
    proposes: bool = False
    with_dependents: bool = True
    is_alone: bool = False
    lookups: Lookups | None = None
    locked: Mapping[str, Any] = field(default_factory=dict)
    pending: Mapping[int, Revision | None] | None = None
    revisions: Mapping[int, int] = field(default_factory=dict)
    confirmed: Mapping[int, frozenset[CitedPlace]] | None = None
    left_out: frozenset[int] = frozenset()
    decisions: Mapping[str, Decision] = field(default_factory=dict)
    numbers: Mapping[str, int] = field(default_factory=dict)
    reason: str = ""
    watch: Watch = watch_nothing

    @property
    def is_rehearsal(self) -> bool:
        """Whether each chunk is rolled back at once. A dry run that publishes needs all rows in the database
        instead."""
        return self.dry_run and not self.publish

    @property
    def keeps_history(self) -> bool:
        """Whether anything is kept of what it stores: versions, revisions, the import itself."""
        return self.keeps_versions and not self.dry_run
