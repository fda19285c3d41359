"""Models of import batches, their lines and their uploaded files."""

from typing import Any, Protocol

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _


class Counts(Protocol):
    """What a batch keeps of the report of its import."""

    rows: int
    created: int
    updated: int
    proposed: int
    unchanged: int

    def as_json(self, most: int | None = None) -> dict[str, Any]: ...


class ImportBatch(models.Model):
    """One import of one sheet since its upload: who, when, which file, with what result, and how to undo it."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("waiting")
        MAPPING = "mapping", _("awaiting answers about its columns")
        READING = "reading", _("being read")
        REFUSED = "refused", _("with errors, not stored")
        PREVIEWED = "previewed", _("awaiting confirmation")
        STORING = "storing", _("being stored")
        STORED = "stored", _("stored")
        STALE = "stale", _("out of date, not stored")
        CANCELLED = "cancelled", pgettext_lazy("import", "cancelled")
        FAILED = "failed", _("failed")

    #: a user or a worker is about to act on it
    UNDER_WAY = (Status.WAITING, Status.READING, Status.STORING)

    type = models.CharField(_("type"), max_length=20)
    file = models.CharField(_("file"), max_length=300, blank=True)
    sheet = models.CharField(_("sheet"), max_length=300, blank=True)
    #: of a text file, where somebody has chosen it
    encoding = models.CharField(max_length=20, blank=True, editable=False)
    sha256 = models.CharField(_("checksum of the file"), max_length=64, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("uploaded by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.STORED)
    only_good = models.BooleanField(_("only the rows without errors"), default=False)
    #: the fingerprint of file and register at the preview
    seen = models.CharField(max_length=64, blank=True, editable=False)
    created_at = models.DateTimeField(_("uploaded"), auto_now_add=True)
    stored_at = models.DateTimeField(_("stored"), null=True, blank=True)
    #: how its table is read (mapping.recipe), and what its rows look like (mapping.sample); empty where it is ours
    recipe = models.JSONField(default=dict, editable=False)
    table = models.JSONField(default=dict, editable=False)
    #: {key: what becomes of a row that looks like a record (imports.decisions), with its line in the preview}
    decisions = models.JSONField(default=dict, editable=False)
    rows = models.PositiveIntegerField(_("rows"), default=0)
    created = models.PositiveIntegerField(_("new"), default=0)
    updated = models.PositiveIntegerField(_("changed"), default=0)
    unchanged = models.PositiveIntegerField(_("unchanged"), default=0)
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
        constraints = [
            models.CheckConstraint(
                name="import_undone_only_if_stored", condition=Q(undone_at__isnull=True) | Q(status="stored")
            )
        ]

    def __str__(self) -> str:
        return gettext("No. %(number)s, %(file)s") % {"number": self.pk, "file": self.file or self.type}

    @property
    def proposed(self) -> int:
        """How many of the changed rows are of public records, whose changes wait for approval once stored."""
        return int(self.report.get("proposed", 0))

    @property
    def is_under_way(self) -> bool:
        return self.status in self.UNDER_WAY

    def take_over(self, report: Counts) -> None:
        """The counts of a report, and no more findings than a page can show."""
        for name in ("rows", "created", "updated", "unchanged"):
            setattr(self, name, getattr(report, name))
        self.report = {**self.report, **report.as_json(MOST_FINDINGS)}

    def count_stored(self, report: Counts) -> None:
        """Marks the batch as stored, provided the database has as many versions as the report counts."""
        stored = self.versions.filter(type=self.type).count()
        if stored != report.created + report.updated:
            raise RuntimeError(
                f"{stored} rows were stored, but {report.created + report.updated} were expected"
            )
        self.take_over(report)
        self.status, self.stored_at = self.Status.STORED, timezone.now()
        self.save()


MOST_FINDINGS = 1000


class ImportRecipe(models.Model):
    """All answers about the tables of one producer, kept by name and offered for files with the same headings."""

    name = models.CharField(_("name"), max_length=200, unique=True)
    type = models.CharField(_("type"), max_length=20)
    producer = models.CharField(_("producer"), max_length=200, blank=True)
    content = models.JSONField(_("answers"), default=dict)
    #: of the headings, so that a file with the same ones is recognised
    headings_sha256 = models.CharField(max_length=64, db_index=True, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("saved by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    updated_at = models.DateTimeField(_("saved"), auto_now=True)

    class Meta:
        verbose_name, verbose_name_plural = _("recipe"), _("recipes")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class ImportLine(models.Model):
    """One line of a preview: a row, or all findings of one cause. Deleted once the import is stored, or after a day."""

    class Tab(models.TextChoices):
        ERRORS = "errors", _("errors")
        DUPLICATES = "duplicates", _("possible duplicates")
        WARNINGS = "warnings", _("warnings")
        NEW = "new", _("new")
        CHANGED = "changed", _("changed")
        UNCHANGED = "unchanged", _("unchanged")

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="lines")
    tab = models.CharField(max_length=10, choices=Tab.choices)
    position = models.PositiveIntegerField()
    content = models.JSONField()

    class Meta:
        ordering = ["position"]
        indexes = [models.Index(fields=["batch", "tab", "position"], name="line_of_an_import")]

    def __str__(self) -> str:
        return f"{self.batch_id} {self.tab} {self.position}"


class KeptFile(models.Model):
    """An uploaded file, kept in the database for all servers until its rows are stored, or for a day."""

    batch = models.OneToOneField(ImportBatch, on_delete=models.CASCADE, related_name="kept_file")
    data = models.BinaryField()
    kept_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return str(self.batch)
