"""Models of merging: two entities that are made one, and two that look alike and are not one."""

from collections.abc import Collection

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .imports import ImportBatch


class Merge(models.Model):
    """One of two entities of a type takes the place of the other; it may wait for approval, and be undone.

    `kept` and `merged` are primary keys, `base_kept` and `base_merged` the rows from which `row` was chosen.
    `moves` is what an undo needs: what was deleted, moved to the kept one or altered, as `revisions/moving.py` says.
    """

    class Status(models.TextChoices):
        OPEN = "open", _("proposed")
        DONE = "done", _("merged")
        DISCARDED = "discarded", _("discarded")
        UNDONE = "undone", pgettext_lazy("merge", "undone")

    type = models.CharField(max_length=20)
    kept = models.BigIntegerField()
    merged = models.BigIntegerField()
    kept_key = models.CharField(max_length=100)
    merged_key = models.CharField(max_length=100)
    base_kept = models.JSONField()
    base_merged = models.JSONField()
    row = models.JSONField()
    reason = models.CharField(_("reason"), max_length=300)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.OPEN)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("proposed by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    created_at = models.DateTimeField(_("proposed"), auto_now_add=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    undone_at = models.DateTimeField(null=True)
    batch = models.OneToOneField(ImportBatch, null=True, on_delete=models.PROTECT, related_name="merge")
    moves = models.JSONField(default=dict)

    class Meta:
        verbose_name, verbose_name_plural = _("merge"), _("merges")
        default_permissions = ()
        ordering = ["-pk"]
        indexes = [models.Index(fields=["type", "status"], name="merge_waiting")]
        constraints = [
            models.CheckConstraint(name="merge_of_two", condition=~Q(kept=F("merged"))),
            models.CheckConstraint(name="merge_has_a_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="merge_decided_at_some_time",
                condition=Q(status="open", decided_at__isnull=True)
                | ~Q(status="open") & Q(decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="merge_undone_at_some_time",
                condition=Q(status="undone", undone_at__isnull=False)
                | ~Q(status="undone") & Q(undone_at__isnull=True),
            ),
            models.UniqueConstraint(
                fields=["type", "merged"], condition=Q(status="open"), name="merge_waits_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.merged_key} → {self.kept_key}"


class Distinct(models.Model):
    """Two entities of a type look alike, but somebody has found that they are two; `first` < `second`."""

    type = models.CharField(max_length=20)
    first = models.BigIntegerField()
    second = models.BigIntegerField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name, verbose_name_plural = _("pair of different entities"), _("pairs of different entities")
        default_permissions = ()
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(name="distinct_in_order", condition=Q(first__lt=F("second"))),
            models.UniqueConstraint(fields=["type", "first", "second"], name="distinct_once"),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.first} ≠ {self.second}"


def distinct_pairs(slug: str, keys: Collection[int]) -> set[tuple[int, int]]:
    """The pairs of one of these and another one that somebody has found to be different, the lower key first."""
    found = Distinct.objects.filter(Q(first__in=keys) | Q(second__in=keys), type=slug)
    return set(found.values_list("first", "second"))


def distinct_from(slug: str, pk: int) -> set[int]:
    """The primary keys of those that somebody has found to be different from this one."""
    return {one for pair in distinct_pairs(slug, [pk]) for one in pair} - {pk}
