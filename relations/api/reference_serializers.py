"""Serializers of sources, places, topics, indicators and units."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from relations.models import Indicator, Membership, Place, Source
from relations.rows.sources import SourceResource

from .links import in_api, pages, version_pages
from .row_field import Columns
from .serializer_fields import (
    VERSION_PAGES,
    VERSIONS,
    BothLanguages,
    LinesInBothLanguages,
    PagesSerializer,
    PeriodSerializer,
)


class HealthSerializer(serializers.Serializer):
    """Whether the URL of the work still works."""

    checked = serializers.DateTimeField(
        source="link.checked_at",
        default=None,
        allow_null=True,
        help_text=_("when the URL was last checked"),
    )
    alive = serializers.BooleanField(
        source="link.answers", default=None, allow_null=True, help_text=_("whether it responded then")
    )
    dead = serializers.BooleanField(
        source="has_dead_link",
        help_text=_("the page is gone or has not responded for a long time; use the archived copy"),
    )
    archived_copy = serializers.CharField(
        source="archive_url", help_text=_("the URL of an archived copy; empty if there is none")
    )
    archived_on = PeriodSerializer(help_text=_("the date of that copy"))


class EntitySerializer(serializers.Serializer):
    #: the name of its address here and of the page for readers
    address_name = ""
    key = serializers.SerializerMethodField(
        help_text=_("Latin letters, digits and hyphens; does not change.")
    )
    address = serializers.SerializerMethodField(help_text=_("the URL of this response"))

    def get_key(self, entity: Any) -> str:
        return entity.natural_key()[0]

    @extend_schema_field(serializers.URLField)
    def get_address(self, entity: Any) -> str:
        return in_api(self.context["request"], self.address_name, self.get_key(entity))


class PagedSerializer(EntitySerializer):
    pages = serializers.SerializerMethodField(help_text=_("its page on the website"))

    @extend_schema_field(PagesSerializer)
    def get_pages(self, entity: Any) -> dict[str, str]:
        return pages(self.context["request"], self.address_name, self.get_key(entity))


class SourceSerializer(PagedSerializer):
    """A work that published records cite. The columns follow CSL 1.0.2."""

    address_name = "source"
    title = serializers.CharField(help_text=_("author and title, as at the start of a reference"), source="*")
    issued = PeriodSerializer(help_text=_("date of publication"))
    records = serializers.SerializerMethodField(help_text=_("the number of published records that cite it"))
    link = HealthSerializer(source="*", help_text=_("whether its URL still works"))
    versions = serializers.SerializerMethodField(help_text=VERSIONS)
    version_pages = serializers.SerializerMethodField(help_text=VERSION_PAGES)
    columns = Columns(SourceResource, help_text=_("the row as in the downloads: columns by name"))

    def get_versions(self, source: Source) -> int:
        return self.context["versions"].get(source.pk, 0)

    @extend_schema_field(PagesSerializer(allow_null=True))
    def get_version_pages(self, source: Source) -> dict[str, str] | None:
        return version_pages(self.context["request"], "source", source.key, self.get_versions(source))

    def get_records(self, source: Source) -> int:
        return self.context["carried"][source.pk]


class NamedSerializer(serializers.Serializer):
    name = BothLanguages("name", help_text=_("main name"))
    other_names = LinesInBothLanguages("other_names", help_text=_("other names"))


class MembershipSerializer(serializers.Serializer):
    """A member of a group, from a date or until one where they are known."""

    member = serializers.CharField(source="member.code", help_text=_("the code of the member"))
    joined = serializers.CharField(help_text=_("member since (EDTF)"))
    joined_source = serializers.CharField(
        source="joined_source.key",
        default=None,
        allow_null=True,
        help_text=_("the key of the source of this date"),
    )
    left = serializers.CharField(help_text=_("member until (EDTF)"))
    left_source = serializers.CharField(
        source="left_source.key",
        default=None,
        allow_null=True,
        help_text=_("the key of the source of this date"),
    )


class PlaceSerializer(PagedSerializer, NamedSerializer):
    """A country (ISO 3166-1), a region (ISO 3166-2), a city, or a named group of places."""

    address_name = "place"
    kind = serializers.ChoiceField(Place.Kind.values, help_text=_("kind"))
    former_names = LinesInBothLanguages("former_names", help_text=_("former names"))
    is_city_region = serializers.BooleanField(help_text=_("city that is a region in its own right"))
    # A field name of the response is also an attribute of the framework's fields.
    parent = serializers.CharField(  # type: ignore[assignment]  # see above
        source="parent.code",
        default=None,
        allow_null=True,
        help_text=_("the code of the place where it is located"),
    )
    country = serializers.CharField(
        source="country.code", default=None, allow_null=True, help_text=_("the code of its country")
    )
    members = serializers.SerializerMethodField(help_text=_("the codes of the places in the group"))

    memberships = serializers.SerializerMethodField(
        help_text=_("the members of the group with the time of their membership and its sources")
    )

    def get_members(self, place: Place) -> list[str]:
        return [one.member.code for one in self.of(place)]

    @extend_schema_field(MembershipSerializer(many=True))
    def get_memberships(self, place: Place) -> list[dict[str, Any]]:
        return [MembershipSerializer(one).data for one in self.of(place)]

    @staticmethod
    def of(place: Place) -> list[Membership]:
        return sorted(place.memberships.all(), key=lambda one: one.member.code)


class TopicSerializer(EntitySerializer, NamedSerializer):
    """A field of co-operation."""

    address_name = "topic"


class UnitSerializer(serializers.Serializer):
    """A unit of measurement."""

    key = serializers.CharField(help_text=_("key"))
    name = BothLanguages("name", help_text=_("main name"))
    symbol = BothLanguages("symbol", help_text=_("plural forms are separated by |"))


class IndicatorSerializer(PagedSerializer, NamedSerializer):
    """What is measured."""

    address_name = "indicator"
    definition = BothLanguages("definition", help_text=_("definition"))
    unit = UnitSerializer(allow_null=True, help_text=_("usual unit"))
    producer = BothLanguages("producer", help_text=_("producer of the figures"))
    processing = BothLanguages("processing", help_text=_("processing"))
    topics = serializers.SerializerMethodField(help_text=_("keys of topics"))
    figures = serializers.IntegerField(help_text=_("published figures"))

    def get_topics(self, indicator: Indicator) -> list[str]:
        return sorted(topic.key for topic in indicator.topics.all())
