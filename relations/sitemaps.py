"""XML sitemaps of the public pages."""

from collections.abc import Sequence
from datetime import datetime
from itertools import combinations
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.db.models import Max, QuerySet
from django.http import QueryDict
from django.urls import reverse

from relations.catalog import RECORD_TYPES, RecordType
from relations.models import Indicator, Observation, Place, Record, Source
from relations.models.places import COUNTRIES, pair_order
from relations.queries.record_query import ALL_TYPES, RecordQuery


class InBothLanguages(Sitemap):
    i18n = alternates = x_default = True
    limit = 2_000

    def get_domain(self, site: Any = None) -> str:
        return urlsplit(settings.SITE_URL).netloc or super().get_domain(site)

    def get_protocol(self, protocol: str | None = None) -> str:
        return urlsplit(settings.SITE_URL).scheme or super().get_protocol(protocol)


class Pages(InBothLanguages):
    def items(self) -> list[str]:
        return [
            "home",
            *(one.slug for one in RECORD_TYPES),
            "places",
            "sources",
            "indicators",
            "timeline",
            "data",
            "sheet-check",
            "map",
            "years",
            "matrix",
            "about",
            "corrections",
            "names",
        ]

    def location(self, item: str) -> str:
        return reverse(item)


class PerLanguage:
    """(object, language) of a query set, sliced by the database; slices begin and end between two objects."""

    def __init__(self, entities: QuerySet[Any], languages: Sequence[str]) -> None:
        self.entities, self.languages = entities, languages

    def __len__(self) -> int:
        return self.entities.count() * len(self.languages)

    def __getitem__(self, part: slice) -> list[tuple[Any, str]]:
        entities = self.entities[part.start // len(self.languages) : part.stop // len(self.languages)]
        return [(entity, language) for entity in entities for language in self.languages]


class Records(InBothLanguages):
    """One a type, cut into files by the database: there may be many."""

    def __init__(self, record_type: RecordType) -> None:
        self.record_type = record_type

    def items(self) -> QuerySet[Any]:
        return self.record_type.model.objects.published().only("pk", "key", "updated_at").order_by("pk")

    def _items(self) -> PerLanguage:
        """Avoids Django's own method, which loads all objects for each file."""
        return PerLanguage(self.items(), self.get_languages_for_item(None))

    def lastmod(self, record: Record) -> datetime:
        return record.updated_at

    def get_latest_lastmod(self) -> datetime | None:
        last: datetime | None = self.items().aggregate(last=Max("updated_at"))["last"]
        return last


class Sources(InBothLanguages):
    def items(self) -> QuerySet[Source]:
        return Source.objects.public().only("pk", "key").order_by("pk")


class Places(InBothLanguages):
    """Places that take part in records, and the places that contain them."""

    def items(self) -> list[Place]:
        found: dict[int, Place] = {}
        for one in RecordQuery(ALL_TYPES, QueryDict()).places:
            place: Place | None = one
            while place:
                found[place.pk], place = place, place.parent
        return [found[key] for key in sorted(found)]


class Pairs(InBothLanguages):
    """Pairs of the six countries with at least one common record."""

    def items(self) -> list[tuple[str, str]]:
        return [
            pair for pair in combinations(sorted(COUNTRIES, key=pair_order), 2) if self.have_records(*pair)
        ]

    def have_records(self, first: str, second: str) -> bool:
        published = (one.model.objects.published() for one in RECORD_TYPES)
        return any(records.involving([first]).involving([second]).exists() for records in published)

    def location(self, item: tuple[str, str]) -> str:
        return reverse("pair", args=["-".join(item).lower()])


class Indicators(InBothLanguages):
    def items(self) -> QuerySet[Any]:
        measured = Observation.objects.published().values("indicator")
        return Indicator.objects.filter(pk__in=measured).only("pk", "key").order_by("pk")


SITEMAPS = {
    "pages": Pages,
    "sources": Sources,
    "places": Places,
    "pairs": Pairs,
    "indicators": Indicators,
    **{one.slug: Records(one) for one in RECORD_TYPES},
}
