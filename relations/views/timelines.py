from django.http import Http404
from django.shortcuts import render
from django.utils.translation import gettext as _

from relations.inquiry import ALL_TYPES, Inquiry
from relations.models import Place
from relations.timeline import Timeline
from relations.views.lists import page_of
from relations.views.question import AskedQuestion
from relations.views.years import chart_of_events


def timeline(request):
    return show(request, "relations/timeline.html", Inquiry(ALL_TYPES, request.GET), {})


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
