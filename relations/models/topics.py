"""Model of topics."""

from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from .named import Keyed, NamedQuerySet


class TopicQuerySet(NamedQuerySet["Topic"]):
    """Topics by their names."""


class Topic(Keyed):
    """A field of co-operation: trade, education, border co-operation."""

    objects: ClassVar = TopicQuerySet.as_manager()

    class Meta(Keyed.Meta):
        verbose_name, verbose_name_plural = _("topic"), _("topics")
        ordering = ["name_ru"]
