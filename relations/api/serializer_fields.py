"""Serializer fields and nested serializers used by several types: bilingual texts, periods, participants,
citations, links.
"""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from relations.models import Citation, LinkKind, ParticipationStatus, Place, Record, Role
from relations.models.named import LANGUAGES
from relations.rows.citation_slots import Slot, slots_of
from relations.values.period import Period


class InBothLanguagesSerializer(serializers.Serializer):
    ru = serializers.CharField(help_text=_("in Russian; empty if there is none"))
    en = serializers.CharField(help_text=_("in English; empty if there is none"))


class LinesInBothLanguagesSerializer(serializers.Serializer):
    ru = serializers.ListField(child=serializers.CharField(), help_text=_("in Russian"))
    en = serializers.ListField(child=serializers.CharField(), help_text=_("in English"))


@extend_schema_field(InBothLanguagesSerializer)
class BothLanguages(serializers.Field):
    """`<stem>_ru` and `<stem>_en` as one."""

    def __init__(self, stem: str, **kwargs: Any) -> None:
        self.stem = stem
        super().__init__(source="*", read_only=True, **kwargs)

    def to_representation(self, entity: object) -> dict[str, str]:
        return in_both(entity, self.stem)


@extend_schema_field(LinesInBothLanguagesSerializer)
class LinesInBothLanguages(serializers.Field):
    """The same for texts with one entry per line, as lists."""

    def __init__(self, stem: str, **kwargs: Any) -> None:
        self.stem = stem
        super().__init__(source="*", read_only=True, **kwargs)

    def to_representation(self, entity: object) -> dict[str, list[str]]:
        texts = in_both(entity, self.stem).items()
        return {language: [line for line in text.splitlines() if line.strip()] for language, text in texts}


def in_both(entity: object, stem: str) -> dict[str, str]:
    return {language: getattr(entity, f"{stem}_{language}") for language in LANGUAGES}


class PagesSerializer(serializers.Serializer):
    ru = serializers.URLField(help_text=_("in Russian"))
    en = serializers.URLField(help_text=_("in English"))


#: what is said of the versions of a record or source
VERSIONS = _("the number of versions that readers have seen; the last of them is the present one")
VERSION_PAGES = _(
    "the present version on the website, at an address whose content does not change; null if none is kept"
)


class PeriodSerializer(serializers.Serializer):
    edtf = serializers.CharField(source="text", help_text=_("EDTF (ISO 8601-2); empty if unknown"))
    first_day = serializers.DateField(allow_null=True, help_text=_("null if open-ended or unknown"))
    last_day = serializers.DateField(allow_null=True, help_text=_("null if open-ended or unknown"))


#: the two sides of a figure, beside the roles of participants
SIDES = ("area", "counterpart")
KINDS = ("place", "organization", "person")


class ParticipantSerializer(serializers.Serializer):
    role = serializers.ChoiceField(
        [*Role.values, *SIDES], help_text=_("area and counterpart are roles in a figure")
    )
    kind = serializers.ChoiceField(KINDS, help_text=_("a place, an organisation or a person"))
    key = serializers.CharField(help_text=_("the code of a place, or the key of an organisation or a person"))
    name = InBothLanguagesSerializer(help_text=_("main name"))
    country = serializers.CharField(allow_null=True, help_text=_("the code of the country it represents"))
    status = serializers.ChoiceField(
        [*ParticipationStatus.values, ""],
        help_text=_("what has become of the participation of a party; empty if the sources do not say"),
    )
    status_date = serializers.CharField(help_text=_("the date of that status in EDTF; empty if unknown"))


def participants_of(record: Any) -> list[dict[str, Any]]:
    if hasattr(record, "participations"):
        return [
            participant(one.role, one.who, one.country, one.status, one.status_date)
            for one in record.participations.all()
        ]
    places = zip(SIDES, (record.ref_area, record.counterpart_area), strict=True)
    return [participant(role, place, place.country) for role, place in places if place]


def participant(
    role: str, who: Any, country: Place | None, status: str = "", status_date: Period | str = ""
) -> dict[str, Any]:
    return {
        "role": role,
        "kind": who._meta.model_name,
        "key": who.natural_key()[0],
        "name": in_both(who, "name"),
        "country": country.code if country else None,
        "status": status,
        "status_date": str(status_date),
    }


class QuotationSerializer(serializers.Serializer):
    text = serializers.CharField(help_text=_("the words of the source"))
    language = serializers.CharField(help_text=_("the language of the quotation, such as ru or en"))


class CitationSerializer(serializers.Serializer):
    # A field name of the response is also an attribute of the framework's fields.
    source = serializers.CharField(help_text=_("the key of the source"))  # type: ignore[assignment]  # see above
    locator_label = serializers.ChoiceField(
        [*Citation.Locator.values, ""], help_text=_("place in the source")
    )
    locator = serializers.CharField(help_text=_("number or heading"))
    whole_record = serializers.BooleanField(help_text=_("whether it supports the whole record"))
    columns = serializers.ListField(
        child=serializers.CharField(), help_text=_("the names of the columns it supports")
    )
    quoted_in = serializers.CharField(allow_null=True, help_text=_("the key of the original source"))
    confidence = serializers.ChoiceField(Citation.Confidence.values, help_text=_("confidence"))
    note = InBothLanguagesSerializer(help_text=_("doubt or note"))
    quotation = QuotationSerializer(allow_null=True, help_text=_("a short quotation from the source"))


def citations_of(record: Record) -> list[dict[str, Any]]:
    languages = {one.source.key: one.source.language for one in record.citations.all()}
    return [
        {
            "source": slot.source,
            "locator_label": slot.locator_label,
            "locator": slot.locator,
            "whole_record": "" in slot.fields,
            "columns": [field for field in slot.fields if field],
            "quoted_in": slot.quoted_in or None,
            "confidence": slot.confidence,
            "note": in_both(slot, "note"),
            "quotation": quotation_of(slot, languages[slot.source]),
        }
        for slot in slots_of(record)
    ]


def quotation_of(slot: Slot, language_of_source: str) -> dict[str, str] | None:
    language = slot.quotation_language or language_of_source
    return {"text": slot.quotation, "language": language} if slot.quotation else None


class LinkSerializer(serializers.Serializer):
    kind = serializers.ChoiceField(LinkKind.values, help_text=_("link"))
    type = serializers.CharField(help_text=_("the type of the other record"))
    key = serializers.CharField(help_text=_("the key of the other record"))
    address = serializers.URLField(help_text=_("the URL of the other record"))
