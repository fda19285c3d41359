"""The kinds of addresses of the register, read from its URL patterns, so that none is forgotten."""

import re
from functools import cached_property
from urllib.parse import quote

from django.apps import apps
from django.contrib import admin
from django.urls import get_resolver
from django.urls.resolvers import LocalePrefixPattern

from relations.catalog import RECORD_TYPES
from relations.charts import LOOKS
from relations.filters.source_filter import SourceFilter
from relations.models import Indicator, Merge, Place, Source, Topic
from relations.sitemaps import SITEMAPS
from tests.addresses.mutations import Address

LANGUAGES = ("ru", "en")
ARGUMENT = re.compile(r"<(?:(\w+):)?(\w+)>")
#: patterns that are regular expressions → addresses that they mean
EXPRESSIONS = {"^(?P<app_label>auth|relations)/$": "relations/", "(?P<url>.*)$": "nothing/"}
PUBLIC_NAMES = "page fact month lang next find_source find_topic pairs panel language utm_source".split()
API_NAMES = "cursor page_size lang page format".split()
RECONCILING = "queries extend prefix cursor id type limit lang callback q".split()
ADMIN_NAMES = (
    "q p o e all _popup _to_field _changelist_filters state__exact country scope sourced missing read_twice dated year"
    " link type rests_on with tab page after column cell for_import month term app_label model_name field_name version"
    " first second a b next action index format resource source indicator title_ru period"
).split()
#: what scripts and forms ask for: no link leads to it
ASKED = {
    "admin/autocomplete/": [
        "app_label=relations&model_name=participation&field_name=place&term=a",
        "app_label=relations&model_name=citation&field_name=source&term=a",
        "app_label=relations&model_name=forum&field_name=series&term=a",
        "app_label=relations&model_name=observation&field_name=indicator&term=",
    ],
    "suggest/": ["prefix=a", "prefix=a&cursor=1"],
    "history/compare/": ["before=1&after=2"],
    "search/": ["q=форум", "q=gas&type=forums"],
    "likely/": ["title_ru=Форум регионов&period=2018"],
    "agreements": ["country=UZ&year_from=2000&year_to=2010", "topic=trade&sort=title&page=2"],
    "statistics": ["indicator=trade&area=UZ", "undated=only"],
    "process_import/": ["file=a.csv"],
    "sheet-check/": ["type=agreements"],
}


class Kind:
    """The addresses of one pattern."""

    def __init__(self, route, values):
        self.route, self.values = route, values
        #: queries that its pages lead to
        self.known = [
            tuple(quote(one, safe="=&").split("&"))
            for part, queries in ASKED.items()
            if part in route
            for one in queries
        ]

    @property
    def part(self):
        """«admin», «api», «reconcile», or «» for readers."""
        first = self.route.split("/")[0]
        return first if first in ("admin", "api", "reconcile") else ""

    @cached_property
    def model(self):
        """The model of the admin to which it belongs, if any."""
        found = re.match(r"admin/(\w+)/(\w+)/", self.route)
        try:
            return apps.get_model(*found.groups()) if found else None
        except LookupError:
            return None

    def example(self, chance):
        route = self.route
        for expression, text in EXPRESSIONS.items():
            route = route.replace(expression, text)
        path = "/" + ARGUMENT.sub(lambda found: quote(str(self.argument(chance, found[2])), safe=""), route)
        return Address(path, chance.choice(self.known) if self.known and chance.random() < 0.6 else ())

    def argument(self, chance, name):
        return chance.choice(self.values.of(self, name) or ["1"])

    def learn(self, query, most=40):
        """A query to which a page leads."""
        if query not in self.known and len(self.known) < most:
            self.known.append(query)


class Values:
    """What the arguments of patterns can be, read once from the database."""

    def __init__(self):
        self.keys = {
            one.slug: list(one.model.objects.published().order_by("key").values_list("key", flat=True))
            for one in RECORD_TYPES
        }
        self.keys["sources"] = list(Source.objects.public().order_by("key").values_list("key", flat=True))
        for name, model, column in (
            ("topics", Topic, "key"),
            ("indicators", Indicator, "key"),
            ("places", Place, "code"),
        ):
            self.keys[name] = list(model.objects.order_by(column).values_list(column, flat=True))
        self.pks = {
            model: list(model._base_manager.order_by("pk").values_list("pk", flat=True)[:200])
            for model in (*admin.site._registry, Merge)
        }
        self.fixed = {
            "language": LANGUAGES,
            "form": "csv xlsx json atom ris bib csl svg png pdf".split(),
            "slug": (*(one.slug for one in RECORD_TYPES), "sources", "nothing"),
            "look": (*LOOKS, "nothing"),
            "pair": ("ru-uz", "ru-kz", "uz-kz", "ru-ru", "RU-UZ"),
            "day": ("2026-10-01", "2026-13-45", "0000-00-00"),
            "section": (*SITEMAPS, "nothing"),
            "name": ("queue.png", "map.svg"),
            "code": self.keys["places"],
            "content_type_id": (1, 7, 12),
            "version": (1, 2, 3),
        }

    def of(self, kind, name):
        if kind.model and name in ("object_id", "id", "number", "pk"):
            return self.pks[Merge if "merges/" in kind.route else kind.model]
        if name == "key":
            return next((keys for slug, keys in self.keys.items() if f"/{slug}/" in kind.route), [])
        return self.fixed.get(name, [])


def all_kinds():
    values = Values()
    return [Kind(route, values) for route in routes(get_resolver().url_patterns)]


def routes(patterns, before=""):
    """Of public pages once for both languages."""
    for one in patterns:
        is_language = isinstance(one.pattern, LocalePrefixPattern)
        route = before + ("<language>/" if is_language else str(one.pattern))
        if hasattr(one, "url_patterns"):
            yield from routes(one.url_patterns, route)
        else:
            yield route


def names_of(kind):
    """Parameters that its pages know, and some that others know."""
    if kind.part == "admin":
        return ADMIN_NAMES
    if kind.part == "reconcile":
        return RECONCILING
    filters = dict.fromkeys(name for one in RECORD_TYPES for name in one.filterset.base_filters)
    names = (*filters, *SourceFilter.base_filters)
    return (*names, *(API_NAMES if kind.part == "api" else PUBLIC_NAMES))


def fields_of(kind):
    """Fields of the model of a page of the admin, to which lookups can be added."""
    if kind.model is None:
        return ()
    return tuple(field.name for field in kind.model._meta.get_fields())
