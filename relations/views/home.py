from django.db.models import Sum
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language_from_request, override

from relations.catalog import RECORD_TYPES
from relations.models import Place, Source
from relations.models.events import Event
from relations.models.places import COUNTRIES
from relations.timeline import Timeline

LATEST = 8


def door(request):
    """The bare address: to the reader's own language."""
    with override(get_language_from_request(request)):
        return redirect(reverse("home"))


def home(request):
    places = {place.code: place for place in Place.objects.filter(code__in=COUNTRIES)}
    events = {
        one: one.model.objects.published().filter(first_day__isnull=False)
        for one in RECORD_TYPES
        if issubclass(one.model, Event)
    }
    context = {
        "types": [(one, one.model.objects.published().count()) for one in RECORD_TYPES],
        "coverage": coverage(),
        "source_count": Source.objects.public().count(),
        "countries": [places[code] for code in COUNTRIES if code in places],
        "latest": Timeline(events)[:LATEST],
    }
    return render(request, "relations/home.html", context)


def coverage():
    """How many facts the published records state, and how many of them are sourced."""
    sums = [
        one.model.objects.published().aggregate(facts=Sum("fact_count"), sourced=Sum("sourced_count"))
        for one in RECORD_TYPES
    ]
    return {name: sum(found[name] or 0 for found in sums) for name in ("facts", "sourced")}


def about(request):
    return render(request, "relations/about.html", {"types": RECORD_TYPES})
