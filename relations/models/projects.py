"""Model of projects."""

from collections.abc import Iterable

from django.db import models
from django.utils.translation import gettext_lazy as _

from relations.values.period import Period

from .events import Event
from .fields import PeriodField


class Project(Event):
    """Something undertaken or kept up together: a plant, a branch of a university, a corridor, a programme, a body.

    `period` is its span, from start to end; `status_as_of` the date for which the source gives the status.
    """

    class ProjectType(models.TextChoices):
        INDUSTRIAL_PROJECT = "industrial_project", _("industrial project")
        FIELD_DEVELOPMENT = "field_development", _("development of a field")
        INDUSTRIAL_PARK = "industrial_park", _("industrial park")
        JOINT_PRODUCTION = "joint_production", _("joint production")
        SPECIAL_ECONOMIC_ZONE = "special_economic_zone", _("special economic zone")
        TRANSPORT_CORRIDOR = "transport_corridor", _("transport corridor or route")
        UNIVERSITY_BRANCH = "university_branch", _("branch of a university")
        COMPANY = "company", _("company at work")
        INSTITUTION = "institution", _("institution or standing body")
        PROGRAMME = "programme", _("programme of cooperation")
        SERVICE_CENTRE = "service_centre", _("service centre")
        MILITARY_BASE = "military_base", _("military base")
        INITIATIVE = "initiative", _("initiative or measure")

    class Status(models.TextChoices):
        PROPOSED = "proposed", _("proposed")
        PLANNED = "planned", _("planned")
        IN_PREPARATION = "in_preparation", _("in preparation")
        UNDER_CONSTRUCTION = "under_construction", _("under construction")
        OPERATING = "operating", _("operating")
        ONGOING = "ongoing", _("ongoing")
        SUSPENDED = "suspended", _("suspended")
        CLOSED = "closed", _("closed")
        UNKNOWN = "unknown", _("not stated by the sources")

    #: statuses of what has not begun
    NOT_YET = (Status.PROPOSED, Status.PLANNED, Status.IN_PREPARATION)
    IS_SPAN = True
    MUST_BE_CITED = ("status", "period", "places", "parties", "parent", "operators", "founders", "hosts")

    project_type = models.CharField(
        _("kind of project"), max_length=30, choices=ProjectType.choices, blank=True
    )
    status = models.CharField(_("status"), max_length=20, choices=Status.choices, default=Status.UNKNOWN)
    status_as_of = PeriodField(_("status as of"))

    class Meta(Event.Meta):
        verbose_name, verbose_name_plural = _("project"), _("projects")

    @property
    def has_happened(self) -> bool:
        return self.status not in self.NOT_YET

    def bound_by_sources(self, dates: Iterable[Period]) -> None:
        """What goes on may outlive every source that tells of it; only what is over is bounded by them."""
        super().bound_by_sources(dates if self.status == self.Status.CLOSED else ())
