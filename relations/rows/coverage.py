"""Coverage: how many facts of a record have a source, and how good it is, computed from its stored row.

A fact is a column that the record page shows with a value; the parts of a figure are one fact. A citation of the whole
record supports all of them, one of single columns those alone. A fact is identified if a reader can find a work that
supports it, and corroborated if two independent sources do.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

from relations.models import Citation
from relations.models.sources import UNKNOWN_WORK
from relations.text.cell_syntax import split

from .related_columns import Links, Participants

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from relations.models.row_cache import FlatRow
    from relations.models.sources import Work

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
    "scope",
    "notes",
    "not_before",
    "not_before_reason",
    "not_after",
    "not_after_reason",
    "comment_ru",
    "comment_en",
    "definition_ru",
    "definition_en",
}
#: the columns that make up one figure
FIGURE_PARTS = {
    "value",
    "value_to",
    "qualifier",
    "direction",
    "unit",
    "unit_mult",
    "measure",
    "wording_ru",
    "wording_en",
}
#: the columns by which citations support facts
CITATION_CELLS = ("source", "cited_fields", "quoted_in", "confidence")
#: default values, which are not facts
DEFAULT_VALUES = {"obs_status": "A", "rank": "normal", "format": "in_person", "visit_status": "held"}
#: default values, and values that mean “unknown”
NOT_STATED = {**DEFAULT_VALUES, "status": "unknown"}


class Coverage(NamedTuple):
    """How many facts a record states, and how many of them have a source, a findable one, two independent ones."""

    facts: int = 0
    sourced: int = 0
    identified: int = 0
    corroborated: int = 0


class Support(NamedTuple):
    """What one citation supports: `columns`, None for the whole record; `origins`: its source and what that quotes."""

    source: str
    columns: frozenset[str] | None
    is_doubtful: bool
    origins: frozenset[str]

    def is_of(self, column: str) -> bool:
        return self.columns is None or column in self.columns


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


def facts_stated(resource: type[SheetResource], cells: FlatRow) -> list[str]:
    """The columns of the facts that a row states."""
    return [name for name in resource.fact_names() if is_stated(name, cells.get(name, ""))]


def is_stated(name: str, cell: str) -> bool:
    """Whether a cell says something that a source can support: no default value, and not that nothing is known."""
    return bool(cell) and NOT_STATED.get(name) != cell


def facts_without_source(resource: type[SheetResource], cells: FlatRow) -> list[str]:
    """The columns of the facts that no citation of the row supports."""
    supports = supports_of(*(cells.get(name, "") for name in CITATION_CELLS))
    return [name for name in facts_stated(resource, cells) if not any(one.is_of(name) for one in supports)]


def needing_source(resource: type[SheetResource], cells: FlatRow) -> list[str]:
    """Those of them without which a record is not published: the same as `Record.citation_problems` names."""
    uncited = facts_without_source(resource, cells)
    return [name for name in resource.model.MUST_BE_CITED if name in uncited]


def coverage(resource: type[SheetResource], cells: FlatRow, works: Mapping[str, Work]) -> Coverage:
    """`works` is what is known of the sources by their keys."""
    facts = facts_stated(resource, cells)
    supports = supports_of(*(cells.get(name, "") for name in CITATION_CELLS))
    if all(one.columns is None for one in supports):  # then all facts are sourced alike
        return Coverage(len(facts), *(len(facts) * is_so for is_so in judged(supports, works)))
    found = [judged([one for one in supports if one.is_of(fact)], works) for fact in facts]
    return Coverage(len(facts), *map(sum, zip(*found, strict=True))) if facts else Coverage()


def judged(supports: Sequence[Support], works: Mapping[str, Work]) -> tuple[bool, bool, bool]:
    """Whether a fact with these citations is sourced, identified, corroborated."""
    is_identified = any(works.get(one.source, UNKNOWN_WORK).is_identified for one in supports)
    return bool(supports), is_identified, is_corroborated(supports, works)


def is_corroborated(supports: Sequence[Support], works: Mapping[str, Work]) -> bool:
    """Whether two of these are independent: neither quotes the other or the same work, and no author is in both."""
    sure = [one for one in supports if not one.is_doubtful]
    return any(
        one.origins.isdisjoint(other.origins) and authors_of(one, works).isdisjoint(authors_of(other, works))
        for one, other in combinations(sure, 2)
    )


def authors_of(support: Support, works: Mapping[str, Work]) -> frozenset[str]:
    return frozenset().union(*(works.get(key, UNKNOWN_WORK).authors for key in support.origins))


@lru_cache(maxsize=10_000)
def supports_of(source: str, cited_fields: str, quoted_in: str, confidence: str) -> tuple[Support, ...]:
    """The citations of a row, each with everything that its source quotes anywhere in the row."""
    sources = split(source)
    fields, quoted, doubts = (values_of(cell, len(sources)) for cell in (cited_fields, quoted_in, confidence))
    origins: dict[str, set[str]] = {}
    for key, original in zip(sources, quoted, strict=True):
        origins.setdefault(key, {key}).update(filter(None, [original]))
    return tuple(
        Support(key, columns_of(field), doubt == Citation.Confidence.LOW, frozenset(origins[key]))
        for key, field, doubt in zip(sources, fields, doubts, strict=True)
    )


def values_of(cell: str, number: int) -> list[str]:
    """One of the parallel lists, with an empty value for each citation that it leaves out."""
    values = split(cell)
    return [*values, *[""] * (number - len(values))][:number]


def columns_of(field: str) -> frozenset[str] | None:
    """The columns for which a source is given; None where it supports the whole record."""
    names = {name.strip() for name in field.split(",")}
    return None if "" in names else frozenset(names)
