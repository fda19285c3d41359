"""Models of forums and forum series."""

from collections.abc import Iterable, Iterator
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from relations.values.ordinals import ordinals, roman

from .events import Event, EventQuerySet
from .named import Keyed, Named, NamedQuerySet
from .records import Record


class EventType(models.TextChoices):
    INTERREGIONAL_FORUM = "interregional_forum", _("interregional forum")
    INTERPARLIAMENTARY_FORUM = "interparliamentary_forum", _("interparliamentary forum")
    MINISTERIAL_MEETING = "ministerial_meeting", _("ministerial meeting")
    COMMISSION = "intergovernmental_commission", _("intergovernmental commission")
    ECONOMIC_FORUM = "economic_forum", _("economic forum")
    SUMMIT = "summit", _("summit")
    CONGRESS = "congress", _("congress")
    CONFERENCE = "conference", _("conference")
    DAYS_OF_CULTURE = "days_of_culture", _("days of culture")
    OTHER = "other_event", _("other event")


class SeriesQuerySet(NamedQuerySet["ForumSeries"]):
    def public(self) -> Self:
        """Series of which an edition is published."""
        return self.filter(pk__in=Forum.objects.published().values("series"))


class ForumSeries(Keyed):
    """A recurring forum (schema.org EventSeries); it may have gaps: a sixth edition known without the first five."""

    event_type = models.CharField(_("kind of event"), max_length=30, choices=EventType.choices)

    objects: ClassVar = SeriesQuerySet.as_manager()

    class Meta(Keyed.Meta):
        verbose_name, verbose_name_plural = _("forum series"), _("series of forums")
        ordering = ["name_ru"]


class ForumQuerySet(EventQuerySet["Forum"]):
    """Forums, with the series by whose names they are found."""

    def for_row(self) -> Self:
        return super().for_row().select_related("series")


class Forum(Event):
    """One edition of a forum, congress, commission or conference (schema.org Event)."""

    class EventStatus(models.TextChoices):
        HELD = "held", _("held")
        PLANNED = "planned", _("planned")
        POSTPONED = "postponed", _("postponed")
        CANCELLED = "cancelled", _("cancelled")

    IS_SPAN = True
    MUST_BE_CITED = ("date", "places", "participants", "edition")

    series = models.ForeignKey(
        ForumSeries,
        verbose_name=_("series"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="editions",
    )
    edition_number = models.PositiveSmallIntegerField(_("edition"), null=True, blank=True)
    event_type = models.CharField(
        _("kind of event"), max_length=30, choices=EventType.choices, default=EventType.OTHER
    )
    event_status = models.CharField(
        _("status"), max_length=10, choices=EventStatus.choices, default=EventStatus.HELD
    )

    objects: ClassVar = ForumQuerySet.as_manager()

    class Meta(Event.Meta):
        verbose_name, verbose_name_plural = _("forum"), _("forums")
        constraints = [
            *Record.Meta.constraints,
            models.UniqueConstraint(
                fields=["series", "edition_number"],
                name="forum_edition_once_in_a_series",
                violation_error_message=_("This series already has an edition with this number."),
            ),
            models.CheckConstraint(
                name="forum_edition_counts_from_one",
                condition=Q(edition_number__isnull=True) | Q(edition_number__gte=1),
            ),
        ]

    @property
    def has_happened(self) -> bool:
        return self.event_status == self.EventStatus.HELD

    def searchable(self, topics: Iterable[Named] = (), participants: Iterable[Named] = ()) -> Iterator[str]:
        yield from super().searchable(topics, participants)
        if self.series:
            yield self.series.folded_names
        if self.edition_number:
            yield f"{self.edition_number} {roman(self.edition_number)} {self.edition_number}th"
            yield from ordinals(self.edition_number)
