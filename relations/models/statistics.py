"""Models of indicators, units and figures (observations)."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from relations.errors import Problem
from relations.values.period_format import phrase as period_phrase
from relations.values.quantity import Quantity, kept
from relations.values.quantity_format import phrase

from .foreign_keys import SUBJECT_KEYS, at_most_one
from .links import LinkKind
from .named import Keyed, Named, NamedQuerySet, in_reader_language, reader_language
from .observation_querysets import ObservationQuerySet
from .places import Place, involvement_of
from .records import PlacesNamed, Record
from .scope import TakingPart
from .series import SeriesKey, series_of
from .topics import Topic

if TYPE_CHECKING:
    from .events import Event
    from .organizations import Organization


STATEMENT_HAS_NO_UNIT = _("A statement in words has no unit.")


class UnitQuerySet(NamedQuerySet["Unit"]):
    """Units by their names."""


class IndicatorQuerySet(NamedQuerySet["Indicator"]):
    """Indicators by their names and former keys."""

    def for_row(self) -> Self:
        return self.select_related("unit").prefetch_related("topics")

    def present_keys(self) -> dict[str, str]:
        """{former key: present key}"""
        rows = self.exclude(former_keys="").values_list("key", "former_keys")
        return {former: key for key, keys in rows for former in keys.split()}


class Dimension(models.TextChoices):
    """What a unit measures."""

    MONEY = "money", _("money")
    COUNT = "count", _("number")
    SHARE = "share", _("share or ratio")
    LENGTH = "length", _("length")
    AREA = "area", _("area")
    MASS = "mass", _("mass")
    VOLUME = "volume", _("volume")
    ENERGY = "energy", _("energy")
    TIME = "time", _("time")
    RANK = "rank", _("rank")


class Unit(Keyed):
    """A unit of measurement. The Russian symbol may give three plural forms, the English two, separated by “|”."""

    symbol_ru = models.CharField(
        _("symbol or plural forms in Russian"), max_length=120, help_text=_("руб. or школа|школы|школ")
    )
    symbol_en = models.CharField(
        _("symbol or plural forms in English"), max_length=120, help_text=_("RUB or school|schools")
    )

    dimension = models.CharField(
        _("dimension"),
        max_length=10,
        choices=Dimension.choices,
        default=Dimension.COUNT,
        help_text=_("Only units of one dimension can be compared: money with money, people with people."),
    )

    objects: ClassVar = UnitQuerySet.as_manager()

    class Meta(Keyed.Meta):
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
    former_keys = models.TextField(
        _("former keys"), blank=True, help_text=_("One per line. Addresses and sheets with them lead here.")
    )

    objects: ClassVar = IndicatorQuerySet.as_manager()

    class Meta(Keyed.Meta):
        verbose_name, verbose_name_plural = _("indicator"), _("indicators")
        ordering = ["name_ru"]

    def get_absolute_url(self) -> str:
        return reverse("indicator", args=[self.key])

    def all_names(self) -> list[str]:
        return [*super().all_names(), *self.former_keys.split()]


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
        DIRECTION_ONLY = "direction_only", _("in words, without a number")

    class Direction(models.TextChoices):
        UP = "up", _("growth")
        DOWN = "down", _("decline")

    class Rank(models.TextChoices):
        PREFERRED = "preferred", _("preferred")
        NORMAL = "normal", _("normal")
        DEPRECATED = "deprecated", _("deprecated")

    IS_SPAN = True
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
    definition_ru = models.CharField(
        _("definition of this figure, in Russian"),
        max_length=500,
        blank=True,
        help_text=_(
            "Only where the source counts otherwise than the indicator. It makes a series of its own."
        ),
    )
    definition_en = models.CharField(_("definition of this figure, in English"), max_length=500, blank=True)
    wording_ru = models.CharField(
        _("statement in Russian"),
        max_length=300,
        blank=True,
        help_text=_("What the source says in words, without a number: “the greater part”."),
    )
    wording_en = models.CharField(_("statement in English"), max_length=300, blank=True)
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
                    "possible_from",
                    "possible_to",
                    "fact_count",
                    "sourced_count",
                    "identified_count",
                    "corroborated_count",
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
                name="observation_statement_has_no_unit",
                condition=~Q(qualifier="direction_only") | Q(unit__isnull=True),
                violation_error_message=STATEMENT_HAS_NO_UNIT,
            ),
            models.CheckConstraint(
                name="observation_rank_has_a_reason",
                condition=Q(rank="normal") | ~Q(rank_reason=""),
                violation_error_message=_("Explain why this value is preferred or deprecated."),
            ),
            at_most_one(
                "observation_about_one_subject",
                [f"about_{key}" for key in SUBJECT_KEYS],
                _("A figure can be about one event, agreement or organisation only."),
            ),
            models.CheckConstraint(
                name="observation_power_of_ten_is_sane",
                condition=Q(unit_mult__gte=-6, unit_mult__lte=15),
                violation_error_message=_("The power of ten must be between −6 and 15."),
            ),
        ]

    @property
    def has_happened(self) -> bool:
        return self.obs_status != self.Status.FORECAST

    @property
    def about(self) -> "Event | Organization | None":
        """The event, agreement or organisation that the figure is about."""
        return next(
            (getattr(self, f"about_{key}") for key in SUBJECT_KEYS if getattr(self, f"about_{key}_id")), None
        )

    @property
    def public_about(self) -> "Event | Organization | None":
        """The same, unless it is a record that is not public."""
        about = self.about
        return about if about and getattr(about, "is_published", True) else None

    @property
    def wholes(self) -> "list[Observation]":
        """The public figures that include it."""
        targets = (link.target for link in self.links.all() if link.kind == LinkKind.PART_OF)
        return [one for one in targets if isinstance(one, Observation) and one.is_published]

    @property
    def series(self) -> SeriesKey:
        return series_of(self)

    @property
    def definition(self) -> str:
        """Its own definition in the reader's language, else in the other; "" where it is that of the indicator."""
        return in_reader_language(self, "definition")[0]

    @property
    def is_unexplained(self) -> bool:
        """Whether it is said to be defined otherwise, without a word on how."""
        return self.obs_status == self.Status.DEFINITION_DIFFERS and not self.definition

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
        if self.about:
            yield from (getattr(self.about, name, "") for name in ("title_ru", "title_en", "folded_names"))
        yield from (self.definition_ru, self.definition_en, self.wording_ru, self.wording_en)
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

        if self.has_no_unit and self.unit_id:
            raise ValidationError({"unit": STATEMENT_HAS_NO_UNIT})

    @property
    def is_statement(self) -> bool:
        """Whether its source says it in words, without a number; a missing value says nothing."""
        return self.has_no_unit and self.obs_status != self.Status.MISSING

    @property
    def has_no_unit(self) -> bool:
        return self.qualifier == self.Qualifier.DIRECTION_ONLY

    def in_words(self) -> str:
        """The figure in the reader's language; a statement as its source says it, else its direction."""
        if not self.is_statement:
            return phrase(self.quantity, self.unit, reader_language(), self.measure)
        own = getattr(self, f"wording_{reader_language()}")
        direction = phrase(self.quantity, None, reader_language()) if self.direction else ""
        return own or direction or in_reader_language(self, "wording")[0] or str(_("statement in words"))

    @property
    def quantity(self) -> Quantity:
        return Quantity(
            self.obs_value, self.value_to, self.qualifier, self.unit_mult, direction=self.direction
        )

    @property
    def title(self) -> str:
        if written := super().title:
            return written
        sides = " – ".join(place.name for place in self.sides())
        about = f"({self.public_about})" if self.public_about else ""
        rest = " ".join(filter(None, (sides, about)))
        return f"{self.indicator}: {rest}" if self.indicator and rest else str(self.indicator or "")

    @property
    def distinct_title(self) -> str:
        """Figures of one series differ in nothing but the period and the value."""
        period = period_phrase(self.period, reader_language())
        missing = self.get_obs_status_display() if self.obs_status == self.Status.MISSING else ""
        return f"{self}, {period}: {missing or self.in_words()}"

    def take_places(self, places: "Mapping[int, Place]") -> None:
        for name in ("ref_area", "counterpart_area"):
            if place := places.get(getattr(self, f"{name}_id")):
                setattr(self, name, place)

    def taking_part(self) -> list[TakingPart]:
        return [TakingPart(place) for place in self.sides()]

    def sides(self) -> list[Place]:
        """The area and its counterpart."""
        return [place for place in (self.ref_area, self.counterpart_area) if place]

    def own_publication_problems(self) -> list[Problem]:
        missing = [
            (self.indicator_id, "publish.indicator", _("It has no indicator.")),
            (self.ref_area_id, "publish.area", _("It has no area.")),
            (self.unit_id or self.has_no_unit, "publish.unit", _("It has no unit.")),
            (
                not self.is_statement or self.direction or self.wording_ru or self.wording_en,
                "publish.wording",
                _("It has neither a number nor the words of the source."),
            ),
        ]
        return [Problem(code, message) for present, code, message in missing if not present]

    @classmethod
    def involvement(cls, codes: Collection[str]) -> Q:
        return involvement_of(codes, lambda places: Q(ref_area__in=places) | Q(counterpart_area__in=places))

    @classmethod
    def places_named(cls) -> Iterator[PlacesNamed]:
        for column in ("ref_area_id", "counterpart_area_id"):
            yield PlacesNamed(cls.objects.all(), "pk", column)


for _key in SUBJECT_KEYS:
    models.ForeignKey(
        _key,
        verbose_name=pgettext_lazy("figure", "about"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="figures",
    ).contribute_to_class(Observation, f"about_{_key}")
