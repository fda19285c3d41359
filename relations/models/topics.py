from django.utils.translation import gettext_lazy as _

from .named import Keyed


class Topic(Keyed):
    """A field of co-operation: trade, education, border co-operation."""

    class Meta:
        verbose_name, verbose_name_plural = _("topic"), _("topics")
        ordering = ["name_ru"]
