from django.contrib.sitemaps import Sitemap
from django.urls import reverse

from relations.catalog import RECORD_TYPES
from relations.models import Source


class InBothLanguages(Sitemap):
    i18n = alternates = x_default = True
    limit = 10_000


class Pages(InBothLanguages):
    def items(self):
        return [
            "home",
            *(one.slug for one in RECORD_TYPES),
            "places",
            "sources",
            "indicators",
            "timeline",
            "data",
            "map",
            "about",
        ]

    def location(self, item):
        return reverse(item)


class Records(InBothLanguages):
    """One a type: a query set, so that the sitemap is cut into files by the database."""

    def __init__(self, record_type):
        self.record_type = record_type

    def items(self):
        return self.record_type.model.objects.published().only("pk", "key", "updated_at").order_by("pk")

    def lastmod(self, record):
        return record.updated_at


class Sources(InBothLanguages):
    def items(self):
        return Source.objects.public().only("pk", "key").order_by("pk")


SITEMAPS = {"pages": Pages, "sources": Sources, **{one.slug: Records(one) for one in RECORD_TYPES}}
