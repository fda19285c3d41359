"""Views of the years of a query: a page with chart and table, and both as files."""

import csv

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from relations.charts import LOOKS, rendered
from relations.charts.render import CONTENT_TYPES
from relations.presentation.year_chart import YearChart, chart_on_page
from relations.queries.record_query import ALL_TYPES, RecordQuery
from relations.writers.file_names import file_name

from .responses import picture_response, refusal


def page(request: HttpRequest, slug: str = ALL_TYPES) -> HttpResponse:
    chart = YearChart(request, RecordQuery(slug, request.GET))
    summary, slugs = chart.summary, [one.slug for one in chart.types]
    context = {
        "query_summary": summary,
        "years": chart.years,
        "types": chart.types,
        "chart": chart_on_page(chart, summary.name),
        "not_in_bars": [
            (name, [numbers[one] for one in slugs])
            for name, numbers in (
                (_("date uncertain"), chart.years.uncertain_by_type),
                (_("undated"), chart.years.undated_by_type),
            )
            if any(numbers.values())
        ],
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
    return picture_response(drawn, CONTENT_TYPES[form], file_name(f"{slug}-years", form, query.given))


def table(request: HttpRequest, slug: str) -> HttpResponse:
    """CSV: a line a bar, and two without years for the records that are in none: uncertain and undated ones."""
    query = RecordQuery(slug, request.GET)
    if not query.is_valid():
        return refusal(query.parameter_errors)
    chart = YearChart(request, query)
    years, slugs = chart.years, [one.slug for one in chart.types]
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    name = file_name(f"{slug}-years", "csv", query.given)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    writer = csv.writer(response)
    writer.writerow(["year_from", "year_to", *slugs, "total", "dates"])
    for bar in years.bars:
        writer.writerow([bar.first, bar.last, *(bar.counts[one] for one in slugs), bar.total, "certain"])
    for name, numbers in (("uncertain", years.uncertain_by_type), ("undated", years.undated_by_type)):
        writer.writerow(["", "", *(numbers[one] for one in slugs), sum(numbers.values()), name])
    return response
