"""Serializers of records, one per type, built from the catalogue."""

from functools import cache
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from relations.catalog import RecordType, record_type_of
from relations.models import Record
from relations.models.named import LANGUAGES

from .links import in_api, pages, version_pages
from .row_field import Columns
from .serializer_fields import (
    VERSION_PAGES,
    VERSIONS,
    CitationSerializer,
    InBothLanguagesSerializer,
    LinkSerializer,
    PagesSerializer,
    ParticipantSerializer,
    PeriodSerializer,
    citations_of,
    participants_of,
)


class RecordSerializer(serializers.Serializer):
    """What every type has; `columns` comes with the type."""

    key = serializers.CharField(
        help_text=_("Latin letters, digits and hyphens; a former key redirects here.")
    )
    type = serializers.SerializerMethodField(help_text=_("the record type, as in the address of its list"))
    address = serializers.SerializerMethodField(help_text=_("the URL of this response"))
    pages = serializers.SerializerMethodField(help_text=_("its page on the website"))
    title = serializers.SerializerMethodField(
        help_text=_("in both languages; a figure without a title is named after its indicator and area")
    )
    period = PeriodSerializer(help_text=_("the main date of the record"))
    participants = serializers.SerializerMethodField(
        help_text=_("places, organisations and people with their roles")
    )
    citations = serializers.SerializerMethodField(help_text=_("the citations that support the record"))
    links = serializers.SerializerMethodField(help_text=_("published records it links to"))
    versions = serializers.SerializerMethodField(help_text=VERSIONS)
    version_pages = serializers.SerializerMethodField(help_text=VERSION_PAGES)

    def get_type(self, record: Any) -> str:
        return record_type_of(record).slug

    @extend_schema_field(serializers.URLField)
    def get_address(self, record: Any) -> str:
        return in_api(self.context["request"], record._meta.model_name, record.key)

    def get_versions(self, record: Any) -> int:
        return self.context["versions"].get(record.pk, 0)

    @extend_schema_field(PagesSerializer(allow_null=True))
    def get_version_pages(self, record: Any) -> dict[str, str] | None:
        return version_pages(
            self.context["request"], record._meta.model_name, record.key, self.get_versions(record)
        )

    @extend_schema_field(PagesSerializer)
    def get_pages(self, record: Any) -> dict[str, str]:
        return pages(self.context["request"], record._meta.model_name, record.key)

    @extend_schema_field(InBothLanguagesSerializer)
    def get_title(self, record: Any) -> dict[str, str]:
        titles = {language: getattr(record, f"title_{language}") for language in LANGUAGES}
        if any(titles.values()):
            return titles
        for language in LANGUAGES:
            with override(language):
                titles[language] = str(record.title)
        return titles

    @extend_schema_field(ParticipantSerializer(many=True))
    def get_participants(self, record: Any) -> list[dict[str, Any]]:
        return participants_of(record)

    @extend_schema_field(CitationSerializer(many=True))
    def get_citations(self, record: Any) -> list[dict[str, Any]]:
        return citations_of(record)

    @extend_schema_field(LinkSerializer(many=True))
    def get_links(self, record: Any) -> list[dict[str, Any]]:
        links = record.links.all() if hasattr(record, "links") else ()
        return [self.link(one.kind, one.target) for one in links if one.target.is_published and one.is_true]

    def link(self, kind: str, other: Record) -> dict[str, Any]:
        address = in_api(self.context["request"], str(other._meta.model_name), other.key)
        return {"kind": kind, "type": record_type_of(other).slug, "key": other.key, "address": address}


@cache
def serializer_of(record_type: RecordType) -> type[RecordSerializer]:
    columns = Columns(record_type.resource, help_text=_("the row as in the downloads: columns by name"))
    name = f"{record_type.model.__name__}Serializer"
    return type(name, (RecordSerializer,), {"columns": columns, "__doc__": record_type.model.__doc__})
