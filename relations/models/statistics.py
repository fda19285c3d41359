"""Models of indicators, units and figures (observations)."""

from collections.abc import Collection, Iterable, Iterator
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from relations.errors import Problem
from relations.values.quantity import Quantity, kept

from .named import Keyed, Named, NamedQuerySet
from .observation_querysets import ObservationQuerySet
from .places import Place
from .records import Record
from .topics import Topic


class UnitQuerySet(NamedQuerySet["Unit"]):
    """Units by their names."""


class IndicatorQuerySet(NamedQuerySet["Indicator"]):
    """Indicators by their names."""


class Unit(Keyed):
    """A unit of measurement. The Russian symbol may give three plural forms, the English two, separated by “|”."""

    symbol_ru = models.CharField(
        _("symbol or plural forms in Russian"), max_length=120, help_text=_("руб. or школа|школы|школ")
    )
    symbol_en = models.CharField(
        _("symbol or plural forms in English"), max_length=120, help_text=_("RUB or school|schools")
    )

    objects: ClassVar = UnitQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("unit"), _("units")
        ordering = ["name_ru"]


class Indicator(Keyed):
    """What is measured (SDMX concept): definition, usual unit, producer of the figures."""

    definition_ru = models.TextField(_("definition in Russian"), blank=True)
    definition_en = models.TextField(_("definition in English"), blank=True)
    unit = models.ForeignKey(
        Unit, verbose_name=_("usual unit"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    producer_ru = models.CharField(_("producer in Russian"), max_length=300, blank=True)
    producer_en = models.CharField(_("producer in English"), max_length=300, blank=True)
    processing_ru = models.CharField(_("processing in Russian"), max_length=300, blank=True)
    processing_en = models.CharField(_("processing in English"), max_length=300, blank=True)
    topics = models.ManyToManyField(Topic, verbose_name=_("topics"), blank=True, related_name="+")

    objects: ClassVar = IndicatorQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("indicator"), _("indicators")
        ordering = ["name_ru"]

    def get_absolute_url(self) -> str:
        return reverse("indicator", args=[self.key])


class Observation(Record):
    """One figure: of an indicator, for an area (and its counterpart), in a period. Terms and code lists: SDMX."""

    class Status(models.TextChoices):
        NORMAL = "A", _("normal value")
        ESTIMATED = "E", _("estimate")
        PROVISIONAL = "P", _("provisional")
        FORECAST = "F", _("forecast")
        BREAK = "B", _("break in the series")
        DEFINITION_DIFFERS = "D", _("definition differs")
        LOW_RELIABILITY = "U", _("low reliability")
        MISSING = "O", _("missing value")

    class Measure(models.TextChoices):
        LEVEL = "level", _("level")
        GROWTH = "growth", _("growth")
        SHARE = "share", _("share")
        INDEX = "index", _("index")
        RANK = "rank", _("position in a ranking")

    class Qualifier(models.TextChoices):
        EXACT = "exact", _("exact")
        ABOUT = "about", _("about")
        ALMOST = "almost", _("almost")
        MORE_THAN = "more_than", _("more than")
        AT_LEAST = "at_least", _("at least")
        LESS_THAN = "less_than", _("less than")
        AT_MOST = "at_most", _("at most")
        BETWEEN = "between", _("between")
        DIRECTION_ONLY = "direction_only", _("direction without a number")

    class Direction(models.TextChoices):
        UP = "up", _("growth")
        DOWN = "down", _("decline")

    class Rank(models.TextChoices):
        PREFERRED = "preferred", _("preferred")
        NORMAL = "normal", _("normal")
        DEPRECATED = "deprecated", _("deprecated")

    MUST_BE_CITED = ("value", "period")

    indicator = models.ForeignKey(
        Indicator,
        verbose_name=_("indicator"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="observations",
    )
    ref_area = models.ForeignKey(
        Place,
        verbose_name=_("area"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="observations",
    )
    counterpart_area = models.ForeignKey(
        Place,
        verbose_name=_("counterpart"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="observations_as_counterpart",
    )
    obs_value = models.DecimalField(_("value"), max_digits=24, decimal_places=6, null=True, blank=True)
    value_to = models.DecimalField(_("upper value"), max_digits=24, decimal_places=6, null=True, blank=True)
    qualifier = models.CharField(
        _("qualifier"), max_length=16, choices=Qualifier.choices, default=Qualifier.EXACT
    )
    direction = models.CharField(
        _("direction"),
        max_length=4,
        choices=Direction.choices,
        blank=True,
        help_text=_("Only if no number is given."),
    )
    unit = models.ForeignKey(
        Unit, verbose_name=_("unit"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    unit_mult = models.SmallIntegerField(
        _("power of ten"),
        default=0,
        help_text=_("3 for thousands, 6 for millions, 9 for billions, 12 for trillions."),
    )
    measure = models.CharField(_("measure"), max_length=8, choices=Measure.choices, default=Measure.LEVEL)
    obs_status = models.CharField(
        _("status of the value"), max_length=1, choices=Status.choices, default=Status.NORMAL
    )
    rank = models.CharField(
        _("rank among competing values"), max_length=10, choices=Rank.choices, default=Rank.NORMAL
    )
    rank_reason = models.CharField(_("reason for the rank"), max_length=300, blank=True)
    comment_ru = models.CharField(_("comment in Russian"), max_length=500, blank=True)
    comment_en = models.CharField(_("comment in English"), max_length=500, blank=True)

    objects: ClassVar = ObservationQuerySet.as_manager()

    class Meta(Record.Meta):
        verbose_name, verbose_name_plural = _("figure"), _("statistics")
        indexes = [
            *Record.Meta.indexes,
            models.Index(fields=["indicator", "ref_area", "first_day"], name="observation_series"),
            # Covers all columns of counts, so that counts need not read the rows, which are wide and many.
            models.Index(
                fields=[
                    "state",
                    "ref_area",
                    "counterpart_area",
                    "indicator",
                    "measure",
                    "obs_status",
                    "first_day",
                    "last_day",
                    "fact_count",
                    "sourced_count",
                    "updated_at",
                ],
                name="observation_counts",
            ),
        ]
        constraints = [
            *Record.Meta.constraints,
            models.CheckConstraint(
                name="observation_between_has_two_values",
                condition=~Q(qualifier="between")
                | Q(obs_value__isnull=False, value_to__isnull=False, value_to__gte=models.F("obs_value")),
                violation_error_message=_("“Between” needs two values, the lower one first."),
            ),
            models.CheckConstraint(
                name="observation_upper_value_only_between",
                condition=Q(value_to__isnull=True) | Q(qualifier="between"),
                violation_error_message=_("An upper value goes with the qualifier “between”."),
            ),
            models.CheckConstraint(
                name="observation_number_or_direction",
                condition=(Q(obs_value__isnull=True) & (Q(qualifier="direction_only") | Q(obs_status="O")))
                | (Q(obs_value__isnull=False) & ~Q(qualifier="direction_only") & ~Q(obs_status="O")),
                violation_error_message=_(
                    "If there is no value, choose the qualifier “direction without a number” or the"
                    " status “missing value”."
                ),
            ),
            models.CheckConstraint(
                name="observation_rank_has_a_reason",
                condition=Q(rank="normal") | ~Q(rank_reason=""),
                violation_error_message=_("Explain why this value is preferred or deprecated."),
            ),
            models.CheckConstraint(
                name="observation_power_of_ten_is_sane",
                condition=Q(unit_mult__gte=-6, unit_mult__lte=15),
                violation_error_message=_("The power of ten must be between −6 and 15."),
            ),
        ]

    def searchable(self, topics: Iterable[Named] = ()) -> Iterator[str]:
        yield from super().searchable(topics)
        for place in filter(None, (self.ref_area, self.counterpart_area)):
            yield place.folded_names
            yield place.country.folded_names if place.country else ""
        if self.indicator:
            yield from (
                self.indicator.folded_names,
                self.indicator.definition_ru,
                self.indicator.definition_en,
            )
        if self.unit:
            yield self.unit.folded_names
        if self.obs_value is not None:
            yield f"{self.obs_value.normalize():f}"

    def clean(self) -> None:
        super().clean()
        for name in ("obs_value", "value_to"):
            value = getattr(self, name)
            try:
                if value is not None:
                    kept(value, str(value))
            except Problem as problem:
                raise ValidationError({name: str(problem)}) from problem

    @property
    def quantity(self) -> Quantity:
        return Quantity(
            self.obs_value, self.value_to, self.qualifier, self.unit_mult, direction=self.direction
        )

    @property
    def title(self) -> str:
        if written := super().title:
            return written
        sides = [place.name for place in self.sides()]
        return (
            f"{self.indicator}: {' – '.join(sides)}"
            if self.indicator and sides
            else str(self.indicator or "")
        )

    def sides(self) -> list[Place]:
        """The area and its counterpart."""
        return [place for place in (self.ref_area, self.counterpart_area) if place]

    def own_publication_problems(self) -> list[Problem]:
        missing = [
            (self.indicator_id, "publish.indicator", _("It has no indicator.")),
            (self.ref_area_id, "publish.area", _("It has no area.")),
            (self.unit_id, "publish.unit", _("It has no unit.")),
        ]
        return [Problem(code, message) for present, code, message in missing if not present]

    @classmethod
    def involvement(cls, codes: Collection[str]) -> Q:
        places = Place.objects.within(codes).values("pk")
        return Q(ref_area__in=places) | Q(counterpart_area__in=places)

    @classmethod
    def places_of(cls, records: models.QuerySet[Any]) -> models.QuerySet[Any, Any]:
        """The keys of all areas and counterparts of these records."""
        plain = records.order_by()
        counterparts = plain.filter(counterpart_area__isnull=False).values("counterpart_area")
        return plain.filter(ref_area__isnull=False).values("ref_area").union(counterparts)
