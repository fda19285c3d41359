"""Model of links between records."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from relations.models.foreign_keys import (
    EVENTS,
    LINK_ENDS,
    LINK_PAIRS,
    LINK_STARTS,
    add_foreign_keys,
    exactly_one,
    key_to,
)
from relations.models.row_cache import refresh

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

    from .events import Event
    from .records import Record


class LinkKind(models.TextChoices):
    AMENDS = "amends", _("amends")
    SUPERSEDES = "supersedes", _("supersedes")
    IMPLEMENTS = "implements", _("implements")
    PROTOCOL_TO = "protocol_to", _("protocol to")
    CITES = "cites", _("refers to")
    SIGNED_AT = "signed_at", _("signed at")
    ATTENDED = "attended", _("attended")


#: the same link seen from its other end
READ_BACK: dict[str, "StrPromise"] = {
    LinkKind.AMENDS: _("amended by"),
    LinkKind.SUPERSEDES: _("superseded by"),
    LinkKind.IMPLEMENTS: _("implemented by"),
    LinkKind.PROTOCOL_TO: _("protocols"),
    LinkKind.CITES: _("referred to by"),
    LinkKind.SIGNED_AT: _("signed here"),
    LinkKind.ATTENDED: _("attended by visit"),
}


def kinds_fit() -> Q:
    """The condition that a link of each kind connects only the record types that it may."""
    fitting = Q()
    for start, kinds in EVENTS.items():
        for ends in dict.fromkeys(kinds.values()):
            among = [kind for kind, fitting_ends in kinds.items() if fitting_ends == ends]
            kind: dict[str, Any] = {"kind__in": among} if len(among) > 1 else {"kind": among[0]}
            fitting |= Q(**kind, **{f"from_{start}__isnull": False}, **only_at(ends))
    return fitting


def only_at(ends: tuple[str, ...]) -> dict[str, bool]:
    """{foreign key: whether it is null} of a link to one of these types; another constraint requires one."""
    if len(ends) == 1:
        return {f"to_{ends[0]}__isnull": False}
    return {f"to_{key}__isnull": True for key in LINK_ENDS if key not in ends}


def not_to_itself() -> Q:
    found = Q()
    for key in (start for start, end in LINK_PAIRS if start == end):
        start, end = f"from_{key}", f"to_{key}"
        found &= Q(**{f"{start}__isnull": True}) | Q(**{f"{end}__isnull": True}) | ~Q(**{start: F(end)})
    return found


class RecordLink(models.Model):
    """A directed link between two records, with a label for each direction."""

    kind = models.CharField(_("link"), max_length=12, choices=LinkKind.choices)
    position = models.PositiveSmallIntegerField(default=0, editable=False)

    STARTS = tuple(f"from_{key}" for key in LINK_STARTS)
    ENDS = tuple(f"to_{key}" for key in LINK_ENDS)

    class Meta:
        verbose_name, verbose_name_plural = _("link"), _("links")
        ordering = ["position", "pk"]
        constraints = [
            exactly_one(
                "link_from_exactly_one_record",
                [f"from_{key}" for key in LINK_STARTS],
                _("A link must start from exactly one record."),
            ),
            exactly_one(
                "link_to_exactly_one_record",
                [f"to_{key}" for key in LINK_ENDS],
                _("A link must lead to exactly one record."),
            ),
            models.CheckConstraint(
                name="link_kind_fits_its_ends",
                condition=kinds_fit(),
                violation_error_message=_("A link of this kind cannot lead to a record of that type."),
            ),
            models.CheckConstraint(
                name="link_not_to_itself",
                condition=not_to_itself(),
                violation_error_message=_("A record cannot link to itself."),
            ),
            *(
                models.UniqueConstraint(
                    fields=["kind", f"from_{start}", f"to_{end}"],
                    name=f"from_{start}_to_{end}_linked_once",
                )
                for start, end in LINK_PAIRS
            ),
        ]

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
        """Checks for forms what the constraints require, since forms skip constraints on fields they do not show."""
        starts = [key for key in LINK_STARTS if getattr(self, f"from_{key}_id")]
        ends = [key for key in LINK_ENDS if getattr(self, f"to_{key}_id")]
        fitting = {end for start in starts or EVENTS for end in EVENTS[start].get(self.kind, ())}
        if len(ends) != 1 or ends[0] not in fitting:
            raise ValidationError(_("A link of this kind cannot lead to a record of that type."))
        if starts == ends and getattr(self, f"from_{starts[0]}_id") == getattr(self, f"to_{ends[0]}_id"):
            raise ValidationError(_("A record cannot link to itself."))

    @property
    def target(self) -> "Event | None":
        return self.set_one(self.ENDS)

    @property
    def origin(self) -> "Event | None":
        return self.set_one(self.STARTS)

    def set_one(self, names: Sequence[str]) -> "Event | None":
        """The object of the one foreign key that is set; None on an unfinished form."""
        return next((getattr(self, name) for name in names if getattr(self, f"{name}_id")), None)

    @property
    def kind_read_back(self) -> "StrPromise":
        return READ_BACK[self.kind]


add_foreign_keys(RecordLink, LINK_STARTS, related_name="links", prefix="from_")
add_foreign_keys(RecordLink, LINK_ENDS, related_name="links_back", prefix="to_", is_named=True)


@contextmanager
def linked_to(model: "type[Record]", keys: Collection[int]) -> Iterator[None]:
    """Wraps the deletion or renaming of records, and refreshes the rows of records that link to them."""
    end = f"to_{key_to(model)}"
    links = RecordLink.objects.select_related(*RecordLink.STARTS)
    found = links.filter(**{f"{end}__in": keys}) if end in RecordLink.ENDS else links.none()
    origins = {link.origin for link in found}
    yield
    for origin in filter(None, origins):
        refresh([origin])
