from django import forms
from django.http import Http404
from django.shortcuts import render
from django.utils.translation import gettext as _

from relations.catalog import RECORD_TYPES
from relations.models import Place
from relations.periods import FIRST_YEAR, LAST_YEAR, Period
from relations.timeline import Timeline
from relations.views.lists import page_of


class Years(forms.Form):
    """The timeline's own question: a span of years."""

    year_from = forms.IntegerField(required=False, min_value=FIRST_YEAR, max_value=LAST_YEAR)
    year_to = forms.IntegerField(required=False, min_value=FIRST_YEAR, max_value=LAST_YEAR)

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("year_from") and cleaned.get("year_to") and cleaned["year_from"] > cleaned["year_to"]:
            self.add_error("year_to", _("The last year lies before the first one."))
        return cleaned

    def narrow(self, records):
        if not self.is_valid():
            return records.none()
        period = Period.years(self.cleaned_data["year_from"], self.cleaned_data["year_to"])
        return records.during(period) if period else records


def timeline(request):
    years = Years(request.GET)
    return show(request, "relations/timeline.html", years, years.narrow, {})


def pair(request, pair):
    """Two countries as ru-uz: one timeline of everything in which both take part."""
    codes = [code.upper() for code in pair.split("-")]
    sides = {place.code: place for place in Place.objects.filter(code__in=codes, kind=Place.Kind.COUNTRY)}
    if len(codes) != 2 or len(sides) != 2:
        raise Http404(_("There is no such pair of countries."))
    years = Years(request.GET)

    def question(records):
        return years.narrow(records.involving([codes[0]]).involving([codes[1]]))

    return show(
        request,
        "relations/pair.html",
        years,
        question,
        {"sides": [sides[code] for code in codes], "codes": codes},
    )


def show(request, template, years, question, more):
    timeline = Timeline(question)
    page = page_of(timeline, request.GET.get("page"))
    asked = request.GET.copy()
    asked.pop("page", None)
    context = {
        "page": page,
        "years_form": years,
        "years_query": asked.urlencode(),
        "counts": [(one, timeline.counts()[one.slug]) for one in RECORD_TYPES],
        "total": timeline.count(),
        **more,
    }
    return render(request, template, context)
