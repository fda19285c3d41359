from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from relations.models import Place
from relations.models.places import pair_order
from relations.presentation.query_summary import AskedQuestion
from relations.queries.record_query import ALL_TYPES, Inquiry
from relations.queries.timeline import Timeline

from . import feeds
from .pagination import page_of
from .responses import reasons_response
from .years import chart_of_events


def timeline(request):
    return show(request, "relations/timeline.html", Inquiry(ALL_TYPES, request.GET), {})


def feed(request):
    """The same as an Atom feed: what is published of whatever type."""
    inquiry = Inquiry(ALL_TYPES, request.GET)
    return feeds.of_inquiry(request, inquiry) if inquiry.is_answerable else reasons_response(inquiry)


def pair(request, pair):
    """Two countries as ru-uz: one timeline of everything in which both take part."""
    codes = [code.upper() for code in pair.split("-")]
    sides = {place.code: place for place in Place.objects.filter(code__in=codes, kind=Place.Kind.COUNTRY)}
    if len(codes) != 2 or len(sides) != 2:
        raise Http404(_("There is no such pair of countries."))
    first, second = codes
    inquiry = Inquiry(
        ALL_TYPES, request.GET, within=lambda records: records.involving([first]).involving([second])
    )
    more = {
        "sides": [sides[first], sides[second]],
        "codes": codes,
        "chart": chart_of_events(
            request, f"{sides[first]} – {sides[second]}", country=first, **{"with": second}
        ),
        "canonical": reverse("pair", args=["-".join(sorted(codes, key=pair_order)).lower()]),
        "followed": urlencode({"country": first, "with": second}),
    }
    return show(request, "relations/pair.html", inquiry, more)


def show(request, template, inquiry, more):
    context = {
        "page": page_of(Timeline(inquiry.results, inquiry.total), request.GET.get("page")),
        "asked": AskedQuestion(inquiry),
        "counts": list(inquiry.counts.items()),
        "total": inquiry.total,
        **more,
    }
    return render(request, template, context)
