"""Model of versions: the row of a record before and after one change, with the time and the user."""

from django.conf import settings
from django.db import models

from relations.models.imports import ImportBatch


class Version(models.Model):
    """A record's flat row before and after one change; no `before`: it was created, no `after`: it was deleted."""

    type = models.CharField(max_length=20)
    object_id = models.BigIntegerField()
    key = models.CharField(max_length=100)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    reason = models.CharField(max_length=300, blank=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    batch = models.ForeignKey(ImportBatch, null=True, on_delete=models.PROTECT, related_name="versions")

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["type", "object_id", "-id"], name="version_newest")]

    def __str__(self) -> str:
        return f"{self.type} {self.key}"
