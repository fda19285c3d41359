"""Warnings of the rules about new and changed rows. They never reject a row; an error keeps it from being published."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from relations.errors import Problem
from relations.rows.resource import SheetResource
from relations.rows.row_change import RowChange
from relations.rules.findings import findings_of, unanswered
from relations.rules.reference import Reference

from .findings import Findings


class RuleWarnings:
    """Applies the rules to the rows of one import, whose reference data are loaded once."""

    def __init__(self, resource: type[SheetResource], findings: Findings) -> None:
        self.resource, self.findings, self.reference = resource, findings, Reference()

    def check(self, changes: Sequence[RowChange]) -> None:
        if not self.resource.citations:
            return
        touched = [change for change in changes if change.is_touched]
        rows = [{**change.after, "key": change.key} for change in touched]
        slug = self.resource.slug
        found = findings_of(slug, rows, self.reference)
        keys = [change.pk for change in touched]
        for change, findings in zip(touched, unanswered(slug, keys, found), strict=True):
            for one in findings:
                self.findings.warning(change.row, one.column, one.problem)
            if change.changes_public and any(one.is_error for one in findings):
                message = _("This change cannot be approved until the error is corrected or answered.")
                self.findings.warning(change.row, "", Problem("approval.rule", message))
