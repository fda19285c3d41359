"""Queries and their candidates: exact names first, then near ones, each with what speaks for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any, NamedTuple

from relations.text.normalize import fold

from .kinds import Kind, description_of, key_of, name_of
from .properties import Property
from .tables import MOST_NEAR, Entry, MatchTable, table_of

#: the score of the name as it is, and the highest one of another
EXACT, ALMOST = 100.0, 99.0
#: what is left of the score where no property agrees
WITHOUT_AGREEMENT = 0.6
#: namesakes that are looked up for one text
MOST_NAMESAKES = 50
#: properties that say what an entity is called, for queries without a text
NAMING = ("key", "name_ru", "name_en", "other_names_ru", "other_names_en", "title", "url", "doi", "isbn")


@dataclass(frozen=True)
class Wanted:
    """A property with the values of which a candidate should have one."""

    property: Property
    values: tuple[str, ...]

    @cached_property
    def folded(self) -> frozenset[str]:
        return frozenset(filter(None, map(fold, self.values)))

    def agrees(self, entity: Any) -> bool:
        return not self.folded.isdisjoint(map(fold, self.property.spellings(entity)))


@dataclass(frozen=True)
class Query:
    """One name to be matched."""

    text: str
    limit: int
    #: any of these; all where there are none
    types: frozenset[str] = frozenset()
    wanted: tuple[Wanted, ...] = ()

    @property
    def name(self) -> str:
        """The text, else the value of a property that names."""
        named = (value for one in self.wanted if one.property.id in NAMING for value in one.values)
        return self.text or next(named, "")


class Likeness(NamedTuple):
    """How like a name is to that of an entity, from 0 to 100."""

    similarity: float
    is_exact: bool


@dataclass(frozen=True)
class Candidate:
    """An entity that a query may mean."""

    kind: Kind
    entity: Any
    likeness: Likeness
    #: {property: whether a value agrees}
    agreement: Mapping[str, bool]

    @property
    def score(self) -> float:
        disagreeing = sum(not agrees for agrees in self.agreement.values()) / (len(self.agreement) or 1)
        return round(self.likeness.similarity * (1 - disagreeing * (1 - WITHOUT_AGREEMENT)), 1)

    @property
    def is_certain(self) -> bool:
        return self.likeness.is_exact and all(self.agreement.values())

    def as_json(self, is_match: bool) -> dict[str, Any]:
        return {
            "id": key_of(self.entity),
            "name": name_of(self.entity),
            "description": description_of(self.kind, self.entity),
            "type": self.kind.types_of(self.entity),
            "score": self.score,
            "match": is_match,
            "features": list(self.features()),
        }

    def features(self) -> Iterable[dict[str, Any]]:
        yield {"id": "exact_name", "value": self.likeness.is_exact}
        yield {"id": "name_similarity", "value": self.likeness.similarity}
        yield from ({"id": f"property_{name}", "value": value} for name, value in self.agreement.items())


def answers(kind: Kind, queries: Mapping[str, Query]) -> dict[str, Any]:
    """{id of a query: its result}; the entities of all queries are fetched together."""
    table = table_of(kind)
    found = {name: likenesses(table, query) for name, query in queries.items()}
    entities = kind.public({pk for one in found.values() for pk in one})
    return {
        name: {"result": result(candidates(kind, query, found[name], entities), query.limit)}
        for name, query in queries.items()
    }


def likenesses(table: MatchTable, query: Query) -> dict[int, Likeness]:
    """{primary key: likeness} of what has the name or a near one, and one of the types."""
    if not query.name:
        return {}
    exact = [entry for entry in table.called(query.name) if is_of(entry, query, table.kind)]
    near = ((score, one) for score, one in table.near(query.name) if is_of(one, query, table.kind))
    found: dict[int, Likeness] = {}
    for score, entry in islice(near, MOST_NEAR):
        found.setdefault(entry.pk, Likeness(min(ALMOST, round(score * 100, 1)), False))
    return found | {entry.pk: Likeness(EXACT, True) for entry in exact[:MOST_NAMESAKES]}


def is_of(entry: Entry, query: Query, kind: Kind) -> bool:
    return not query.types or not query.types.isdisjoint((entry.type, str(kind.model._meta.model_name)))


def candidates(
    kind: Kind, query: Query, found: Mapping[int, Likeness], entities: Mapping[int, Any]
) -> list[Candidate]:
    """Those that readers may see, best first."""
    seen = [
        Candidate(kind, entities[pk], likeness, agreement_of(query, entities[pk]))
        for pk, likeness in found.items()
        if pk in entities
    ]
    return sorted(seen, key=lambda one: (-one.score, name_of(one.entity), key_of(one.entity)))


def agreement_of(query: Query, entity: Any) -> dict[str, bool]:
    return {one.property.id: one.agrees(entity) for one in query.wanted}


def result(ranked: list[Candidate], limit: int) -> list[dict[str, Any]]:
    """A match is the only candidate of which name and properties are certain."""
    certain = [one for one in ranked if one.is_certain]
    return [one.as_json(certain == [one]) for one in ranked[:limit]]
