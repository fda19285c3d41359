"""Model of organisations."""

from typing import ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from .named import Keyed, ParticipantQuerySet
from .places import Place


class OrganizationQuerySet(ParticipantQuerySet["Organization"]):
    """Organisations by their names."""

    def for_row(self) -> Self:
        return self.select_related("place")


class Organization(Keyed):
    """A ministry, parliament, commission, company or international organisation that takes part in records."""

    place = models.ForeignKey(
        Place, verbose_name=_("place"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects: ClassVar = OrganizationQuerySet.as_manager()

    class Meta(Keyed.Meta):
        verbose_name, verbose_name_plural = _("organisation"), _("organisations")
        ordering = ["name_ru"]
