"""Models of revisions: a proposed row of a public record, and the approvals that it has."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .imports import ImportBatch


class Revision(models.Model):
    """A change of a public record that waits for approval; readers see the published row until then.

    `base` is the published row from which it was made, `row` the proposed one.
    """

    class Status(models.TextChoices):
        OPEN = "open", _("proposed")
        SENT_BACK = "sent_back", _("sent back")
        APPROVED = "approved", _("approved")
        DISCARDED = "discarded", _("discarded")

    #: not decided yet
    PENDING = (Status.OPEN, Status.SENT_BACK)

    type = models.CharField(max_length=20)
    object_id = models.BigIntegerField()
    key = models.CharField(max_length=100)
    base = models.JSONField()
    row = models.JSONField()
    #: cited places that somebody says support the proposed row, each as a list
    confirmed = models.JSONField(default=list)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.OPEN)
    reason = models.CharField(_("reason for the change"), max_length=300, blank=True)
    comment = models.CharField(_("comment of the reviewer"), max_length=1000, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("proposed by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    batch = models.ForeignKey(ImportBatch, null=True, on_delete=models.PROTECT, related_name="revisions")
    created_at = models.DateTimeField(_("proposed"), auto_now_add=True)
    changed_at = models.DateTimeField(_("changed"), auto_now=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name, verbose_name_plural = _("proposed change"), _("proposed changes")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["status", "-changed_at"], name="revision_waiting")]
        constraints = [
            models.UniqueConstraint(
                fields=["type", "object_id"],
                condition=Q(status__in=("open", "sent_back"), batch__isnull=True),
                name="revision_one_pending_a_record",
            ),
            models.UniqueConstraint(fields=["batch", "type", "object_id"], name="revision_once_an_import"),
            models.CheckConstraint(
                name="revision_decided_by_somebody_at_some_time",
                condition=Q(status__in=("open", "sent_back"), decided_at__isnull=True)
                | Q(status__in=("approved", "discarded"), decided_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.key}"

    @property
    def is_pending(self) -> bool:
        return self.status in self.PENDING


class Approval(models.Model):
    """Somebody who may publish has approved exactly this row of a record."""

    type = models.CharField(max_length=20)
    object_id = models.BigIntegerField()
    #: the fingerprint of the row
    row = models.CharField(max_length=64)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["type", "object_id", "row", "user"], name="approval_once_a_user")
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.object_id}: {self.user_id}"
