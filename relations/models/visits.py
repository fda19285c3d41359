"""Model of visits."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .events import Event


class Visit(Event):
    """A journey of visitors to hosts (CAMEO's directed pair), from and to places. `period` is that of the
    visit.
    """

    class Office(models.TextChoices):
        HEAD_OF_STATE = "head_of_state", _("head of state")
        HEAD_OF_GOVERNMENT = "head_of_government", _("head of government")
        FOREIGN_MINISTER = "foreign_minister", _("foreign minister")
        DEFENCE_MINISTER = "defence_minister", _("defence minister")
        OTHER_MINISTER = "other_minister", _("other minister")
        PARLIAMENT_SPEAKER = "parliament_speaker", _("speaker of parliament")
        REGIONAL_HEAD = "regional_head", _("head of a region")
        MAYOR = "mayor", _("mayor")
        DELEGATION = "delegation", _("delegation")

    class VisitType(models.TextChoices):
        STATE = "state", _("state visit")
        OFFICIAL = "official", _("official visit")
        WORKING = "working", _("working visit")
        OFFICIAL_WORKING = "official_working", _("official working visit")
        PRIVATE = "private", _("private visit")
        TRANSIT = "transit", _("transit stop")
        ON_MARGINS = "on_margins", _("on the margins of an event")

    class Format(models.TextChoices):
        IN_PERSON = "in_person", _("in person")
        ONLINE = "online", _("online")

    class VisitStatus(models.TextChoices):
        HELD = "held", _("held")
        PLANNED = "planned", _("planned")
        POSTPONED = "postponed", _("postponed")
        CANCELLED = "cancelled", _("cancelled")

    IS_SPAN = True
    MUST_BE_CITED = ("visitor", "date", "to_places", "visit_type")

    visitor_office = models.CharField(
        _("office of the visitor"), max_length=20, choices=Office.choices, blank=True
    )
    visit_type = models.CharField(_("kind of visit"), max_length=20, choices=VisitType.choices, blank=True)
    format = models.CharField(_("format"), max_length=10, choices=Format.choices, default=Format.IN_PERSON)
    visit_status = models.CharField(
        _("status"), max_length=10, choices=VisitStatus.choices, default=VisitStatus.HELD
    )

    class Meta(Event.Meta):
        verbose_name, verbose_name_plural = _("visit"), _("visits")

    @property
    def has_happened(self) -> bool:
        return self.visit_status == self.VisitStatus.HELD
