"""Views of the home page and of the page about the register."""

from datetime import datetime
from functools import reduce
from typing import NamedTuple

from django.conf import settings
from django.db.models import Max
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language_from_request, override
from django.utils.translation import gettext as _

from relations.catalog import RECORD_TYPES, RecordType
from relations.filters.parameters import Records
from relations.models import Place
from relations.models.events import Event
from relations.models.places import COUNTRIES
from relations.models.records import Record
from relations.presentation.coverage import CoverageCounts, coverage_of, coverage_of_register
from relations.presentation.year_chart import chart_of_events
from relations.queries.matrix import of_countries
from relations.queries.record_query import ALL_TYPES, RecordQuery
from relations.queries.source_counts import number_of_public
from relations.queries.timeline import Timeline
from relations.site import today

LATEST = 8


class Shared(NamedTuple):
    """How many records a country shares with Russia."""

    country: Place
    number: int


class Extent(NamedTuple):
    """The newest published record of a type, and when one was last changed; None where there is none."""

    type: RecordType
    newest: Record | None
    changed: datetime | None


def door(request: HttpRequest) -> HttpResponse:
    """Redirects the bare address to the reader's own language."""
    with override(get_language_from_request(request)):
        return redirect(reverse("home"))


def home(request: HttpRequest) -> HttpResponse:
    query = RecordQuery(ALL_TYPES, QueryDict())
    events = {one: query.every(one).told_first for one in RECORD_TYPES if issubclass(one.model, Event)}
    types = [(one, coverage_of(query.every(one))) for one in RECORD_TYPES]
    countries = with_russia(query)
    context = {
        "types": types,
        "coverage": reduce(CoverageCounts.plus, (found for _one, found in types)),
        "source_count": number_of_public(query),
        "countries": countries,
        "places": [country for country, _shared in countries],
        "chart": chart_of_events(request, _("Russia and Central Asia")),
        "latest": Timeline(events)[:LATEST],
    }
    return render(request, "relations/home.html", context)


def with_russia(query: RecordQuery) -> list[Shared]:
    """The six in their order."""
    shared = of_countries(query).numbers
    places = {place.code: place for place in Place.objects.filter(code__in=COUNTRIES)}
    return [Shared(places[code], shared["RU", code]) for code in COUNTRIES if code in places]


def about(request: HttpRequest) -> HttpResponse:
    contact = settings.KEEPER_CONTACT
    context = {
        "types": RECORD_TYPES,
        "coverage": coverage_of_register(),
        "keeper": settings.KEEPER_NAME,
        "contact": contact,
        "contact_address": contact if "://" in contact else f"mailto:{contact}",
        "extents": [extent_of(one) for one in RECORD_TYPES],
    }
    return render(request, "relations/about.html", context)


def extent_of(record_type: RecordType) -> Extent:
    """How far the records of a type reach; forecasts and plans for later days do not count."""
    records: Records = record_type.model.objects.published()
    newest = records.filter(first_day__lte=today()).defer("search_text", "row")
    changed = record_type.model.objects.shown().aggregate(last=Max("updated_at"))["last"]
    return Extent(record_type, newest.first(), changed)
