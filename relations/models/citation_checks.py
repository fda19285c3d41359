"""Model of second readings: another person than its writer has compared a citation with its source."""

from collections import defaultdict
from collections.abc import Collection
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Value, When
from django.db.models.functions import Coalesce, Concat, Trim
from django.utils.translation import gettext_lazy as _

from relations.registry import resource_of

from .citations import Citation, CitationQuerySet
from .foreign_keys import key_to
from .rechecks import CitedPlace, Recheck

if TYPE_CHECKING:
    from .records import Record


class CitationCheck(models.Model):
    """What a second reader has found at one place in one source; it is deleted when the value changes.

    `vouched` is the value that the place was compared with, as cells of the row.
    """

    class Outcome(models.TextChoices):
        SUPPORTS = "supports", _("the source supports it")
        DOES_NOT = "does_not", _("the source does not support it")
        NO_ACCESS = "no_access", _("the source is not accessible")

    type = models.CharField(max_length=20)
    object_id = models.BigIntegerField()
    source = models.CharField(max_length=100)
    where = models.CharField(max_length=220, blank=True)
    quoted_in = models.CharField(max_length=100, blank=True)
    field = models.CharField(max_length=40, blank=True)
    vouched = models.TextField(blank=True)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome.choices)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name, verbose_name_plural = _("check by a second reader"), _("checks by second readers")
        default_permissions = ()
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["type", "object_id", "source", "where", "quoted_in", "field"],
                name="citation_check_once_a_place",
            ),
            models.CheckConstraint(
                name="citation_check_has_an_outcome",
                condition=Q(outcome__in=("supports", "does_not", "no_access")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.object_id}: {self.source} {self.where} {self.field}".strip()

    @property
    def place(self) -> CitedPlace:
        return CitedPlace(self.source, self.where, self.quoted_in, self.field)


def checks_of(slug: str, keys: Collection[int]) -> dict[int, list[CitationCheck]]:
    """{primary key of a record: the checks of its citations}"""
    found: defaultdict[int, list[CitationCheck]] = defaultdict(list)
    checks = CitationCheck.objects.filter(type=slug, object_id__in=keys).select_related("user")
    for check in checks:
        found[check.object_id].append(check)
    return found


def rename_cited(before: str, after: str) -> None:
    """What is kept of places in a source follows its key, which is an address and no fact."""
    names = ("source", "quoted_in")
    renamed = {name: Case(When(**{name: before}, then=Value(after)), default=F(name)) for name in names}
    for model in (CitationCheck, Recheck):
        model._default_manager.filter(Q(source=before) | Q(quoted_in=before)).update(**renamed)


def has_check(model: "type[Record]", outcome: str = "") -> Exists:
    """The condition that a second reader has compared a citation of this type of record, with any or this outcome."""
    checks = CitationCheck.objects.filter(
        type=resource_of(model).slug,
        object_id=OuterRef(key_to(model)),
        source=OuterRef("source__key"),
        where=Trim(Concat(OuterRef("locator_label"), Value(" "), OuterRef("locator"))),
        quoted_in=Coalesce(OuterRef("quoted_in__key"), Value("")),
        field=OuterRef("field"),
    )
    return Exists(checks.filter(outcome=outcome) if outcome else checks)


def citations_of_type(model: "type[Record]") -> CitationQuerySet:
    """The citations of all records of one type."""
    return Citation.objects.filter(**{f"{key_to(model)}__isnull": False}).order_by()
