"""Model of limits: the countries whose records a user may change."""

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from relations.errors import Problem

from .places import Place

if TYPE_CHECKING:
    from .records import Record


class CountryLimit(models.Model):
    """A user with a limit changes only records in which one of these countries takes part."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("user"),
        on_delete=models.CASCADE,
        related_name="country_limit",
    )
    countries = models.ManyToManyField(
        Place, verbose_name=_("countries"), limit_choices_to={"kind": Place.Kind.COUNTRY}, related_name="+"
    )

    class Meta:
        verbose_name, verbose_name_plural = _("limit to countries"), _("limits to countries")

    def __str__(self) -> str:
        return ", ".join(place.name for place in self.countries.all())


def countries_of(user: Any) -> list[str] | None:
    """The codes of the countries to which a user is limited; None without a limit."""
    if user is None or not user.pk or user.is_superuser:
        return None
    limit = getattr(user, "country_limit", None)
    return list(limit.countries.order_by().values_list("code", flat=True)) if limit else None


def beyond_limit(user: Any, model: "type[Record]", keys: Collection[int]) -> set[int]:
    """Those of these records that the user may not change, since none of the countries takes part in them."""
    codes = countries_of(user) if keys else None
    if codes is None:
        return set()
    within = model.objects.filter(pk__in=keys).involving(codes).values_list("pk", flat=True)
    return set(keys) - set(within)


def beyond_limit_problem() -> Problem:
    message = _("You may change only records in which one of your countries takes part.")
    return Problem("editor.country", message)
