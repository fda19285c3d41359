"""Reconciling: what may be meant by a name in a foreign table that the register does not know."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from relations.errors import Problem
from relations.rows.columns import Choice, Reference
from relations.rows.lookup_tables import NameTable
from relations.rows.lookups import Lookups
from relations.rows.related_columns import Participants, Topics
from relations.rows.resource import SheetResource
from relations.text.normalize import fold
from relations.text.similarity import most_similar

#: candidates of one name, and how similar a name must be to be one
MOST, NEAR_ENOUGH = 8, 0.45


class Candidate(NamedTuple):
    """`cell` is what a sheet writes for it, `label` what people read."""

    cell: str
    label: str


def tables_of(resource: type[SheetResource], column_name: str, lookups: Lookups) -> list[NameTable]:
    """The tables that a column looks its names up in; none for a column of other values."""
    column: Any = next((one for one in resource.columns() if one.name == column_name), None)
    if isinstance(column, Participants):
        return [lookups.participants(model) for model in column.takes]
    if isinstance(column, Topics):
        return [lookups.topics]
    if isinstance(column, Reference) and column.lookup != "sources":
        found = getattr(lookups, column.lookup)
        return [found] if isinstance(found, NameTable) else []
    return []


def candidates(
    resource: type[SheetResource], column_name: str, text: str, lookups: Lookups
) -> list[Candidate]:
    """What may be meant, best first: entities with this very name, else those with near ones; or all choices."""
    column = next((one for one in resource.columns() if one.name == column_name), None)
    if isinstance(column, Choice):
        return [Candidate(str(code), str(label)) for code, label in column.field.choices if code]
    tables = tables_of(resource, column_name, lookups)
    if repaired := [one for table in tables if (one := repair_of(table, text))]:
        return repaired[:1]
    found = [one for table in tables for one in meant(table, text)]
    return [Candidate(one.natural_key()[0], str(one)) for one in dict.fromkeys(found)][:MOST]


def repair_of(table: NameTable, text: str) -> Candidate | None:
    """Several names in one cell, as a sheet writes them: «RU; KZ»."""
    found = table.look_up(text)
    if not isinstance(found, Problem) or found.code != "value.commas":
        return None
    return Candidate(str(found.params["repair"]), str(found.params["choices"]))


def meant(table: NameTable, text: str) -> Iterable[Any]:
    if called := table.called(text):
        return called
    near = most_similar(fold(text), table.by_name, 2 * MOST, NEAR_ENOUGH)
    return [entity for name in near for entity in table.by_name[name]]
