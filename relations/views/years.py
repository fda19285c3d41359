"""The years of an inquiry: a page with picture and table, and the picture and its figures as files."""

import csv

from django.db.models import Max
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control

from relations.charts import LOOKS, rendered, yearly
from relations.charts.rendering import CONTENT_TYPES
from relations.citing.files import site_of
from relations.citing.items import register_name
from relations.inquiry import ALL_TYPES, Inquiry
from relations.models.names import reader_language
from relations.period_phrases import phrase
from relations.periods import Period
from relations.views.lists import reasons_response
from relations.views.question import AskedQuestion
from relations.years import Years


def years_of(inquiry):
    first, last = (
        inquiry.filterset.asked(name) if inquiry.is_answerable else None for name in ("year_from", "year_to")
    )
    return Years(inquiry.results, first, last)


def asked_types(inquiry):
    """The types that may answer: those chosen, where the timeline was asked for some."""
    chosen = inquiry.data.getlist("type") if inquiry.slug == ALL_TYPES else []
    return [one for one in inquiry.filtersets if not chosen or one.slug in chosen]


def page(request, slug=ALL_TYPES):
    inquiry = Inquiry(slug, request.GET)
    asked = AskedQuestion(inquiry)
    years = years_of(inquiry)
    types = asked_types(inquiry)
    context = {
        "asked": asked,
        "years": years,
        "types": types,
        "undated": [years.spans[one.slug][None, None] for one in types],
        "lines": [
            (bar, asked.with_years(bar.parameters), [bar.counts[one.slug] for one in types])
            for bar in reversed(years.bars)
        ],
    }
    return render(request, "relations/years.html", context)


@cache_control(public=True, max_age=600)
def picture(request, slug, look, form):
    """The chart as SVG or PNG, in one of the looks: light, dark, and both for narrow screens."""
    inquiry = Inquiry(slug, request.GET)
    if look not in LOOKS:
        raise Http404(_("There is no such chart."))
    if not inquiry.is_answerable:
        return reasons_response(inquiry)
    drawn = rendered(specification(request, inquiry, LOOKS[look]), form)
    response = HttpResponse(drawn, content_type=CONTENT_TYPES[form])
    response["Content-Disposition"] = f'inline; filename="{slug}-years.{form}"'
    return response


def specification(request, inquiry, look):
    years, types = years_of(inquiry), asked_types(inquiry)
    rows = [(one.slug, f"{capfirst(one.label)}: {inquiry.counts[one]}") for one in types]
    return yearly.specification(years, rows, said_about(request, inquiry, years), look)


def said_about(request, inquiry, years):
    """(title, subtitle, notes) that stand inside the picture."""
    asked = AskedQuestion(inquiry)
    names = ", ".join(str(one.label) for one in asked_types(inquiry))
    question = "; ".join(
        f"{chip.label}: {chip.text}"
        for chip in asked.chips()
        if chip.name != "type" or inquiry.slug != ALL_TYPES
    )
    span = f"{years.first}–{years.last}" if years.dated else ""
    subtitle = [capfirst(question), _("Number of records by year"), span]
    notes = [undated_note(years), spanning_note(years), origin(request, inquiry)]
    return capfirst(names), ". ".join(filter(None, subtitle)), notes


def undated_note(years):
    return _("%(total)d in all, of these %(undated)d undated.") % {
        "total": years.total,
        "undated": years.undated,
    }


def spanning_note(years):
    if not years.spanning:
        return ""
    return _("Records that span several bars stand in each of them: %(number)d.") % {"number": years.spanning}


def origin(request, inquiry):
    """The register, its address and the day of the latest change among the records."""
    changed = [
        records.order_by().aggregate(day=Max("updated_at"))["day"] for records in inquiry.results.values()
    ]
    day = max(filter(None, changed), default=None)
    address = site_of(request) + request.path.rsplit("/", 1)[0] + "/"
    as_of = _("as of %(day)s") % {"day": phrase(Period.parse(day.date()), reader_language())} if day else ""
    return _("Source: %(register)s") % {
        "register": ", ".join(filter(None, (register_name(), as_of, address)))
    }


def table(request, slug):
    """CSV: a line a bar, and a last one without years for the undated records."""
    inquiry = Inquiry(slug, request.GET)
    if not inquiry.is_answerable:
        return reasons_response(inquiry)
    years, slugs = years_of(inquiry), [one.slug for one in asked_types(inquiry)]
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{slug}-years.csv"'
    writer = csv.writer(response)
    writer.writerow(["year_from", "year_to", *slugs, "total"])
    writer.writerows(
        [bar.first, bar.last, *(bar.counts[one] for one in slugs), bar.total] for bar in years.bars
    )
    writer.writerow(["", "", *(years.spans[one][None, None] for one in slugs), years.undated])
    return response
