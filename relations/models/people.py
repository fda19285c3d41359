"""Model of people."""

from typing import ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from .fields import PeriodField
from .named import Keyed, ParticipantQuerySet
from .places import Place


class PersonQuerySet(ParticipantQuerySet["Person"]):
    """People by their names."""

    def for_row(self) -> Self:
        return self.select_related("place")


class Person(Keyed):
    """A person who signs, visits, hosts or takes part, with the office that the sources give."""

    place = models.ForeignKey(
        Place, verbose_name=_("country"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    office_ru = models.CharField(_("office in Russian"), max_length=300, blank=True)
    office_en = models.CharField(_("office in English"), max_length=300, blank=True)
    in_office = PeriodField(_("in this office"), help_text=_("From when to when, such as 2016-12-14/.."))

    objects: ClassVar = PersonQuerySet.as_manager()

    class Meta(Keyed.Meta):
        verbose_name, verbose_name_plural = _("person"), _("people")
        ordering = ["name_ru"]
