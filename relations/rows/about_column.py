"""The column of a figure that names the event, agreement or organisation it is about."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from django.apps import apps
from django.utils.translation import pgettext_lazy

from relations.models import Organization
from relations.models.events import Event
from relations.models.foreign_keys import RECORD_KEYS, SUBJECT_KEYS, key_to
from relations.registry import resource_named, resource_of

from .columns import Column, Label
from .related_columns import PREFIXES

if TYPE_CHECKING:
    from .lookups import Lookups
    from .row_change import RowChange


class Subject(NamedTuple):
    """`field` is the foreign key of the figure, `key` how a cell writes it; Subject() is none."""

    field: str = ""
    key: str = ""
    entity: Event | Organization | None = None


class AboutColumn(Column):
    """The key of an agreement, forum or visit, or the name of an organisation, which may be written org:KEY."""

    has_field = False
    other_fields = tuple(f"about_{key}" for key in SUBJECT_KEYS)

    @cached_property
    def ends(self) -> tuple[str, ...]:
        """The types whose keys it takes; the first that knows a key has it."""
        keys = (key for key in SUBJECT_KEYS if key in RECORD_KEYS)
        return tuple(resource_of(apps.get_model("relations", key)).slug for key in keys)

    @property
    def label(self) -> Label:
        return pgettext_lazy("figure", "about")

    def value_of(self, record: Any) -> Any:
        return record.about

    def cell_of(self, record: Any) -> str:
        return self.render(self.value_of(record))

    def render(self, value: Any) -> str:
        if not value:
            return ""
        if isinstance(value, Subject):
            return value.key
        return f"{PREFIXES[Organization]}{value.key}" if isinstance(value, Organization) else value.key

    def parse(self, cell: str, lookups: Lookups) -> Subject:
        if not cell:
            return Subject()
        prefix = PREFIXES[Organization]
        if not cell.casefold().startswith(prefix):
            for end in self.ends:
                known = lookups.keys(end)
                if cell in known:
                    model = resource_named(end).model
                    return Subject(
                        f"about_{key_to(model)}", cell, lookups.event(model, known.find(cell), cell)
                    )
        organization = lookups.organizations.find(cell.removeprefix(prefix).strip())
        return Subject("about_organization", self.render(organization), organization)

    def apply(self, change: RowChange, value: Subject) -> None:
        for field in self.other_fields:
            setattr(change.record, field, value.entity if field == value.field else None)
