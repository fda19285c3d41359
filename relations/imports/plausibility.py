"""Warnings of the rules about new and changed rows. They never reject a row; an error keeps it from being published."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cached_property

from django.utils.translation import gettext_lazy as _

from relations.errors import Problem
from relations.models import ForumSeries, Indicator, Organization, Person, Place, Source, Unit
from relations.registry import resource_of
from relations.rows.lookups import Lookups
from relations.rows.resource import SheetResource
from relations.rows.row_change import RowChange
from relations.rules.findings import findings_of, unanswered
from relations.rules.reference import Reference

from .findings import Findings


class SharedReference(Reference):
    """Takes what the look-ups of the import have loaded anyway."""

    def __init__(self, lookups: Lookups) -> None:
        self.lookups = lookups

    @cached_property
    def places(self) -> dict[str, Place]:
        return self.lookups.places.by_natural_key

    @cached_property
    def organizations(self) -> dict[str, Organization]:
        return self.lookups.organizations.by_natural_key

    @cached_property
    def people(self) -> dict[str, Person]:
        return self.lookups.people.by_natural_key

    @cached_property
    def indicators(self) -> dict[str, Indicator]:
        return self.lookups.indicators.by_natural_key

    @cached_property
    def units(self) -> dict[str, Unit]:
        return self.lookups.units.by_natural_key

    @cached_property
    def series(self) -> dict[str, ForumSeries]:
        return self.lookups.series.by_natural_key

    def find_sources(self, keys: Collection[str]) -> list[Source]:
        met = [self.lookups.met_sources[key] for key in keys if key in self.lookups.met_sources]
        rest = set(keys) - {one.key for one in met}
        return [*met, *(super().find_sources(rest) if rest else ())]

    def events(self, keys: Collection[str]) -> list[tuple[str, str]]:
        met = {
            key: (resource_of(model).slug, one.row)
            for model, records in self.lookups.met_records.items()
            for key, one in records.items()
            if key in keys
        }
        rest = set(keys) - met.keys()
        return [*met.values(), *(super().events(rest) if rest else ())]


class RuleWarnings:
    """Applies the rules to the rows of one import, whose reference data are loaded once."""

    def __init__(self, resource: type[SheetResource], findings: Findings, lookups: Lookups) -> None:
        self.resource, self.findings, self.reference = resource, findings, SharedReference(lookups)
        #: {key: unanswered errors} of the rows of the last chunk
        self.errors: dict[str, list[Problem]] = {}

    def check(self, changes: Sequence[RowChange]) -> None:
        if not self.resource.citations:
            return
        touched = [change for change in changes if change.is_touched]
        rows = [{**change.after, "key": change.key} for change in touched]
        slug = self.resource.slug
        found = findings_of(slug, rows, self.reference)
        keys = [change.pk for change in touched]
        self.errors = {}
        for change, findings in zip(touched, unanswered(slug, keys, found), strict=True):
            self.errors[change.key] = [one.problem for one in findings if one.is_error]
            for one in findings:
                self.findings.warning(change.row, one.column, one.problem)
            if change.changes_public and any(one.is_error for one in findings):
                message = _("This change cannot be approved until the error is corrected or answered.")
                self.findings.warning(change.row, "", Problem("approval.rule", message))
