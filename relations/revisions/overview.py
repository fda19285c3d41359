"""How many records of each type are in which state, and what is missing in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count

from relations.catalog import RECORD_TYPES, RecordType
from relations.models import State
from relations.rows.columns import Label


@dataclass
class TypeOverview:
    """The numbers of one record type; those of what is missing are of records in any state."""

    record_type: RecordType
    drafts: int
    in_review: int
    published: int
    without_source: int
    facts_without_source: int
    to_check_again: int
    not_translated: int

    @property
    def label(self) -> Label:
        return self.record_type.label

    @property
    def one(self) -> str:
        return str(self.record_type.model._meta.verbose_name)

    @property
    def model_name(self) -> str:
        return str(self.record_type.model._meta.model_name)


def overview_for(user: Any) -> list[TypeOverview]:
    """Of the types that the user may view or change."""
    return [overview_of(one) for one in RECORD_TYPES if may_look(user, one)]


def may_look(user: Any, record_type: RecordType) -> bool:
    name = record_type.model._meta.model_name
    return any(user.has_perm(f"relations.{verb}_{name}") for verb in ("view", "change"))


def overview_of(record_type: RecordType) -> TypeOverview:
    records = record_type.model.objects.order_by()
    states = dict(records.values_list("state").annotate(n=Count("pk")))
    return TypeOverview(
        record_type,
        drafts=states.get(State.DRAFT, 0),
        in_review=states.get(State.REVIEW, 0),
        published=states.get(State.PUBLISHED, 0),
        without_source=records.filter(source_count=0).count(),
        facts_without_source=records.covered(["some"]).count(),
        to_check_again=records.to_check_again().count(),
        not_translated=records.not_translated().count(),
    )
