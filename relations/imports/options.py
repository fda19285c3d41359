"""Options of one import."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from relations.models import ImportBatch
    from relations.rows.row_change import RowChange

    from .report import Report

    Watch = Callable[[Report, Sequence[RowChange]], None]


def watch_nothing(report: Report, changes: Sequence[RowChange]) -> None:
    """Reports no progress."""


@dataclass(frozen=True)
class ImportOptions:
    """`watch` is called after each chunk of rows.

    `batch` is the import these rows belong to; with `keep_batch` one is made. `reason` is kept with the versions.
    `expected_fingerprint` is that of the preview a person has confirmed.
    """

    dry_run: bool = False
    publish: bool = False
    file_name: str = ""
    user: Any = None
    may_change_public: bool = True
    may_quote: bool = True
    expected_fingerprint: str = ""
    batch: ImportBatch | None = None
    keep_batch: bool = False
    reason: str = ""
    watch: Watch = watch_nothing

    @property
    def is_rehearsal(self) -> bool:
        """Whether each chunk is rolled back at once. A dry run that publishes needs all rows in the database
        instead."""
        return self.dry_run and not self.publish

    @property
    def keeps_versions(self) -> bool:
        return bool(self.batch or self.keep_batch or self.reason)
