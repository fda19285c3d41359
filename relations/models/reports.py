"""Model of error reports: what a reader has found wrong in a record or source, and what the editors answer."""

from datetime import timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .revisions import Revision
from .versions import Version

#: how long the address of a reader is kept after the answer
ADDRESS_KEPT = timedelta(days=90)
LONGEST_TEXT, LONGEST_EVIDENCE, LONGEST_ANSWER = 2000, 1000, 1000


class ErrorReportQuerySet(models.QuerySet["ErrorReport"]):
    def about(self, slug: str, pk: int) -> Self:
        return self.filter(type=slug, object_id=pk)

    def accepted(self) -> Self:
        return self.filter(status=ErrorReport.Status.ACCEPTED)

    def corrected(self) -> Self:
        """Those whose answers readers see: approved with the change that they name, or by themselves; newest first."""
        with_change = Q(revision__status=Revision.Status.APPROVED)
        alone = Q(change__isnull=False, approved_at__isnull=False)
        return self.accepted().filter(with_change | alone).order_by("-answered_at", "-pk")

    def to_approve(self) -> Self:
        """Those whose answers name a change that is public already, so that nobody has approved their words with it."""
        return self.accepted().filter(change__isnull=False, approved_at__isnull=True)

    def to_answer(self) -> Self:
        """Those without an answer, and those whose answer names a change that was discarded."""
        lapsed = Q(status=ErrorReport.Status.ACCEPTED, revision__status=Revision.Status.DISCARDED)
        return self.filter(Q(status=ErrorReport.Status.OPEN) | lapsed)

    def forget_addresses(self) -> int:
        """Deletes the addresses of readers whose reports were answered long enough ago; returns how many."""
        old = self.filter(answered_at__lte=timezone.now() - ADDRESS_KEPT).exclude(reply_to="")
        return old.update(reply_to="")


class ErrorReport(models.Model):
    """What a reader says is wrong. `column` is the fact, empty for the whole; `version` what the reader had seen.

    An accepted one names what corrects it: `change`, which readers see, or `revision`, which waits for approval.
    """

    class Status(models.TextChoices):
        OPEN = "open", _("not answered")
        ACCEPTED = "accepted", _("accepted")
        DECLINED = "declined", _("declined")

    type = models.CharField(_("type"), max_length=20, editable=False)
    object_id = models.BigIntegerField(editable=False)
    key = models.CharField(_("key"), max_length=100, editable=False)
    column = models.CharField(_("fact"), max_length=60, blank=True, editable=False)
    version = models.ForeignKey(
        Version, null=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )
    text = models.CharField(_("what is wrong"), max_length=LONGEST_TEXT)
    evidence = models.CharField(_("evidence"), max_length=LONGEST_EVIDENCE, blank=True)
    reply_to = models.EmailField(_("e-mail address for a reply"), blank=True)
    language = models.CharField(_("language"), max_length=2, editable=False)
    at = models.DateTimeField(_("received"), auto_now_add=True)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.OPEN)
    answer = models.CharField(_("answer"), max_length=LONGEST_ANSWER, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )
    answered_at = models.DateTimeField(_("answered"), null=True, editable=False)

    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )
    approved_at = models.DateTimeField(_("approved"), null=True, editable=False)

    change = models.ForeignKey(
        Version, null=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )
    revision = models.ForeignKey(
        Revision, null=True, on_delete=models.SET_NULL, related_name="answers", editable=False
    )

    objects = ErrorReportQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("error report"), _("error reports")
        default_permissions = ("view", "change")
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["type", "object_id", "status"], name="report_about"),
            models.Index(fields=["status", "at"], name="report_waiting"),
        ]
        constraints = [
            models.CheckConstraint(name="report_says_something", condition=~Q(text="")),
            models.CheckConstraint(
                name="report_answered_at_some_time",
                condition=Q(status="open", answered_at__isnull=True)
                | Q(status__in=("accepted", "declined"), answered_at__isnull=False) & ~Q(answer=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key}: {self.text[:60]}"

    @property
    def is_accepted(self) -> bool:
        return self.status == self.Status.ACCEPTED

    @property
    def is_corrected(self) -> bool:
        """Whether readers see the answer."""
        is_approved = self.revision is not None and self.revision.status == Revision.Status.APPROVED
        is_approved |= self.change_id is not None and self.approved_at is not None
        return self.status == self.Status.ACCEPTED and is_approved

    @property
    def waits_for_approval(self) -> bool:
        """Whether its answer names a public change, but nobody has approved its words."""
        return self.status == self.Status.ACCEPTED and bool(self.change_id) and not self.approved_at

    @property
    def address(self) -> str:
        """The address of the reader, as long as it may be kept."""
        is_over = self.answered_at and self.answered_at <= timezone.now() - ADDRESS_KEPT
        return "" if is_over else self.reply_to
