"""Views of the map of places, as a page, as a picture and as a table."""

from textwrap import wrap
from typing import Any

import vl_convert
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from relations.catalog import BY_SLUG
from relations.presentation.places_map import Picture
from relations.presentation.query_summary import QuerySummary
from relations.queries.place_counts import PlacesMap
from relations.queries.record_query import ALL_TYPES, RecordQuery
from relations.site import site_of, today
from relations.text.xml import valid_in_xml
from relations.writers.file_names import file_name
from relations.writers.responses import response_of

from .responses import picture_response, refusal

FORMATS = ("svg", "png", "csv")
COLUMNS = ("code", "name_ru", "name_en", "kind", "records")
LONGEST_LINE = 120


def page(request: HttpRequest, slug: str = ALL_TYPES) -> HttpResponse:
    return render(request, "relations/map.html", context_of(RecordQuery(slug, request.GET)))


def context_of(query: RecordQuery) -> dict[str, Any]:
    places = PlacesMap(query)
    return {
        "slug": query.slug,
        "record_type": BY_SLUG.get(query.slug),
        "query_summary": QuerySummary(query),
        "total": query.total,
        "map": places,
        "picture": Picture(places),
        "formats": FORMATS,
    }


def download(request: HttpRequest, slug: str, form: str) -> HttpResponseBase:
    """The map as a separate picture, or its numbers; 400 with the reasons where a parameter is not valid."""
    if form not in FORMATS:
        raise Http404(_("Unknown format. Try svg, png or csv."))
    query = RecordQuery(slug, request.GET)
    if not query.is_valid():
        return refusal(query.parameter_errors)
    name = file_name(f"map-{slug}", form, query.given)
    if form == "csv":
        return response_of(name, COLUMNS, PlacesMap(query).flat_rows(), "csv")
    svg = drawn(request, query)
    if form == "svg":
        return picture_response(svg, "image/svg+xml", name)
    return picture_response(vl_convert.svg_to_png(svg, scale=2), "image/png", name)


def drawn(request: HttpRequest, query: RecordQuery) -> str:
    """The picture with title, filters, sources, licence and date, in light."""
    context = context_of(query)
    filters = "; ".join(f"{chip.label}: {chip.text}" for chip in context["query_summary"].chips)
    lines = wrap(filters, LONGEST_LINE)
    head = 84 + 18 * len(lines)
    context |= {
        "site": site_of(request),
        "day": today(),
        "lines": [(84 + 18 * i, line) for i, line in enumerate(lines)],
        "head": head,
        "height": head + context["picture"].height + 70,
    }
    return valid_in_xml(render_to_string("relations/map.svg", context))
