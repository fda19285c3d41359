"""What refers to a place, a person, a topic … and so keeps it from being deleted."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from relations.rows.resource import SheetResource

#: of each kind; a sentence that names more would not be read
MOST = 5


def referring_to(resource: type[SheetResource], keys: Collection[int]) -> list[str]:
    """What refers to one of these and is no part of its row, in words, at most MOST of each kind."""
    found = (name_of(one) for relation in relations_to(resource) for one in on(relation, keys))
    return sorted(set(found))


def relations_to(resource: type[SheetResource]) -> Iterator[Any]:
    """The relations of other models that lead here, apart from those whose objects belong to the row."""
    for relation in resource.model._meta.get_fields(include_hidden=True):
        if not relation.auto_created or relation.concrete or relation.name in resource.parts:
            continue
        # rows of an automatic link table are named by the model at its other end, those of a real model by that model
        through = relation.through if relation.many_to_many else relation.related_model
        if relation.many_to_many == bool(through._meta.auto_created):
            yield relation


def on(relation: Any, keys: Collection[int]) -> list[Any]:
    return list(relation.related_model._base_manager.filter(**{f"{relation.field.name}__in": keys})[:MOST])


def name_of(one: Any) -> str:
    """A participant is named by the record in which it takes part."""
    return str(getattr(one, "record", None) or one)
