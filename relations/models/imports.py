from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class ImportBatch(models.Model):
    """One stored import of one sheet: who, when, which file, and what came of it."""

    type = models.CharField(_("type"), max_length=20)
    file = models.CharField(_("file"), max_length=300, blank=True)
    sha256 = models.CharField(_("fingerprint of the file"), max_length=64, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    created_at = models.DateTimeField(_("stored"), auto_now_add=True)
    rows = models.PositiveIntegerField(_("rows"), default=0)
    created = models.PositiveIntegerField(_("new"), default=0)
    updated = models.PositiveIntegerField(_("changed"), default=0)
    unchanged = models.PositiveIntegerField(_("already so"), default=0)
    report = models.JSONField(_("report"), default=dict)
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("undone by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    class Meta:
        verbose_name, verbose_name_plural = _("import"), _("imports")
        ordering = ["-pk"]

    def __str__(self):
        return f"№ {self.pk}, {self.file or self.type}"


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

    def __str__(self):
        return f"{self.type} {self.key}"


class KeptFile(models.Model):
    """An uploaded file between its preview and its confirmation; gone after either, or after a day."""

    name = models.CharField(max_length=32, unique=True)
    data = models.BinaryField()
    kept_at = models.DateTimeField(auto_now_add=True)

    def __str__(self):
        return self.name
