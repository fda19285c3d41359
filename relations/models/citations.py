"""Model of citations: which source supports which record or column; a published record keeps at least one."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Self

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from relations.errors import Problem

from .foreign_keys import RECORD_KEYS, add_foreign_keys, exactly_one, key_to
from .row_cache import refresh
from .states import State

if TYPE_CHECKING:
    from .records import Record


#: the permission to write quotations
QUOTE = "relations.quote_sources"


class CitationQuerySet(models.QuerySet["Citation"]):
    def of_published(self) -> Self:
        return self.filter(Q(*((f"{key}__state", "published") for key in RECORD_KEYS), _connector=Q.OR))

    def update(self, **values: Any) -> int:
        if set(values) & {*RECORD_KEYS, "source"}:
            raise Problem("citation.by_save", _("A citation is moved with save(), never by update()."))
        return super().update(**values)

    def delete(self) -> tuple[int, dict[str, int]]:
        """Deletes, then updates counts; raises if a published record would lose its last source."""
        owners = {citation.record for citation in self.select_related(*RECORD_KEYS)}
        with self.model.guarded(owners):
            return self.delete_unguarded()

    def delete_unguarded(self) -> tuple[int, dict[str, int]]:
        """Deletes for a caller who writes other citations in the same keep_cited() block."""
        return super().delete()

    for method in (delete, delete_unguarded):
        method.alters_data = method.queryset_only = True  # type: ignore[attr-defined]  # as Django marks its own
    del method


class Citation(models.Model):
    """One source, at one locator, supporting one record or one field of it."""

    class Locator(models.TextChoices):
        PAGE = "page", _("page")
        PARAGRAPH = "paragraph", _("paragraph")
        ARTICLE = "article", _("article")
        LINE = "line", _("line")
        FOOTNOTE = "footnote", _("footnote")
        SHEET_ROW = "sheet-row", _("sheet row")
        SECTION = "section", _("section")

    class Confidence(models.TextChoices):
        HIGH = "high", _("high")
        MEDIUM = "medium", _("medium")
        LOW = "low", _("low")

    source = models.ForeignKey(
        "Source", verbose_name=_("source"), on_delete=models.PROTECT, related_name="citations"
    )
    field = models.CharField(
        _("what it supports"),
        max_length=40,
        blank=True,
        help_text=_("If left empty, the citation supports the whole record."),
    )
    locator_label = models.CharField(
        _("place in the source"), max_length=12, choices=Locator.choices, blank=True
    )
    locator = models.CharField(_("number or heading"), max_length=200, blank=True)
    quoted_in = models.ForeignKey(
        "Source",
        verbose_name=_("original source"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="quoted_citations",
        help_text=_("The work that the source itself cites for this fact, for example in a footnote."),
    )
    confidence = models.CharField(
        _("confidence"), max_length=6, choices=Confidence.choices, default=Confidence.HIGH
    )
    quotation = models.CharField(
        _("quotation"),
        max_length=300,
        blank=True,
        help_text=_("A short quotation from the source, if the register may reproduce it."),
    )
    quotation_language = models.CharField(
        _("language of the quotation"),
        max_length=20,
        blank=True,
        help_text=_("ru, en, …; if left empty, that of the source."),
    )
    note_ru = models.CharField(_("doubt or note, in Russian"), max_length=500, blank=True)
    note_en = models.CharField(_("doubt or note, in English"), max_length=500, blank=True)
    position = models.PositiveSmallIntegerField(default=0, editable=False)

    objects = CitationQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("citation"), _("citations")
        permissions = [("quote_sources", _("Can quote sources"))]
        ordering = ["position", "pk"]
        constraints = [
            exactly_one(
                "citation_of_exactly_one_record",
                RECORD_KEYS,
                _("A citation must support exactly one record."),
            ),
            # NULLs differ from each other, so each constraint applies only to its own record type.
            *(
                models.UniqueConstraint(
                    key,
                    "source",
                    "locator_label",
                    "locator",
                    "field",
                    Coalesce("quoted_in", 0),
                    name=f"citation_once_per_{key}",
                    violation_error_message=_(
                        "The same place in this source is cited twice for the same fact."
                    ),
                )
                for key in RECORD_KEYS
            ),
        ]

    def __str__(self) -> str:
        """Names the record too: it is what the admin lists when a source in use is to be deleted."""
        return ": ".join(str(part) for part in (self.record, self.source, self.where) if part)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Updates the source count of its record, and of the record it was moved from."""
        before = (
            type(self).objects.filter(pk=self.pk).select_related(*RECORD_KEYS).first() if self.pk else None
        )
        with self.guarded({self.record, before.record if before else None}):
            super().save(*args, **kwargs)

    @property
    def record(self) -> "Record | None":
        return next((getattr(self, key) for key in RECORD_KEYS if getattr(self, f"{key}_id")), None)

    @property
    def where(self) -> str:
        """«абзац 36» / "paragraph 36"; the locator alone where it has no label."""
        return f"{self.get_locator_label_display()} {self.locator}".strip()

    @property
    def language_of_quotation(self) -> str:
        """The language of the quotation: unless another is given, that of the source."""
        return self.quotation_language or self.source.language

    def clean(self) -> None:
        if self.locator_label and not self.locator:
            raise ValidationError({"locator": _("Enter the number or the heading.")})
        if self.locator.strip().isdigit() and not self.locator_label:
            raise ValidationError(
                {"locator_label": _("Choose what the number refers to: a page, a paragraph, …")}
            )

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        with self.guarded({self.record}):
            return super().delete(*args, **kwargs)

    @staticmethod
    @contextmanager
    def guarded(owners: "Collection[Record | None]") -> Iterator[None]:
        """Wraps a change of citations: no published record loses its last source, and stored rows are refreshed."""
        with keep_cited(owners):
            yield
        for owner in filter(None, owners):
            refresh([owner])


add_foreign_keys(Citation, RECORD_KEYS, related_name="citations")


@contextmanager
def keep_cited(records: "Iterable[Record | None]") -> Iterator[None]:
    """Around the removal of citations: counts again, and refuses to leave a published record without any."""
    with transaction.atomic():
        yield
        keys_by_model: dict[type[Record], set[int]] = defaultdict(set)
        for record in filter(None, records):
            keys_by_model[type(record)].add(record.pk)
        for model, keys in keys_by_model.items():
            refuse_bare(model, keys)
            model.objects.filter(pk__in=keys).recount_sources()


def refuse_bare(model: "type[Record]", keys: Collection[int]) -> None:
    column = key_to(model)
    bare = model.objects.filter(pk__in=keys, state=State.PUBLISHED).exclude(
        Exists(Citation.objects.filter(**{column: OuterRef("pk")}))
    )
    if record := bare.first():
        message = _(
            "“%(record)s” is published and would be left without a source. Unpublish it first, or"
            " add another source."
        )
        raise Problem("citation.last", message, record=str(record))
