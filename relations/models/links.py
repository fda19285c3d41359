"""Model of links between records."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from relations.errors import Problem
from relations.models.foreign_keys import (
    LINK_ENDS,
    LINK_PAIRS,
    LINK_STARTS,
    LINKS,
    TIME_LINKS,
    add_foreign_keys,
    exactly_one,
    key_to,
)
from relations.models.row_cache import refresh, refresh_keys

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

    from .records import Record


class LinkKind(models.TextChoices):
    AMENDS = "amends", _("amends")
    SUPERSEDES = "supersedes", _("supersedes")
    IMPLEMENTS = "implements", _("implements")
    PROTOCOL_TO = "protocol_to", _("protocol to")
    CITES = "cites", _("refers to")
    SIGNED_AT = "signed_at", _("signed at")
    ATTENDED = "attended", _("attended")
    AFTER = "after", _("not before")
    BEFORE = "before", _("not after")
    PART_OF = "part_of", _("part of")
    ABOUT = "about", _("connected with")


#: kinds of links in the order in which pages show them
IN_ORDER = tuple(LinkKind.values)

#: the same link seen from its other end
READ_BACK: dict[str, "StrPromise"] = {
    LinkKind.AMENDS: _("amended by"),
    LinkKind.SUPERSEDES: _("superseded by"),
    LinkKind.IMPLEMENTS: _("implemented by"),
    LinkKind.PROTOCOL_TO: _("protocols"),
    LinkKind.CITES: _("referred to by"),
    LinkKind.SIGNED_AT: _("signed here"),
    LinkKind.ATTENDED: _("attended by visit"),
    LinkKind.AFTER: _("earliest date of"),
    LinkKind.BEFORE: _("latest date of"),
    LinkKind.PART_OF: _("of which"),
    LinkKind.ABOUT: _("projects connected with it"),
}


#: why a link is refused
NOT_SIGNED_THERE = Problem(
    "link.unsigned",
    _("“Signed at” is only for an agreement that has been signed, and an event that has been held."),
)


def may_be_signed_at(agreement: "Record", event: "Record") -> bool:
    """Nothing is signed that is only planned, nor where nothing has taken place."""
    return agreement.has_happened and event.has_happened


def kinds_fit() -> Q:
    """The condition that a link of each kind connects only the record types that it may."""
    fitting = Q()
    for start, kinds in LINKS.items():
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


CIRCLE = _("A record cannot be later than a record that is later than it.")


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
        if closes_circle(self):
            raise Problem("link.circle", CIRCLE)
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
        fitting = {end for start in starts or LINKS for end in LINKS[start].get(self.kind, ())}
        if len(ends) != 1 or ends[0] not in fitting:
            raise ValidationError(_("A link of this kind cannot lead to a record of that type."))
        if starts == ends and getattr(self, f"from_{starts[0]}_id") == getattr(self, f"to_{ends[0]}_id"):
            raise ValidationError(_("A record cannot link to itself."))
        if closes_circle(self):
            raise ValidationError(CIRCLE)

    @property
    def target(self) -> "Record | None":
        return self.set_one(self.ENDS)

    @property
    def origin(self) -> "Record | None":
        return self.set_one(self.STARTS)

    def set_one(self, names: Sequence[str]) -> "Record | None":
        """The object of the one foreign key that is set; None on an unfinished form."""
        return next((getattr(self, name) for name in names if getattr(self, f"{name}_id")), None)

    @property
    def is_true(self) -> bool:
        """Whether both ends agree with a signature, where it is one."""
        origin, target = self.origin, self.target
        if self.kind != LinkKind.SIGNED_AT or not origin or not target:
            return True
        return may_be_signed_at(origin, target)

    @property
    def kind_read_back(self) -> "StrPromise":
        return READ_BACK[self.kind]


def in_order(links: Iterable[RecordLink]) -> list[RecordLink]:
    """As pages show them: by kind, then by the order of entry of the records from which they lead."""

    def order(link: RecordLink) -> tuple[int, ...]:
        starts = (getattr(link, f"{name}_id") or 0 for name in RecordLink.STARTS)
        return (IN_ORDER.index(link.kind), *starts, link.position)

    return sorted(links, key=order)


add_foreign_keys(RecordLink, LINK_STARTS, related_name="links", prefix="from_")
add_foreign_keys(RecordLink, LINK_ENDS, related_name="links_back", prefix="to_", is_named=True)


#: one end of a link: (record type, primary key)
End = tuple[str, int]


def closes_circle(link: RecordLink) -> bool:
    """Whether a record would be later than itself, over any number of others."""
    if link.kind not in TIME_LINKS or not link.origin or not link.target:
        return False
    origin, target = end_of(link.origin), end_of(link.target)
    later, earlier = (origin, target) if link.kind == LinkKind.AFTER else (target, origin)
    seen: set[End] = set()
    found = {earlier}
    while found - seen:
        seen |= found
        found = set().union(*(earlier_than(end) for end in found))
    return later in seen


def end_of(record: "Record") -> End:
    return key_to(type(record)), record.pk


def earlier_than(end: End) -> set[End]:
    """The records that a link names as earlier than this one."""
    key, pk = end
    links = []
    if f"from_{key}" in RecordLink.STARTS:
        after = RecordLink.objects.filter(kind=LinkKind.AFTER, **{f"from_{key}": pk})
        links += list(after.values_list(*(f"{name}_id" for name in RecordLink.ENDS)))
    found = {
        (name.removeprefix("to_"), pk)
        for row in links
        for name, pk in zip(RecordLink.ENDS, row, strict=True)
        if pk
    }
    if f"to_{key}" in RecordLink.ENDS:
        before = RecordLink.objects.filter(kind=LinkKind.BEFORE, **{f"to_{key}": pk})
        rows = before.values_list(*(f"{name}_id" for name in RecordLink.STARTS))
        found |= {
            (name.removeprefix("from_"), pk)
            for row in rows
            for name, pk in zip(RecordLink.STARTS, row, strict=True)
            if pk
        }
    return found


@contextmanager
def linked_to(model: "type[Record]", keys: Collection[int]) -> Iterator[None]:
    """Wraps the deletion or renaming of records, and refreshes the rows of records that link to them."""
    end = f"to_{key_to(model)}"
    links = (
        RecordLink.objects.filter(**{f"{end}__in": keys})
        if end in RecordLink.ENDS
        else RecordLink.objects.none()
    )
    found = list(links.order_by().values_list(*(f"{start}_id" for start in RecordLink.STARTS)))
    yield
    refresh_keys(
        {
            cast("type[models.Model]", RecordLink._meta.get_field(start).related_model): sorted(
                set(filter(None, pks))
            )
            for start, pks in zip(RecordLink.STARTS, zip(*found, strict=True), strict=False)
        },
        only_changed=True,
    )
