from django.core.paginator import EmptyPage, PageNotAnInteger, Paginator
from django.db.models import Max, Min
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from relations.citing.files import WRITERS, records_response
from relations.inquiry import Inquiry
from relations.models.places import COUNTRIES
from relations.period_phrases import span
from relations.views import following
from relations.views.files import CONTENT_TYPES, public_file
from relations.views.question import AskedQuestion

PAGE_SIZE = 50


def page_of(things, number, size=PAGE_SIZE):
    """One page of a sequence; 404 for a number that is none of its pages, whatever was typed."""
    paginator = Paginator(things, size)
    try:
        return paginator.page(number or 1)
    except (PageNotAnInteger, EmptyPage) as error:
        raise Http404(_("There is no such page of this list.")) from error


class ByKeys:
    """A query set for page_of(): finds a page by its keys alone, since far pages would carry along all before them."""

    def __init__(self, records):
        self.records = records

    def count(self):
        return self.records.count()

    def __len__(self):
        return self.count()

    def __getitem__(self, part):
        keys = list(self.records.values_list("pk", flat=True)[part])
        found = self.records.model.objects.filter(pk__in=keys).for_list().order_by()
        records = {record.pk: record for record in found}
        return [records[key] for key in keys if key in records]


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
        raise Http404(_("There is no such format. Try csv, xlsx or json."))
    inquiry = Inquiry(record_type.slug, request.GET)
    if not inquiry.is_answerable:
        return reasons_response(inquiry)
    if form == "atom":
        return following.of_inquiry(request, inquiry)
    records = inquiry.results[record_type]
    if form in WRITERS:
        return records_response(request, records, record_type.slug, form)
    return public_file(record_type.resource, records, form)


def reasons_response(inquiry):
    """400 with a line of plain text for every reason why a question makes no sense."""
    errors = inquiry.filterset.form.errors.items()
    reasons = [f"{name}: {reason}" for name, found in errors for reason in found]
    return HttpResponse("\n".join(reasons), status=400, content_type="text/plain; charset=utf-8")
