"""Which records rest on a place, a person, a source …: those that show it."""

from collections.abc import Sequence
from typing import Any

from django.db import models
from django.db.models import Q

from .foreign_keys import EVENT_KEYS, key_to

#: by the model of the entity: paths from events to it as a participant, directly or through its place
PARTICIPANT_PATHS = {
    "place": (
        "participations__place",
        "participations__organization__place",
        "participations__person__place",
    ),
    "organization": ("participations__organization",),
    "person": ("participations__person",),
}
#: paths from any record to the sources that it cites
CITED = ("citations__source", "citations__quoted_in")


def paths_to(entity_model: type[models.Model], record_model: type[models.Model]) -> list[str]:
    """The look-up paths from records of one type to an entity: own foreign keys, participants, citations."""
    entity = key_to(entity_model)
    if entity == "source":
        return list(CITED)
    own = [
        field.name
        for field in record_model._meta.get_fields()
        if field.related_model is entity_model and not field.auto_created
    ]
    return [*own, *(PARTICIPANT_PATHS.get(entity, ()) if key_to(record_model) in EVENT_KEYS else ())]


def resting_on(entity_model: type[models.Model], record_model: type[models.Model], keys: Any) -> Q:
    """The condition that a record shows one of these entities; never true where no path leads to them."""
    paths = paths_to(entity_model, record_model)
    return Q(*((f"{path}__in", keys) for path in paths), _connector=Q.OR) if paths else Q(pk__in=[])


def keys_of(records: Sequence[models.QuerySet[Any]]) -> dict[type[models.Model], list[int]]:
    """{model: primary keys} of query sets of several models, each key once, in one statement."""
    parts = [one.order_by().values_list(models.Value(rank), "pk") for rank, one in enumerate(records)]
    found: dict[type[models.Model], list[int]] = {}
    for rank, pk in parts[0].union(*parts[1:]):
        found.setdefault(records[rank].model, []).append(pk)
    return found
