"""Model of places: countries, regions, cities and groups of places."""

from collections.abc import Collection
from typing import TYPE_CHECKING, ClassVar, Self

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .named import Named, NamedQuerySet

if TYPE_CHECKING:
    from .querysets import RecordQuerySet
    from .records import Record

#: the codes of the countries of the register, in the order of its pages
COUNTRIES = ("RU", "KZ", "KG", "TJ", "TM", "UZ")


def register_first(country: "Place") -> tuple[int, str]:
    """Sorts countries: those of the register in their fixed order, then the others by name."""
    order = COUNTRIES.index(country.code) if country.code in COUNTRIES else len(COUNTRIES)
    return order, country.name.casefold()


def pair_order(code: str) -> tuple[bool, str]:
    """Sorts the two codes in the address of a pair: Russia first, then alphabetically."""
    return code != "RU", code


class PlaceQuerySet(NamedQuerySet["Place"]):
    def within(self, codes: Collection[str]) -> Self:
        """The places with these codes, everything inside them, and the groups they belong to.

        A filter by Uzbekistan also finds records of its regions and cities, and of "Central Asia" as a whole.
        """
        inside = Q(code__in=codes) | Q(parent__code__in=codes) | Q(parent__parent__code__in=codes)
        return self.filter(inside | Q(members__code__in=codes) | Q(members__parent__code__in=codes))

    def taking_part_in(self, records: "RecordQuerySet[Record]") -> Self:
        """The places that take part in these records, directly or through an organisation or person."""
        return self.filter(pk__in=records.model.places_of(records))


class Place(Named):
    """A country (ISO 3166-1), a region (ISO 3166-2), a city, or a named group of places."""

    natural_key_field = "code"

    class Kind(models.TextChoices):
        GROUP = "group", _("group of places")
        COUNTRY = "country", _("country")
        REGION = "region", _("region")
        CITY = "city", _("city")

    code = models.CharField(
        _("code"),
        max_length=60,
        unique=True,
        validators=[
            RegexValidator(
                r"^[A-Za-z0-9-]+$", _("A code may contain only Latin letters, digits and hyphens.")
            )
        ],
        help_text=_(
            "ISO 3166-1 for countries (UZ), ISO 3166-2 for regions (RU-ORE), a short Latin name for cities and groups."
        ),
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    is_city_region = models.BooleanField(_("city that is a region in its own right"), default=False)
    parent = models.ForeignKey(
        "self",
        verbose_name=_("located in"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
    )
    members = models.ManyToManyField(
        "self", verbose_name=_("members"), blank=True, symmetrical=False, related_name="groups"
    )
    former_names_ru = models.TextField(_("former names in Russian"), blank=True, help_text=_("One per line."))
    former_names_en = models.TextField(_("former names in English"), blank=True, help_text=_("One per line."))

    objects: ClassVar = PlaceQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("place"), _("places")
        ordering = ["name_ru"]
        constraints = [
            models.CheckConstraint(
                name="place_region_or_city_lies_in_something",
                condition=~Q(kind__in=["region", "city"]) | Q(parent__isnull=False),
                violation_error_message=_("Enter the place in which this region or city is located."),
            ),
            models.CheckConstraint(
                name="place_country_or_group_lies_in_nothing",
                condition=~Q(kind__in=["country", "group"]) | Q(parent__isnull=True),
                violation_error_message=_("A country or a group cannot be located in another place."),
            ),
            models.CheckConstraint(
                name="place_does_not_lie_in_itself",
                condition=Q(parent__isnull=True) | ~Q(parent=models.F("pk")),
                violation_error_message=_("A place cannot be located in itself."),
            ),
            models.CheckConstraint(
                name="place_only_a_region_is_a_city_region",
                condition=Q(is_city_region=False) | Q(kind="region"),
                violation_error_message=_(
                    "Only a region can be marked as a city that is a region in its own right."
                ),
            ),
        ]

    def clean(self) -> None:
        fitting: dict[str, tuple[str, ...]] = {
            self.Kind.REGION: ("country",),
            self.Kind.CITY: ("country", "region"),
        }
        wanted = fitting.get(self.kind)
        if wanted and self.parent and self.parent.kind not in wanted:
            raise ValidationError(
                {"parent": _("A region must be located in a country, a city in a region or a country.")}
            )

    def all_names(self) -> list[str]:
        former = (*self.former_names_ru.splitlines(), *self.former_names_en.splitlines())
        return [*super().all_names(), *(line.strip() for line in former if line.strip())]

    @property
    def country(self) -> "Place | None":
        """The country that this place is or is located in; None for a group."""
        if self.kind == self.Kind.COUNTRY:
            return self
        return self.parent.country if self.parent else None

    def get_absolute_url(self) -> str:
        from django.urls import reverse

        return reverse("place", args=[self.code])
