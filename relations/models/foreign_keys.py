"""The record types as foreign keys: what citations, participations and links hang on."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


RECORD_KEYS = ("agreement", "forum", "visit", "observation")
EVENT_KEYS = ("agreement", "forum", "visit")
PARTICIPANT_KEYS = ("place", "organization", "person")


def key_to(model: type[models.Model]) -> str:
    """The foreign key by which other tables lead to a model: it is named as the model is."""
    return str(model._meta.model_name)


def exactly_one(name: str, keys: Sequence[str], message: "StrPromise") -> models.CheckConstraint:
    """A CHECK that exactly one of these foreign keys is set."""
    one_of_them = Q()
    for key in keys:
        one_of_them |= Q(**{f"{other}__isnull": other != key for other in keys})
    return models.CheckConstraint(name=name, condition=one_of_them, violation_error_message=message)
