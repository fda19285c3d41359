"""Views of the years of a query: a page with chart and table, and both as files."""

import csv

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from relations.charts import LOOKS, rendered
from relations.charts.render import CONTENT_TYPES
from relations.presentation.year_chart import YearChart, chart_on_page
from relations.queries.histogram import UNDATED
from relations.queries.record_query import ALL_TYPES, RecordQuery

from .responses import picture_response, refusal


def page(request: HttpRequest, slug: str = ALL_TYPES) -> HttpResponse:
    chart = YearChart(request, RecordQuery(slug, request.GET))
    summary, slugs = chart.summary, [one.slug for one in chart.types]
    context = {
        "query_summary": summary,
        "years": chart.years,
        "types": chart.types,
        "chart": chart_on_page(chart, summary.name),
        "undated": [chart.years.spans[one][UNDATED] for one in slugs],
        "lines": [
            (bar, summary.with_years(bar.parameters), [bar.counts[one] for one in slugs])
            for bar in reversed(chart.years.bars)
        ],
    }
    return render(request, "relations/years.html", context)


def picture(request: HttpRequest, slug: str, look: str, form: str) -> HttpResponse:
    """The chart as SVG or PNG, in one of the looks: light, dark, and both for narrow screens."""
    query = RecordQuery(slug, request.GET)
    if look not in LOOKS:
        raise Http404(_("There is no such chart."))
    if not query.is_valid():
        return refusal(query.parameter_errors)
    drawn = rendered(YearChart(request, query).specification(LOOKS[look]), form)
    return picture_response(drawn, CONTENT_TYPES[form], f"{slug}-years.{form}")


def table(request: HttpRequest, slug: str) -> HttpResponse:
    """CSV: a line a bar, and a last one without years for the undated records."""
    query = RecordQuery(slug, request.GET)
    if not query.is_valid():
        return refusal(query.parameter_errors)
    chart = YearChart(request, query)
    years, slugs = chart.years, [one.slug for one in chart.types]
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{slug}-years.csv"'
    writer = csv.writer(response)
    writer.writerow(["year_from", "year_to", *slugs, "total"])
    writer.writerows(
        [bar.first, bar.last, *(bar.counts[one] for one in slugs), bar.total] for bar in years.bars
    )
    writer.writerow(["", "", *(years.spans[one][UNDATED] for one in slugs), years.undated])
    return response
