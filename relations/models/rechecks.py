"""Model of citations to be checked again: what they support has changed since they were given."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any, NamedTuple

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from relations.errors import Problem
from relations.registry import resource_of


class CitedPlace(NamedTuple):
    """What a record may cite only once: a place in a source for one column ("" for the whole record)."""

    source: str
    where: str
    quoted_in: str
    field: str


class Recheck(models.Model):
    """One place in one source that was cited for another value than the record states now.

    `vouched` is the value that it was cited for, as cells of the row.
    """

    type = models.CharField(max_length=20)
    object_id = models.BigIntegerField()
    source = models.CharField(max_length=100)
    where = models.CharField(max_length=220, blank=True)
    quoted_in = models.CharField(max_length=100, blank=True)
    field = models.CharField(max_length=40, blank=True)
    vouched = models.TextField(blank=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name, verbose_name_plural = (
            _("citation to be checked again"),
            _("citations to be checked again"),
        )
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["type", "object_id", "source", "where", "quoted_in", "field"],
                name="recheck_once_a_place",
            )
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.object_id}: {self.source} {self.where} {self.field}".strip()

    @property
    def place(self) -> CitedPlace:
        return CitedPlace(self.source, self.where, self.quoted_in, self.field)


def recheck_problem(resource: Any, names: Collection[str]) -> Problem:
    """Facts have changed, and only citations of their former values support them."""
    labels = ", ".join(str(resource.column(name).label) for name in names)
    message = _("Its sources must be checked again, since these facts have changed: %(facts)s.")
    return Problem("publish.recheck", message, facts=labels)


def rechecks_of(model: type[models.Model], keys: Collection[int]) -> dict[int, list[Recheck]]:
    """{primary key of a record: its citations to be checked again}"""
    found: defaultdict[int, list[Recheck]] = defaultdict(list)
    for mark in Recheck.objects.filter(type=resource_of(model).slug, object_id__in=keys):
        found[mark.object_id].append(mark)
    return found
