"""Views of the timeline of all types, of its feed, and of the timeline of two countries."""

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from relations.models import Place
from relations.models.places import pair_order
from relations.presentation.query_summary import QuerySummary
from relations.presentation.through_groups import mark_groups
from relations.presentation.year_chart import chart_of_events
from relations.queries.record_query import ALL_TYPES, RecordQuery
from relations.queries.timeline import Timeline

from . import feeds
from .pagination import page_of
from .responses import refusal


def timeline(request: HttpRequest) -> HttpResponse:
    return show(request, "relations/timeline.html", RecordQuery(ALL_TYPES, request.GET), {})


def feed(request: HttpRequest) -> HttpResponseBase:
    """The same as an Atom feed of all types."""
    query = RecordQuery(ALL_TYPES, request.GET)
    return feeds.of_records(request, query) if query.is_valid() else refusal(query.parameter_errors)


def pair(request: HttpRequest, pair: str) -> HttpResponse:
    """Two countries as ru-uz: one timeline of everything in which both take part."""
    codes = [code.upper() for code in pair.split("-")]
    sides = {place.code: place for place in Place.objects.filter(code__in=codes, kind=Place.Kind.COUNTRY)}
    if len(codes) != 2 or len(sides) != 2:
        raise Http404(_("There is no such pair of countries."))
    first, second = codes
    name = f"{sides[first]} – {sides[second]}"
    more = {
        "sides": [sides[first], sides[second]],
        "codes": codes,
        "chart": chart_of_events(request, name, country=first, **{"with": second}),
        "canonical": reverse("pair", args=["-".join(sorted(codes, key=pair_order)).lower()]),
        "followed": urlencode({"country": first, "with": second}),
    }
    query = RecordQuery(ALL_TYPES, request.GET, within=codes)
    return show(request, "relations/pair.html", query, more, within=codes)


def show(
    request: HttpRequest, template: str, query: RecordQuery, more: dict[str, Any], within: Sequence[str] = ()
) -> HttpResponse:
    page = page_of(Timeline(query.found_of_all()), request.GET.get("page"))
    mark_groups((record for _type, record in page), query, within)
    context = {
        "page": page,
        "query_summary": QuerySummary(query),
        "counts": list(query.numbers.items()),
        "total": query.total,
        **more,
    }
    return render(request, template, context)
