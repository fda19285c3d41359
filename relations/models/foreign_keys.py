"""The record types as foreign keys of citations, participations, links and former keys.

A new type is one line here; its foreign keys, constraints, prefetches and reverse links are derived from it.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import models
from django.db.models import Q
from django.utils.functional import lazy

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

#: types with participants, by model name: {kind of link from this type: possible target types}
EVENTS: dict[str, dict[str, tuple[str, ...]]] = {
    "agreement": {
        **dict.fromkeys(("amends", "supersedes", "implements", "protocol_to", "cites"), ("agreement",)),
        "signed_at": ("forum", "visit"),
    },
    "forum": {},
    "visit": {"attended": ("forum",)},
    "project": {"about": ("agreement", "forum", "visit")},
}
EVENT_KEYS = tuple(EVENTS)
RECORD_KEYS = (*EVENT_KEYS, "observation")
PARTICIPANT_KEYS = ("place", "organization", "person")

#: links from every type to the event that bounds its date
TIME_LINKS: dict[str, tuple[str, ...]] = dict.fromkeys(("after", "before"), EVENT_KEYS)
#: {record type: {kind of link: possible target types}}
LINKS: dict[str, dict[str, tuple[str, ...]]] = {
    **{key: {**kinds, **TIME_LINKS} for key, kinds in EVENTS.items()},
    "observation": {"part_of": ("observation",), **TIME_LINKS},
}
#: the types at which links start, those to which links lead, and the pairs of both
LINK_STARTS = RECORD_KEYS
LINK_PAIRS = tuple(
    dict.fromkeys((start, end) for start, kinds in LINKS.items() for ends in kinds.values() for end in ends)
)
LINK_ENDS = tuple(key for key in RECORD_KEYS if key in {end for _start, end in LINK_PAIRS})
#: what a figure may be about
SUBJECT_KEYS = (*EVENT_KEYS, "organization")


def add_foreign_keys(
    model: type[models.Model],
    keys: Sequence[str],
    related_name: str,
    prefix: str = "",
    is_named: bool = False,
) -> None:
    """One nullable foreign key a record type: `<prefix><key>`; `is_named`: forms call it by the name of the type."""
    for key in keys:
        label: dict[str, Any] = {"verbose_name": verbose_name_of(key)} if is_named else {}
        field: models.ForeignKey[Any, Any] = models.ForeignKey(
            key, null=True, blank=True, on_delete=models.CASCADE, related_name=related_name, **label
        )
        field.contribute_to_class(model, f"{prefix}{key}")


def verbose_name_of(key: str) -> Any:
    """The name of a type; lazy, since a foreign key is defined before its model is loaded."""
    return lazy(lambda: str(apps.get_model("relations", key)._meta.verbose_name), str)()


def key_to(model: type[models.Model]) -> str:
    """The foreign key of other tables to a model, named after the model."""
    return str(model._meta.model_name)


def at_most_one(name: str, keys: Sequence[str], message: "StrPromise") -> models.CheckConstraint:
    """A CHECK that none or one of these foreign keys is set."""
    none = Q(**{f"{key}__isnull": True for key in keys})
    one = (Q(**{f"{other}__isnull": True for other in keys if other != key}) for key in keys)
    return models.CheckConstraint(
        name=name, condition=Q(none, *one, _connector=Q.OR), violation_error_message=message
    )


def exactly_one(name: str, keys: Sequence[str], message: "StrPromise") -> models.CheckConstraint:
    """A CHECK that exactly one of these foreign keys is set."""
    one_of_them = Q()
    for key in keys:
        one_of_them |= Q(**{f"{other}__isnull": other != key for other in keys})
    return models.CheckConstraint(name=name, condition=one_of_them, violation_error_message=message)
