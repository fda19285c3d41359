"""Model of places: countries, regions, cities and groups of places."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models, transaction
from django.db.models import Prefetch, Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from relations.errors import Problem
from relations.values.period import Period
from relations.values.readings import Bounds

from .data_changes import DataChange
from .fields import PeriodField, derived_day
from .named import Named, NamedQuerySet
from .row_cache import refresh

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from .sources import Source

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
        """The places with these codes, everything inside them, and the groups they belong to without a date.

        A filter by Uzbekistan also finds records of its regions and cities, and of "Central Asia" as a whole.
        Memberships from or until a date are added by involvement_of().
        """
        inside = Q(code__in=codes) | Q(parent__code__in=codes) | Q(parent__parent__code__in=codes)
        return self.filter(inside | Q(pk__in=Membership.objects.of(codes).undated().values("group")))

    def for_row(self) -> Self:
        members = Prefetch(
            "memberships",
            Membership.objects.select_related("member", "joined_source", "left_source").order_by(
                "member__code"
            ),
        )
        return self.select_related("parent").prefetch_related(members)


def is_within(place: "Place", codes: Collection[str]) -> bool:
    """Whether the place has one of these codes or is located in one that has."""
    return place.code in codes or bool(place.parent and is_within(place.parent, codes))


def involvement_of(codes: Collection[str], condition: Callable[[Any], Q]) -> Q:
    """The condition that a record names a place of these codes, or a group of which it was a member at that time.

    `condition` is the condition that a record names one of some places. Their keys are found first: of keys PostgreSQL
    knows how frequent they are, and so looks up the first records of a list instead of all participants.
    """
    found = condition(list(Place.objects.within(codes).order_by().values_list("pk", flat=True)))
    for days, groups in dated_memberships().groups_of(codes).items():
        found |= condition(groups) & held_during(days)
    return found


def held_during(days: Bounds) -> Q:
    """The condition that a record may be of one of these days; true if nothing is known of its date."""
    found = Q()
    if days.first:
        found &= Q(possible_to__gte=days.first) | Q(possible_to__isnull=True)
    if days.last:
        found &= Q(possible_from__lte=days.last) | Q(possible_from__isnull=True)
    return found


class DatedMemberships:
    """All memberships from or until a date, loaded at first use."""

    @cached_property
    def loaded(self) -> list["Membership"]:
        return list(Membership.objects.dated().select_related("member__parent").order_by())

    def groups_of(self, codes: Collection[str]) -> dict[Bounds, list[int]]:
        """{days: primary keys of the groups} of these places and of what is directly inside them."""
        found: defaultdict[Bounds, list[int]] = defaultdict(list)
        for one in self.loaded:
            if one.member.code in codes or (one.member.parent and one.member.parent.code in codes):
                found[one.days].append(one.group_id)
        return found


of_this_request: ContextVar[DatedMemberships | None] = ContextVar("dated_memberships", default=None)


def dated_memberships() -> DatedMemberships:
    return of_this_request.get() or DatedMemberships()


@contextmanager
def memberships_loaded_once() -> Iterator[None]:
    """Wraps a request, whose page has many questions about places."""
    token = of_this_request.set(DatedMemberships())
    try:
        yield
    finally:
        of_this_request.reset(token)


def source_of_a_date(label: "StrOrPromise") -> "models.ForeignKey[Source | None, Source | None]":
    return models.ForeignKey(
        "Source", verbose_name=label, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )


DATES_AND_SOURCES = frozenset({"joined", "joined_source", "left", "left_source"})


class MembershipQuerySet(models.QuerySet["Membership"]):
    def update(self, **values: Any) -> int:
        """With the days of changed dates, and the questions that save() asks of them."""
        touched = dict(self.values_list("pk", "group"))
        with transaction.atomic():
            updated = super().update(**values)
            if DATES_AND_SOURCES & values.keys():
                for one in self.model.objects.filter(pk__in=touched):
                    one.save()
            DataChange.objects.add({Place: list(touched.values())})
        return updated

    def bulk_create(self, objs: Iterable["Membership"], *args: Any, **kwargs: Any) -> list["Membership"]:
        """With what save() derives and asks."""
        memberships = list(objs)
        for one in memberships:
            one.derive()
        created = super().bulk_create(memberships, *args, **kwargs)
        refresh(list({one.group for one in created}))
        return created

    bulk_create.alters_data = True  # type: ignore[attr-defined]  # as Django marks its own

    def of(self, codes: Collection[str]) -> Self:
        """The memberships of these places and of what is directly inside them."""
        return self.filter(Q(member__code__in=codes) | Q(member__parent__code__in=codes))

    def citing(self, sources: Any) -> Self:
        """The memberships of which a date is taken from one of these sources."""
        return self.filter(Q(joined_source__in=sources) | Q(left_source__in=sources))

    def dated(self) -> Self:
        return self.exclude(joined="", left="")

    def undated(self) -> Self:
        return self.filter(joined="", left="")


ENDS_BEFORE_IT_BEGINS = _("The membership ends before it begins.")
DATE_WITHOUT_SOURCE = _("A date of a membership needs its source.")


class Membership(models.Model):
    """A place in a group of places, from a date or until one where they are known, each with its source."""

    group = models.ForeignKey(
        "Place",
        on_delete=models.CASCADE,
        related_name="memberships",
        db_column="from_place_id",
        verbose_name=_("group"),
    )
    member = models.ForeignKey(
        "Place", on_delete=models.CASCADE, related_name="+", db_column="to_place_id", verbose_name=_("member")
    )
    joined = PeriodField(_("member since"))
    joined_source = source_of_a_date(_("source of “member since”"))
    left = PeriodField(_("member until"))
    left_source = source_of_a_date(_("source of “member until”"))
    held_from = derived_day()
    held_to = derived_day()

    objects: ClassVar = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("membership"), _("memberships")
        db_table = "relations_place_members"
        unique_together = [("group", "member")]
        constraints = [
            models.CheckConstraint(
                name="membership_ends_after_it_begins",
                condition=Q(held_from__isnull=True)
                | Q(held_to__isnull=True)
                | Q(held_from__lte=models.F("held_to")),
                violation_error_message=ENDS_BEFORE_IT_BEGINS,
            )
        ]

    def __str__(self) -> str:
        return f"{self.group}: {self.member}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.derive()
        super().save(*args, **kwargs)
        refresh([self.group])

    def derive(self) -> None:
        """Sets the days that follow from its dates; Problem if something is wrong with these."""
        self.held_from, self.held_to = self.days
        for problem in self.problems().values():
            raise problem

    def clean(self) -> None:
        if found := self.problems():
            raise ValidationError({name: str(problem) for name, problem in found.items()})

    def problems(self) -> dict[str, Problem]:
        """{field: what is wrong with it}"""
        found = {
            f"{name}_source": Problem("membership.source", DATE_WITHOUT_SOURCE)
            for name in ("joined", "left")
            if getattr(self, name) and not getattr(self, f"{name}_source_id")
        }
        if self.days.first and self.days.last and self.days.first > self.days.last:
            found["left"] = Problem("membership.order", ENDS_BEFORE_IT_BEGINS)
        return found

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        group, deleted = self.group, super().delete(*args, **kwargs)
        refresh([group])
        return deleted

    @property
    def is_dated(self) -> bool:
        return bool(self.joined or self.left)

    @property
    def days(self) -> Bounds:
        """The first and the last day on which it may have held."""
        return Bounds(self.joined.first_day, self.left.last_day)

    @property
    def period(self) -> Period:
        """The time for which it holds, as one date: 1991-12-21/.. or ../2009; unknown without dates."""
        return Period.parse(f"{self.joined or '..'}/{self.left or '..'}") if self.is_dated else Period()

    @property
    def sources(self) -> "list[Source]":
        """The sources of its dates, each once."""
        return list(dict.fromkeys(one for one in (self.joined_source, self.left_source) if one))

    def holds(self, days: Bounds) -> bool:
        """As held_during(), for what may be of these days."""
        first, last = self.days
        is_before = bool(first and days.last and days.last < first)
        is_after = bool(last and days.first and days.first > last)
        return not is_before and not is_after


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
        "self",
        verbose_name=_("members"),
        blank=True,
        symmetrical=False,
        related_name="groups",
        through=Membership,
        through_fields=("group", "member"),
    )
    existed = PeriodField(
        _("existed"), help_text=_("For states: since when, such as 1991-12-26/.., or from when to when.")
    )
    former_names_ru = models.TextField(_("former names in Russian"), blank=True, help_text=_("One per line."))
    former_names_en = models.TextField(_("former names in English"), blank=True, help_text=_("One per line."))

    objects: ClassVar = PlaceQuerySet.as_manager()

    class Meta(Named.Meta):
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

    @property
    def key(self) -> str:
        """The code, under the name that all rows have for what identifies them."""
        return self.code

    @key.setter
    def key(self, code: str) -> None:
        self.code = code

    def clean(self) -> None:
        if problem := self.parent_problem():
            raise ValidationError({"parent": str(problem)})

    def parent_problem(self) -> Problem | None:
        """Where it is located in a kind of place in which it cannot be."""
        fitting: dict[str, tuple[str, ...]] = {
            self.Kind.REGION: ("country",),
            self.Kind.CITY: ("country", "region"),
        }
        wanted = fitting.get(self.kind)
        if not wanted or not self.parent or self.parent.kind in wanted:
            return None
        message = _("A region must be located in a country, a city in a region or a country.")
        return Problem("place.parent", message)

    @classmethod
    def including(cls, keys: Collection[int]) -> Any:
        """A city is also shown and found by the names of its country."""
        inside = Q(pk__in=keys) | Q(parent__in=keys) | Q(parent__parent__in=keys)
        return cls.objects.filter(inside).order_by().values("pk")

    @classmethod
    def shown_with(cls, keys: Collection[int]) -> Any:
        """A group is of the sides of its members."""
        inside = cls.including(keys)
        groups = Membership.objects.filter(member__in=inside).order_by().values("group")
        return cls.objects.filter(Q(pk__in=inside) | Q(pk__in=groups)).order_by().values("pk")

    def all_names(self) -> list[str]:
        former = (*self.former_names_ru.splitlines(), *self.former_names_en.splitlines())
        return [*super().all_names(), *(line.strip() for line in former if line.strip())]

    @property
    def is_group(self) -> bool:
        return self.kind == self.Kind.GROUP

    @property
    def country(self) -> "Place | None":
        """The country that this place is or is located in; None for a group."""
        if self.kind == self.Kind.COUNTRY:
            return self
        return self.parent.country if self.parent else None

    @property
    def is_coded_elsewhere(self) -> bool:
        """Whether it is in a region whose code of ISO 3166-2 begins with another country than the sources name."""
        if self.kind == self.Kind.REGION and self.parent:
            return self.code.partition("-")[0] != self.parent.code
        return bool(self.parent and self.parent.is_coded_elsewhere)

    def get_absolute_url(self) -> str:
        from django.urls import reverse

        return reverse("place", args=[self.code])
