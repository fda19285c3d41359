"""Facts of a record for its page: the filled columns with label, displayed value and footnotes, for any type."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Model

from relations.models.records import Record
from relations.rows.about_column import AboutColumn
from relations.rows.columns import Choice, Column, Label, PeriodColumn
from relations.rows.coverage import DEFAULT_VALUES, FIGURE_PARTS, NOT_FACTS
from relations.rows.related_columns import Links, Participants
from relations.rows.resource import SheetResource
from relations.values.period import Period

from .footnotes import Footnote, Footnotes


@dataclass
class Fact:
    """One line of the record page. `kind` picks how the template writes `value`."""

    name: str
    label: Label
    kind: str
    value: object
    notes: list[Footnote]


def facts_of(record: Record, resource: type[SheetResource]) -> tuple[list[Fact], Footnotes]:
    """(facts, footnotes) of a record as its detail page shows them."""
    notes = Footnotes(record)
    shown = (fact(column, record, notes) for column in resource.columns() if is_shown(column, record))
    return list(filter(None, shown)), notes


def is_shown(column: Column, record: Record) -> bool:
    if (
        column.name in NOT_FACTS
        or isinstance(column, Links)
        or (column.name in FIGURE_PARTS and hasattr(record, "quantity"))
    ):
        return False
    return column.is_related is False or isinstance(column, Participants)


def fact(column: Column, record: Any, notes: Footnotes) -> Fact | None:
    value = record.public_about if isinstance(column, AboutColumn) else column.value_of(record)
    if not value or DEFAULT_VALUES.get(column.name) == value:
        return None
    kind, value = reader_value(column, record, value)
    return Fact(column.name, column.label, kind, value, notes.of(column.name))


def reader_value(column: Column, record: Any, value: object) -> tuple[str, object]:
    if isinstance(column, Participants):
        return "participants", [one for one in record.participations.all() if column.is_mine(one)]
    if isinstance(column, PeriodColumn) or isinstance(value, Period):
        return "period", value
    if isinstance(column, Choice):
        return "text", getattr(record, f"get_{column.attribute}_display")()
    return ("entity", value) if isinstance(value, Model) else ("text", value)
