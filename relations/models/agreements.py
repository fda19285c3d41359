"""Model of agreements."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from relations.errors import Problem
from relations.values.period import Period

from .events import Event
from .fields import PeriodField
from .participations import COUNTED_AS_PARTIES, Participation
from .records import Record

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class Agreement(Event):
    """An instrument: a treaty, agreement, statement, programme, or the domestic act a record concerns.

    Terms: UN Treaty Collection glossary and the Vienna Convention on the Law of Treaties (1969). `adopted` fixes the
    text and is not consent; `status_in_law` is never the editorial state.
    """

    class InstrumentType(models.TextChoices):
        TREATY = "treaty", _("treaty")
        AGREEMENT = "agreement", _("agreement")
        CONVENTION = "convention", _("convention")
        PROTOCOL = "protocol", _("protocol")
        AMENDMENT = "amendment", _("amendment")
        EXCHANGE_OF_NOTES = "exchange_of_notes", _("exchange of notes")
        MEMORANDUM = "memorandum_of_understanding", _("memorandum of understanding")
        DECLARATION = "declaration", _("declaration")
        JOINT_STATEMENT = "joint_statement", _("joint statement")
        MINUTES = "minutes", _("minutes")
        PROGRAMME = "programme", _("programme")
        SISTER_CITIES = "sister_city_agreement", _("sister-city agreement")
        LAW_OR_CONCEPT = "law_or_concept", _("law or concept")

    class Level(models.TextChoices):
        INTERSTATE = "interstate", _("interstate")
        INTERGOVERNMENTAL = "intergovernmental", _("intergovernmental")
        INTERAGENCY = "interagency", _("interagency")
        INTERREGIONAL = "interregional", _("interregional")
        MUNICIPAL = "municipal", _("municipal")

    class Status(models.TextChoices):
        SIGNED = "signed", _("signed")
        PROVISIONAL = "provisionally_applied", _("provisionally applied")
        IN_FORCE = "in_force", _("in force")
        SUSPENDED = "suspended", _("suspended")
        EXPIRED = "expired", _("expired")
        TERMINATED = "terminated", _("terminated")
        SUPERSEDED = "superseded", _("superseded")
        PLANNED = "planned", _("planned")
        UNKNOWN = "unknown", _("not stated by the sources")

    MUST_BE_CITED = (
        "parties",
        "regions",
        "organizations",
        "date_signed",
        "date_in_force",
        "date_terminated",
        "status",
    )

    instrument_type = models.CharField(
        _("kind of instrument"), max_length=30, choices=InstrumentType.choices, blank=True
    )
    level = models.CharField(_("level"), max_length=20, choices=Level.choices, blank=True)
    status_in_law = models.CharField(
        _("status"), max_length=24, choices=Status.choices, default=Status.UNKNOWN
    )
    signed = PeriodField(_("signed"))
    adopted = PeriodField(
        _("adopted"),
        help_text=_("The date on which the text was adopted. Adoption is not consent to be bound."),
    )
    entered_into_force = PeriodField(_("in force since"))
    provisionally_applied = PeriodField(_("provisionally applied since"))
    terminated = PeriodField(_("terminated"))
    status_as_of = PeriodField(_("status as of"))

    class Meta(Event.Meta):
        verbose_name, verbose_name_plural = _("agreement"), _("agreements")
        constraints = [
            *Record.Meta.constraints,
            models.CheckConstraint(
                name="agreement_status_is_known",
                condition=Q(status_in_law__in=[
                    "signed", "provisionally_applied", "in_force", "suspended", "expired", "terminated", "superseded",
                    "planned", "unknown",
                ]),
            ),
        ]  # fmt: skip

    def derive(self) -> None:
        """The main date is the day of signature, else of adoption, else of entry into force."""
        dates = (self.signed, self.adopted, self.entered_into_force, self.provisionally_applied)
        self.period = next((date for date in dates if date), Period())
        super().derive()

    @property
    def has_happened(self) -> bool:
        return self.status_in_law != self.Status.PLANNED

    @property
    def is_domestic(self) -> bool:
        return self.instrument_type == self.InstrumentType.LAW_OR_CONCEPT

    def parties(self) -> list[Participation]:
        """Participations as signatory or party, in their order."""
        return [one for one in self.participations.all() if one.role in COUNTED_AS_PARTIES]

    @property
    def lateralism(self) -> str:
        """bilateral (two), plurilateral (three to five) or multilateral, by the number of parties; "" below two."""
        number = len(self.parties())
        if number < 2:
            return ""
        return "bilateral" if number == 2 else "plurilateral" if number <= 5 else "multilateral"

    def get_lateralism_display(self) -> "StrOrPromise":
        words = {
            "bilateral": _("bilateral"),
            "plurilateral": _("plurilateral"),
            "multilateral": _("multilateral"),
        }
        return words.get(self.lateralism, "")

    def participant_problems(self) -> list[Problem]:
        if self.is_domestic or (self.pk and len(self.parties()) >= 2):
            return []
        return [Problem("publish.parties", _("It has fewer than two parties."))]
