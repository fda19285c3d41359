"""The years of an inquiry: a page with picture and table, and the picture and its figures as files."""

import csv

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from relations.catalog import RECORD_TYPES
from relations.charts import LOOKS, Look, in_looks, rendered, size
from relations.charts.render import CONTENT_TYPES
from relations.models.events import Event
from relations.presentation.query_summary import AskedQuestion
from relations.presentation.year_chart import YearsPicture
from relations.queries.record_query import ALL_TYPES, Inquiry

from .responses import reasons_response

#: seconds; a record that is published meanwhile may wait so long for its bar
KEPT_FOR = 600


def page(request, slug=ALL_TYPES):
    inquiry = Inquiry(slug, request.GET)
    asked, drawn = AskedQuestion(inquiry), YearsPicture(request, inquiry)
    slugs = [one.slug for one in drawn.types]
    context = {
        "asked": asked,
        "years": drawn.years,
        "types": drawn.types,
        "chart": chart_of(drawn, asked.name),
        "undated": [drawn.years.spans[one][None, None] for one in slugs],
        "lines": [
            (bar, asked.with_years(bar.parameters), [bar.counts[one] for one in slugs])
            for bar in reversed(drawn.years.bars)
        ],
    }
    return render(request, "relations/years.html", context)


def chart_of(drawn, name):
    """What a page shows of the picture: of what it is, its addresses, and the room it takes in every look."""
    inquiry = drawn.inquiry
    query = f"?{AskedQuestion(inquiry).as_query()}".rstrip("?")
    wide, narrow = (size(drawn.specification(Look(is_narrow=is_narrow))) for is_narrow in (False, True))
    looks = in_looks(lambda look: reverse("years-svg", args=[inquiry.slug, look]) + query, wide, narrow)
    return {"name": name, "slug": inquiry.slug, "query": query, "looks": looks}


def chart_of_events(request, name, **parameters):
    """The picture of agreements, forums and visits, without figures."""
    events = [one.slug for one in RECORD_TYPES if issubclass(one.model, Event)]
    question = QueryDict(urlencode({**parameters, "type": events}, doseq=True))
    return chart_of(YearsPicture(request, Inquiry(ALL_TYPES, question)), name)


def picture(request, slug, look, form):
    """The chart as SVG or PNG, in one of the looks: light, dark, and both for narrow screens."""
    inquiry = Inquiry(slug, request.GET)
    if look not in LOOKS:
        raise Http404(_("There is no such chart."))
    if not inquiry.is_answerable:
        return reasons_response(inquiry)
    drawn = rendered(YearsPicture(request, inquiry).specification(LOOKS[look]), form)
    response = HttpResponse(drawn, content_type=CONTENT_TYPES[form])
    response["Content-Disposition"] = f'inline; filename="{slug}-years.{form}"'
    patch_cache_control(response, public=True, max_age=KEPT_FOR)
    return response


def table(request, slug):
    """CSV: a line a bar, and a last one without years for the undated records."""
    inquiry = Inquiry(slug, request.GET)
    if not inquiry.is_answerable:
        return reasons_response(inquiry)
    drawn = YearsPicture(request, inquiry)
    years, slugs = drawn.years, [one.slug for one in drawn.types]
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{slug}-years.csv"'
    writer = csv.writer(response)
    writer.writerow(["year_from", "year_to", *slugs, "total"])
    writer.writerows(
        [bar.first, bar.last, *(bar.counts[one] for one in slugs), bar.total] for bar in years.bars
    )
    writer.writerow(["", "", *(years.spans[one][None, None] for one in slugs), years.undated])
    return response
