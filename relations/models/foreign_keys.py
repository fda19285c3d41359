"""The record types as foreign keys: what citations, participations and links hang on."""

from django.db import models
from django.db.models import Q

RECORD_KEYS = ("agreement", "forum", "visit", "observation")
EVENT_KEYS = ("agreement", "forum", "visit")
PARTICIPANT_KEYS = ("place", "organization", "person")


def exactly_one(name, keys, message):
    """A CHECK that exactly one of these foreign keys is set."""
    one_of_them = Q()
    for key in keys:
        one_of_them |= Q(**{f"{other}__isnull": other != key for other in keys})
    return models.CheckConstraint(name=name, condition=one_of_them, violation_error_message=message)
