"""Row schemas of reference data: places, organisations, people, topics, series, indicators and units."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import cache
from typing import ClassVar

from django.apps import apps
from django.utils.translation import gettext_lazy as _

from relations.errors import Problem
from relations.models import ForumSeries, Indicator, Organization, Person, Place, Topic, Unit
from relations.models.foreign_keys import RECORD_KEYS
from relations.models.resting import paths_to

from .columns import Choice, Column, Key, Lines, PeriodColumn, Reference, Text, YesNo
from .members import Members
from .related_columns import Topics
from .resource import SheetResource
from .row_change import RowChange


def names() -> tuple[Column, ...]:
    """The columns of the names that all of them have."""
    return Text("name_ru"), Text("name_en"), Lines("other_names_ru"), Lines("other_names_en")


class ReferenceResource(SheetResource):
    """The row of something that records refer to."""

    is_reference = True
    needs_title = False

    @classmethod
    @cache
    def title_columns(cls) -> list[Column]:
        return [column for column in cls.columns() if column.name in ("name_ru", "name_en")]

    @classmethod
    def public_among(cls, keys: Collection[int]) -> set[int]:
        """Readers see what public records show."""
        shown = [
            model._base_manager.filter(state="published", **{f"{path}__in": keys})
            .order_by()
            .values_list(path)
            for model in (apps.get_model("relations", record_key) for record_key in RECORD_KEYS)
            for path in paths_to(cls.model, model)
        ]
        return {pk for (pk,) in shown[0].union(*shown[1:])} & set(keys) if shown else set()


class OnPagesOfItsOwn(ReferenceResource):
    """The row of something that has a public page, whatever refers to it."""

    @classmethod
    def public_among(cls, keys: Collection[int]) -> set[int]:
        return set(keys)


class OnPagesOfIndicators(ReferenceResource):
    """The row of something that the public pages of indicators show too."""

    #: the field of an indicator that leads to it
    of_indicator: ClassVar[str] = ""

    @classmethod
    def public_among(cls, keys: Collection[int]) -> set[int]:
        indicators = Indicator.objects.filter(**{f"{cls.of_indicator}__in": keys}).order_by()
        shown = set(indicators.values_list(cls.of_indicator, flat=True).distinct())
        return super().public_among(keys) | shown & set(keys)


class PlaceResource(OnPagesOfItsOwn):
    slug, model, key_field = "places", Place, "code"
    parts = ("memberships",)
    own_columns = (
        Key("key", attribute="code"),
        Choice("kind"),
        Reference("parent", "places"),
        YesNo("is_city_region"),
        *names(),
        Lines("former_names_ru"),
        Lines("former_names_en"),
        PeriodColumn("existed"),
        Members(),
    )

    @classmethod
    def refusals(cls, change: RowChange) -> Iterator[tuple[str, Problem]]:
        if problem := change.record.parent_problem():
            yield "parent", problem


class OrganizationResource(ReferenceResource):
    slug, model = "organizations", Organization
    own_columns = (Key("key"), *names(), Reference("place", "places"))


class PersonResource(ReferenceResource):
    slug, model = "people", Person
    own_columns = (
        Key("key"),
        *names(),
        Text("office_ru"),
        Text("office_en"),
        PeriodColumn("in_office"),
        Reference("place", "places"),
    )


class TopicResource(OnPagesOfIndicators):
    slug, model, of_indicator = "topics", Topic, "topics"
    own_columns = (Key("key"), *names())


class SeriesResource(ReferenceResource):
    slug, model = "series", ForumSeries
    own_columns = (Key("key"), *names(), Choice("event_type"))


class UnitResource(OnPagesOfIndicators):
    slug, model, of_indicator = "units", Unit, "unit"
    own_columns = (Key("key"), *names(), Text("symbol_ru"), Text("symbol_en"), Choice("dimension"))


class IndicatorResource(OnPagesOfItsOwn):
    slug, model = "indicators", Indicator
    own_columns = (
        Key("key"),
        *names(),
        Text("definition_ru"),
        Text("definition_en"),
        Lines("former_keys"),
        Reference("unit", "units"),
        *(Text(name) for name in ("producer_ru", "producer_en", "processing_ru", "processing_en")),
        Topics("topics", _("topics")),
    )
