"""Row schemas of reference data: places, organisations, people, topics, series, indicators and units."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import cache
from typing import Any, ClassVar

from django.apps import apps
from django.utils.translation import gettext_lazy as _

from relations.errors import Problem
from relations.models import ForumSeries, Indicator, Organization, Person, Place, Topic, Unit
from relations.models.foreign_keys import RECORD_KEYS
from relations.models.resting import paths_to
from relations.text.cell_syntax import split
from relations.text.slugs import slug

from .columns import Choice, Column, Key, Lines, PeriodColumn, Reference, Text, YesNo
from .members import Members, code_of
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
    telling_columns = ("key", "name_ru", "name_en")

    @classmethod
    def may_import(cls, user: Any) -> bool:
        """Who may import sheets at all, and write these in forms."""
        name = cls.model._meta.model_name
        rights = ("import_source", f"add_{name}", f"change_{name}")
        return bool(user.has_perms([f"relations.{right}" for right in rights]))

    @classmethod
    def key_of(cls, change: RowChange) -> str:
        """The key of a row without one, made from its name."""
        return (
            slug(change.record.name_en or change.record.name_ru)[: cls.longest_key()].strip("-") or cls.slug
        )

    @classmethod
    def longest_key(cls) -> int:
        return int(cls.model._meta.get_field(cls.key_field).max_length)

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


class Code(Key):
    """The code of a place, which has no underscore."""

    def validate(self, text: str) -> None:
        if text:
            Text.validate(self, text)


class PlaceResource(OnPagesOfItsOwn):
    slug, model, key_field = "places", Place, "code"
    parts = ("memberships",)
    own_references = ("parent", "members")
    example: ClassVar[dict[str, str]] = {
        "kind": "city",
        "parent": "UZ",
        "name_ru": "Термез",
        "name_en": "Termez",
        "other_names_en": "Termiz",
    }
    own_columns = (
        Code("key", attribute="code"),
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
    def others_named(cls, cells: Mapping[str, str]) -> list[str]:
        members = [code_of(text) for text in split(cells.get("members", ""))]
        return [cell for cell in (cells.get("parent", ""), *members) if cell]

    @classmethod
    def refusals(cls, change: RowChange) -> Iterator[tuple[str, Problem]]:
        if problem := change.record.parent_problem():
            yield "parent", problem


class OrganizationResource(ReferenceResource):
    slug, model = "organizations", Organization
    example: ClassVar[dict[str, str]] = {
        "name_ru": "Министерство транспорта Узбекистана",
        "name_en": "Ministry of Transport of Uzbekistan",
        "place": "UZ",
    }
    own_columns = (Key("key"), *names(), Reference("place", "places"))


class PersonResource(ReferenceResource):
    slug, model = "people", Person
    example: ClassVar[dict[str, str]] = {
        "name_ru": "Иванов Иван Иванович",
        "name_en": "Ivan Ivanov",
        "office_ru": "министр",
        "office_en": "minister",
        "in_office": "2016-12-14/..",
        "place": "RU",
    }
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
    example: ClassVar[dict[str, str]] = {"name_ru": "Транспорт", "name_en": "Transport"}
    own_columns = (Key("key"), *names())


class SeriesResource(ReferenceResource):
    slug, model = "series", ForumSeries
    example: ClassVar[dict[str, str]] = {
        "name_ru": "Форум регионов",
        "name_en": "Forum of Regions",
        "event_type": "interregional_forum",
    }
    own_columns = (Key("key"), *names(), Choice("event_type"))


class UnitResource(OnPagesOfIndicators):
    slug, model, of_indicator = "units", Unit, "unit"
    example: ClassVar[dict[str, str]] = {
        "name_ru": "рубль",
        "name_en": "rouble",
        "symbol_ru": "руб.",
        "symbol_en": "RUB",
        "dimension": "money",
    }
    own_columns = (Key("key"), *names(), Text("symbol_ru"), Text("symbol_en"), Choice("dimension"))


class IndicatorResource(OnPagesOfItsOwn):
    slug, model = "indicators", Indicator
    example: ClassVar[dict[str, str]] = {
        "name_ru": "Товарооборот",
        "name_en": "Trade turnover",
        "unit": "usd",
        "topics": "trade",
    }
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
