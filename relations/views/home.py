"""Views of the home page and of the page about the register."""

from typing import NamedTuple

from django.db.models import Count, Sum
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language_from_request, override
from django.utils.translation import gettext as _

from relations.catalog import RECORD_TYPES
from relations.filters.parameters import Records
from relations.models import Place, Source
from relations.models.events import Event
from relations.models.places import COUNTRIES
from relations.presentation.year_chart import chart_of_events
from relations.queries.matrix import of_countries
from relations.queries.place_hierarchy import PlaceHierarchy
from relations.queries.record_query import ALL_TYPES, RecordQuery, Results
from relations.queries.timeline import Timeline

LATEST = 8


class Shared(NamedTuple):
    """How many records a country shares with Russia."""

    country: Place
    number: int


def door(request: HttpRequest) -> HttpResponse:
    """Redirects the bare address to the reader's own language."""
    with override(get_language_from_request(request)):
        return redirect(reverse("home"))


def home(request: HttpRequest) -> HttpResponse:
    events: Results = {
        one: one.model.objects.published().filter(first_day__isnull=False)
        for one in RECORD_TYPES
        if issubclass(one.model, Event)
    }
    types = [(one, in_numbers(one.model.objects.published())) for one in RECORD_TYPES]
    countries = with_russia()
    context = {
        "types": types,
        "coverage": {name: sum(found[name] for _one, found in types) for name in ("facts", "sourced")},
        "source_count": Source.objects.public().count(),
        "countries": countries,
        "places": [country for country, _shared in countries],
        "chart": chart_of_events(request, _("Russia and Central Asia")),
        "latest": Timeline(events)[:LATEST],
    }
    return render(request, "relations/home.html", context)


def in_numbers(records: Records) -> dict[str, int]:
    """How many records there are, how many facts they state, and how many of these are sourced."""
    found = records.aggregate(records=Count("pk"), facts=Sum("fact_count"), sourced=Sum("sourced_count"))
    return {name: number or 0 for name, number in found.items()}


def with_russia() -> list[Shared]:
    """The six in their order."""
    shared = of_countries(RecordQuery(ALL_TYPES, QueryDict()), PlaceHierarchy()).numbers
    places = {place.code: place for place in Place.objects.filter(code__in=COUNTRIES)}
    return [Shared(places[code], shared["RU", code]) for code in COUNTRIES if code in places]


def about(request: HttpRequest) -> HttpResponse:
    return render(request, "relations/about.html", {"types": RECORD_TYPES})
