from django.db.models import Max, Min
from django.http import Http404
from django.shortcuts import render
from django.utils.translation import gettext as _

from relations.bibliography.responses import WRITERS, records_response
from relations.models.places import COUNTRIES
from relations.presentation.query_summary import AskedQuestion
from relations.queries.record_query import Inquiry
from relations.values.period_format import span
from relations.writers.responses import CONTENT_TYPES, public_file

from . import feeds
from .pagination import ByKeys, page_of
from .responses import reasons_response


def record_list(request, record_type):
    inquiry = Inquiry(record_type.slug, request.GET)
    results = inquiry.results[record_type]
    bounds = results.order_by().aggregate(first=Min("first_day"), last=Max("last_day"))
    page = page_of(ByKeys(results), request.GET.get("page"))
    asked = AskedQuestion(inquiry)
    context = {
        "record_type": record_type,
        "asked": asked,
        "page": page,
        "years": span(bounds["first"], bounds["last"]),
        "covered": [
            country.name for country in asked.choices.countries if country and country.code in COUNTRIES
        ],
    }
    return render(request, "relations/record_list.html", context)


def download(request, record_type, form):
    """The same question as a file. A question that makes no sense is answered with 400 and the reason."""
    if form not in (*CONTENT_TYPES, *WRITERS, "atom"):
        raise Http404(_("Unknown format. Try csv, xlsx or json."))
    inquiry = Inquiry(record_type.slug, request.GET)
    if not inquiry.is_answerable:
        return reasons_response(inquiry)
    if form == "atom":
        return feeds.of_inquiry(request, inquiry)
    records = inquiry.results[record_type]
    if form in WRITERS:
        return records_response(request, records, record_type.slug, form)
    return public_file(record_type.resource, records, form)
