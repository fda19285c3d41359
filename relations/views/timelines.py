from django.http import Http404
from django.shortcuts import render
from django.utils.translation import gettext as _

from relations.catalog import RECORD_TYPES
from relations.filters import RecordFilter
from relations.models import Forum, Place
from relations.timeline import Timeline
from relations.views.lists import page_of
from relations.views.question import AskedQuestion


def asked_of(request):
    """(question, narrow): what every type knows of the address's parameters, and the function that applies it."""
    question = AskedQuestion(RecordFilter(request.GET, queryset=Forum.objects.none()), request.GET)

    def narrow(records):
        return RecordFilter(request.GET, queryset=records).results if question.is_valid else records.none()

    return question, narrow


def timeline(request):
    question, narrow = asked_of(request)
    return show(request, "relations/timeline.html", question, narrow, {})


def pair(request, pair):
    """Two countries as ru-uz: one timeline of everything in which both take part."""
    codes = [code.upper() for code in pair.split("-")]
    sides = {place.code: place for place in Place.objects.filter(code__in=codes, kind=Place.Kind.COUNTRY)}
    if len(codes) != 2 or len(sides) != 2:
        raise Http404(_("There is no such pair of countries."))
    question, narrow = asked_of(request)

    def both(records):
        return narrow(records.involving([codes[0]]).involving([codes[1]]))

    return show(
        request,
        "relations/pair.html",
        question,
        both,
        {"sides": [sides[code] for code in codes], "codes": codes},
    )


def show(request, template, question, narrow, more):
    timeline = Timeline(narrow)
    page = page_of(timeline, request.GET.get("page"))
    context = {
        "page": page,
        "asked": question,
        "counts": [(one, timeline.counts()[one.slug]) for one in RECORD_TYPES],
        "total": timeline.count(),
        **more,
    }
    return render(request, template, context)
