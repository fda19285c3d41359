"""Model of participations: which place, organisation or person takes part in a record, and in which role."""

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .fields import PeriodField
from .foreign_keys import EVENT_KEYS, PARTICIPANT_KEYS, add_foreign_keys, exactly_one
from .row_cache import refresh

if TYPE_CHECKING:
    from .events import Event
    from .organizations import Organization
    from .people import Person
    from .places import Place


class Role(models.TextChoices):
    PARTY = "party", _("party")
    SIGNATORY = "signatory", _("signatory")
    DEPOSITARY = "depositary", _("depositary")
    SIGNER = "signer", _("signed by")
    PLACE_OF_SIGNATURE = "place_of_signature", _("place of signature")
    LOCATION = "location", _("place")
    PARTICIPANT = "participant", _("participant")
    ORGANIZER = "organizer", _("organiser")
    VISITOR = "visitor", _("visitor")
    HOST = "host", _("host")
    ORIGIN = "origin", _("from")
    DESTINATION = "destination", _("to")
    PARENT = "parent", _("parent organisation")
    OPERATOR = "operator", _("operator")
    FOUNDER = "founder", _("founder")
    INVESTOR = "investor", _("investor")
    CONTRACTOR = "contractor", _("contractor")
    BENEFICIARY = "beneficiary", _("beneficiary")


COUNTED_AS_PARTIES = (Role.PARTY, Role.SIGNATORY)
#: a treaty signed in Minsk does not concern Belarus
NOT_INVOLVED = (Role.PLACE_OF_SIGNATURE, Role.DEPOSITARY)


class ParticipationStatus(models.TextChoices):
    """What has become of one party’s participation, whatever has become of the instrument."""

    ACTIVE = "active", _("active")
    SUSPENDED = "suspended", _("suspended")
    WITHDREW = "withdrew", _("withdrew")
    ACCEDED = "acceded", _("acceded")


STATUS_OF_A_PARTY = _("Only a party or a signatory has a status, and a date needs one.")


class Participation(models.Model):
    """One place, organisation or person in one role in one record of a type that has participants."""

    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    place = models.ForeignKey(
        "Place",
        verbose_name=_("place"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="participations",
    )
    organization = models.ForeignKey(
        "Organization", verbose_name=_("organisation"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="participations",
    )  # fmt: skip
    person = models.ForeignKey(
        "Person",
        verbose_name=_("person"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="participations",
    )
    status = models.CharField(
        _("status of participation"), max_length=10, choices=ParticipationStatus.choices, blank=True
    )
    status_date = PeriodField(_("date of that status"))
    position = models.PositiveSmallIntegerField(default=0, editable=False)

    class Meta:
        verbose_name, verbose_name_plural = _("participant"), _("participants")
        ordering = ["position", "pk"]
        constraints = [
            exactly_one(
                "participation_in_exactly_one_record",
                EVENT_KEYS,
                _("A participant must belong to exactly one record."),
            ),
            exactly_one(
                "participation_of_exactly_one",
                PARTICIPANT_KEYS,
                _("Choose exactly one: a place, an organisation or a person."),
            ),
            models.CheckConstraint(name="participation_role_is_known", condition=Q(role__in=Role.values)),
            models.CheckConstraint(
                name="participation_status_is_of_a_party",
                condition=Q(status="", status_date="") | (Q(role__in=["party", "signatory"]) & ~Q(status="")),
                violation_error_message=STATUS_OF_A_PARTY,
            ),
            # NULLs differ from each other, so each constraint applies only where both keys are set.
            *(
                models.UniqueConstraint(
                    fields=[event, who, "role"],
                    name=f"{event}_{who}_once_in_a_role",
                    violation_error_message=_("The same participant appears twice in the same role."),
                )
                for event in EVENT_KEYS
                for who in PARTICIPANT_KEYS
            ),
        ]

    def __str__(self) -> str:
        return str(self.who)

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        if self.record:
            refresh([self.record])

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        record, deleted = self.record, super().delete(*args, **kwargs)
        if record:
            refresh([record])
        return deleted

    @property
    def record(self) -> "Event | None":
        return next((getattr(self, key) for key in EVENT_KEYS if getattr(self, f"{key}_id")), None)

    @property
    def who(self) -> "Place | Organization | Person | None":
        """The place, organisation or person; None on an unfinished form."""
        return next((getattr(self, key) for key in PARTICIPANT_KEYS if getattr(self, f"{key}_id")), None)

    @property
    def country(self) -> "Place | None":
        """The country that the participant belongs to; None where unknown or a group."""
        place = self.place or getattr(self.who, "place", None)
        return place.country if place else None


add_foreign_keys(Participation, EVENT_KEYS, related_name="participations")
