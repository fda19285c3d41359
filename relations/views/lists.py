"""Views of the lists of records, as pages and as files."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from relations.bibliography.responses import LIST_FORMS, records_response
from relations.catalog import RecordType
from relations.models.places import COUNTRIES
from relations.presentation.query_summary import QuerySummary
from relations.presentation.through_groups import mark_groups
from relations.queries.record_query import RecordQuery
from relations.writers.responses import CONTENT_TYPES, public_file

from . import feeds
from .pagination import RecordPages, page_of
from .responses import refusal


def record_list(request: HttpRequest, record_type: RecordType) -> HttpResponse:
    query = RecordQuery(record_type.slug, request.GET)
    page = page_of(RecordPages(query, record_type), request.GET.get("page"))
    mark_groups(page, query)
    covered = query.found(record_type).years_covered
    summary = QuerySummary(query)
    countries = summary.options.countries
    context = {
        "record_type": record_type,
        "query_summary": summary,
        "page": page,
        "years": "–".join(dict.fromkeys(str(year) for year in covered if year)),
        "covered": [country.name for country in countries if country.code in COUNTRIES],
    }
    return render(request, "relations/record_list.html", context)


def download(request: HttpRequest, record_type: RecordType, form: str) -> HttpResponseBase:
    """The same list as a file; 400 with the reasons where a parameter is not valid."""
    if form not in (*CONTENT_TYPES, *LIST_FORMS, "atom"):
        raise Http404(_("Unknown format. Try csv, xlsx or json."))
    query = RecordQuery(record_type.slug, request.GET)
    if not query.is_valid():
        return refusal(query.parameter_errors)
    if form == "atom":
        return feeds.of_records(request, query)
    records = query.results[record_type]
    if form in LIST_FORMS:
        return records_response(request, records, record_type.slug, form, query.given)
    return public_file(record_type.resource, records, form, query.given)
