from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from relations.models.foreign_keys import exactly_one, key_to
from relations.models.row_cache import refresh

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

    from .agreements import Agreement
    from .forums import Forum
    from .records import Record
    from .visits import Visit


class LinkKind(models.TextChoices):
    AMENDS = "amends", _("amends")
    SUPERSEDES = "supersedes", _("supersedes")
    IMPLEMENTS = "implements", _("implements")
    PROTOCOL_TO = "protocol_to", _("protocol to")
    CITES = "cites", _("refers to")
    SIGNED_AT = "signed_at", _("signed at")
    ATTENDED = "attended", _("attended")


#: the same link read from its other end
READ_BACK: dict[str, "StrPromise"] = {
    LinkKind.AMENDS: _("amended by"),
    LinkKind.SUPERSEDES: _("superseded by"),
    LinkKind.IMPLEMENTS: _("implemented by"),
    LinkKind.PROTOCOL_TO: _("protocols"),
    LinkKind.CITES: _("referred to by"),
    LinkKind.SIGNED_AT: _("signed here"),
    LinkKind.ATTENDED: _("attended by visit"),
}


#: where a link of each kind may lead
FITTING_ENDS: dict[str, tuple[str, ...]] = {
    LinkKind.SIGNED_AT: ("to_forum", "to_visit"),
    LinkKind.ATTENDED: ("to_forum",),
    **dict.fromkeys(
        (LinkKind.AMENDS, LinkKind.SUPERSEDES, LinkKind.IMPLEMENTS, LinkKind.PROTOCOL_TO, LinkKind.CITES),
        ("to_agreement",),
    ),
}


class RecordLink(models.Model):
    """One record pointing at another: readable both ways."""

    kind = models.CharField(_("link"), max_length=12, choices=LinkKind.choices)
    from_agreement = models.ForeignKey(
        "Agreement", null=True, blank=True, on_delete=models.CASCADE, related_name="links"
    )
    from_visit = models.ForeignKey(
        "Visit", null=True, blank=True, on_delete=models.CASCADE, related_name="links"
    )
    to_agreement = models.ForeignKey(
        "Agreement",
        verbose_name=_("agreement"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="links_back",
    )
    to_forum = models.ForeignKey(
        "Forum",
        verbose_name=_("forum"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="links_back",
    )
    to_visit = models.ForeignKey(
        "Visit",
        verbose_name=_("visit"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="links_back",
    )
    position = models.PositiveSmallIntegerField(default=0, editable=False)

    ENDS = ("to_agreement", "to_forum", "to_visit")

    class Meta:
        verbose_name, verbose_name_plural = _("link"), _("links")
        ordering = ["position", "pk"]
        constraints = [
            exactly_one("link_from_exactly_one_record", ("from_agreement", "from_visit"), _("A link must start from exactly one record.")),
            exactly_one("link_to_exactly_one_record", ("to_agreement", "to_forum", "to_visit"), _("A link must lead to exactly one record.")),
            models.CheckConstraint(
                name="link_kind_fits_its_ends",
                condition=(
                    Q(kind__in=["amends", "supersedes", "implements", "protocol_to", "cites"], from_agreement__isnull=False, to_agreement__isnull=False)
                    | Q(kind="signed_at", from_agreement__isnull=False, to_agreement__isnull=True)
                    | Q(kind="attended", from_visit__isnull=False, to_forum__isnull=False)
                ),
                violation_error_message=_("A link of this kind cannot lead to a record of that type."),
            ),
            models.CheckConstraint(
                name="link_not_to_itself",
                condition=Q(from_agreement__isnull=True) | Q(to_agreement__isnull=True) | ~Q(from_agreement=models.F("to_agreement")),
                violation_error_message=_("A record cannot link to itself."),
            ),
            *(
                models.UniqueConstraint(fields=["kind", start, end], name=f"{start}_{end}_linked_once")
                for start, end in (
                    ("from_agreement", "to_agreement"), ("from_agreement", "to_forum"), ("from_agreement", "to_visit"),
                    ("from_visit", "to_forum"),
                )
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.target}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        if self.origin:
            refresh([self.origin])

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        origin, deleted = self.origin, super().delete(*args, **kwargs)
        if origin:
            refresh([origin])
        return deleted

    def clean(self) -> None:
        """What the constraints say, for forms: they leave constraints out whose other keys they do not show."""
        ends = [end for end in self.ENDS if getattr(self, f"{end}_id")]
        if len(ends) != 1 or ends[0] not in FITTING_ENDS.get(self.kind, ()):
            raise ValidationError(_("A link of this kind cannot lead to a record of that type."))
        if self.from_agreement_id and self.from_agreement_id == self.to_agreement_id:
            raise ValidationError(_("A record cannot link to itself."))

    @property
    def target(self) -> "Agreement | Forum | Visit | None":
        return self.to_agreement or self.to_forum or self.to_visit

    @property
    def origin(self) -> "Agreement | Visit | None":
        return self.from_agreement or self.from_visit

    @property
    def kind_read_back(self) -> "StrPromise":
        return READ_BACK[self.kind]


@contextmanager
def linked_to(model: "type[Record]", keys: Collection[int]) -> Iterator[None]:
    """Around the deletion or renaming of records: whoever points at them keeps a true row."""
    links = RecordLink.objects.filter(**{f"to_{key_to(model)}__in": keys})
    origins = {link.origin for link in links.select_related("from_agreement", "from_visit")}
    yield
    for origin in filter(None, origins):
        refresh([origin])
