from textwrap import wrap

import vl_convert
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _

from relations.catalog import BY_SLUG
from relations.presentation.places_map import Picture
from relations.presentation.query_summary import AskedQuestion
from relations.queries.place_counts import PlacesMap
from relations.queries.record_query import ALL_TYPES, Inquiry
from relations.site import site_of, today
from relations.text.xml import speakable
from relations.writers.responses import response_of

from .responses import reasons_response
from .years import KEPT_FOR

FORMATS = ("svg", "png", "csv")
COLUMNS = ("code", "name_ru", "name_en", "kind", "records")
LONGEST_LINE = 120


def page(request, slug=ALL_TYPES):
    return render(request, "relations/map.html", context_of(Inquiry(slug, request.GET)))


def context_of(inquiry):
    places = PlacesMap(inquiry)
    return {
        "slug": inquiry.slug,
        "record_type": BY_SLUG.get(inquiry.slug),
        "asked": AskedQuestion(inquiry),
        "total": inquiry.total,
        "map": places,
        "picture": Picture(places),
        "formats": FORMATS,
    }


def download(request, slug, form):
    """The map as a picture that stands alone, or its numbers. A question that makes no sense is answered with 400."""
    writers = {"svg": svg_response, "png": png_response, "csv": csv_response}
    if form not in writers:
        raise Http404(_("Unknown format. Try svg, png or csv."))
    inquiry = Inquiry(slug, request.GET)
    return writers[form](request, inquiry) if inquiry.is_answerable else reasons_response(inquiry)


def csv_response(request, inquiry):
    return response_of(f"map-{inquiry.slug}", COLUMNS, PlacesMap(inquiry).flat_rows(), "csv")


def svg_response(request, inquiry):
    return picture_response(inquiry, drawn(request, inquiry), "image/svg+xml", "svg")


def png_response(request, inquiry):
    png = vl_convert.svg_to_png(drawn(request, inquiry), scale=2)
    return picture_response(inquiry, png, "image/png", "png")


def picture_response(inquiry, body, content_type, form):
    response = HttpResponse(body, content_type=content_type)
    response["Content-Disposition"] = f'inline; filename="map-{inquiry.slug}.{form}"'
    patch_cache_control(response, public=True, max_age=KEPT_FOR)
    return response


def drawn(request, inquiry):
    """The picture with title, question, sources, licence and date, in light."""
    context = context_of(inquiry)
    question = "; ".join(f"{chip.label}: {chip.text}" for chip in context["asked"].chips())
    lines = wrap(question, LONGEST_LINE)
    head = 84 + 18 * len(lines)
    context |= {
        "site": site_of(request),
        "day": today(),
        "lines": [(84 + 18 * i, line) for i, line in enumerate(lines)],
        "head": head,
        "height": head + context["picture"].height + 70,
    }
    return speakable(render_to_string("relations/map.svg", context))
