"""What pages show without its being part of a record says by itself that it has changed."""

from typing import Any

from django.apps import apps
from django.db.models import Model
from django.db.models.signals import post_delete, post_save

from .data_changes import DataChange
from .link_checks import LinkCheck
from .named import Named
from .reports import ErrorReport

SHOWN_ALONE: tuple[type[Model], ...] = (LinkCheck, ErrorReport)


def say_changes() -> None:
    for model in SHOWN_ALONE:
        post_save.connect(say, model)
        post_delete.connect(say, model)
    # A place is shown even where no record names it; refresh() records when one is saved. A receiver for all models
    # would stop Django from deleting their rows in one statement.
    for model in apps.get_models():
        if issubclass(model, Named):
            post_delete.connect(say, model)


def say(instance: Model, **kwargs: Any) -> None:
    DataChange.objects.add({type(instance): [instance.pk]})
