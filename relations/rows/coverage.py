"""Coverage: how many facts of a record have a source, computed from its stored row.

A fact is a column that the record page shows with a value; the parts of a figure are one fact. A citation of the whole
record supports all of them, one of single columns those alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from relations.text.cell_syntax import split

from .related_columns import Links, Participants

if TYPE_CHECKING:
    from relations.models.row_cache import FlatRow

    from .resource import SheetResource

#: shown elsewhere on the page, or not public
NOT_FACTS = {
    "key",
    "title_ru",
    "title_en",
    "alternative_titles",
    "summary_ru",
    "summary_en",
    "topics",
    "notes",
    "comment_ru",
    "comment_en",
}
#: the columns that make up one figure
FIGURE_PARTS = {"value", "value_to", "qualifier", "direction", "unit", "unit_mult", "measure"}
#: default values, which are not facts
DEFAULT_VALUES = {"obs_status": "A", "rank": "normal", "format": "in_person"}
#: default values, and values that mean “unknown”
NOT_STATED = {**DEFAULT_VALUES, "status": "unknown"}


class Coverage(NamedTuple):
    """How many facts a record states, and how many of them a source supports."""

    facts: int
    sourced: int


def fact_names(resource: type[SheetResource]) -> list[str]:
    """The names of the columns that state facts."""
    parts_of_figure = FIGURE_PARTS - {"value"} if "value" in resource.names() else frozenset()
    citation_parts = resource.citations.parts if resource.citations else ()
    return [
        column.name
        for column in resource.columns()
        if column.name not in NOT_FACTS | parts_of_figure
        and column not in citation_parts
        and not isinstance(column, Links)
        and (not column.is_related or isinstance(column, Participants))
    ]


def coverage(resource: type[SheetResource], cells: FlatRow) -> Coverage:
    facts = [
        name for name in resource.fact_names() if cells.get(name) and NOT_STATED.get(name) != cells[name]
    ]
    supported = supported_columns(cells)
    sourced = len(facts) if supported is None else sum(name in supported for name in facts)
    return Coverage(len(facts), sourced)


def supported_columns(cells: FlatRow) -> set[str] | None:
    """The columns for which a source is given; None where one supports the whole record."""
    sources = split(cells.get("source", ""))
    slots = split(cells.get("cited_fields", ""))
    if len(slots) < len(sources) or not all(slots):
        return None
    return {name.strip() for slot in slots for name in slot.split(",")}
