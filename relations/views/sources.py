"""Views of sources: the list, the list as a file, and one source with the records that cite it."""

from typing import TypedDict

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from relations.catalog import RECORD_TYPES, RecordType
from relations.filters.source_filter import SourceFilter
from relations.models import Citation, Membership, Place, Source
from relations.models.records import Record
from relations.presentation.versions import changes_of
from relations.queries.source_counts import record_counts
from relations.revisions.reports import corrections_of
from relations.rows.sources import SourceResource
from relations.writers.redirects import moved
from relations.writers.responses import CONTENT_TYPES, public_file

from . import feeds
from .pagination import page_of
from .responses import refusal
from .visibility import is_staff

#: records of a type on the page of a source; all of them are in their list
SHOWN = 20


class Citing(TypedDict):
    """How many published records of one type cite a source, and the newest of them."""

    type: RecordType
    count: int
    records: list[Record]


def source_list(request: HttpRequest) -> HttpResponse:
    filterset = SourceFilter(request.GET, queryset=Source.objects.public())
    page = page_of(filterset.results, request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "page": page,
        "q": filterset.data.get("q", "").strip()[: filterset.form.fields["q"].max_length],
        "types": Source.Type.choices,
        "chosen": filterset.data.getlist("type"),
        "errors": filterset.parameter_errors,
        "query": query.urlencode(),
        "rows": list(zip(page, record_counts(list(page)), strict=True)),
    }
    return render(request, "relations/source_list.html", context)


def download(request: HttpRequest, form: str) -> HttpResponseBase:
    """The same list as a file; 400 with the reasons where a parameter is not valid."""
    if form not in (*CONTENT_TYPES, "atom"):
        raise Http404(_("Unknown format. Try csv, xlsx or json."))
    filterset = SourceFilter(request.GET, queryset=Source.objects.public())
    if not filterset.is_valid():
        return refusal(filterset.parameter_errors)
    if form == "atom":
        return feeds.of_sources(request, filterset)
    return public_file(SourceResource, filterset.results, form, filterset.given)


def detail(request: HttpRequest, key: str) -> HttpResponseBase:
    visible = Source.objects.all() if is_staff(request) else Source.objects.public()
    source = visible.for_detail().filter(key=key).first()
    if not source:
        return moved(request, visible, key, _("There is no such source."))
    cited = [group(one, source) for one in RECORD_TYPES]
    total = sum(found["count"] for found in cited)
    known_through = Citation.objects.of_published().filter(quoted_in=source).values("source")
    quoted_in = Source.objects.filter(pk__in=known_through).exclude(pk=source.pk)
    groups = Place.objects.filter(pk__in=Membership.objects.citing([source.pk]).values("group"))
    is_public = bool(total or quoted_in or groups)
    context = {
        "source": source,
        "is_public": is_public,
        "cited": [found for found in cited if found["count"]],
        "total": total,
        "changes": changes_of(SourceResource, source),
        "quoted_in": quoted_in,
        "groups": groups,
        "corrections": corrections_of(SourceResource.slug, source.pk),
        "report_url": reverse("source-report", args=[key]) if is_public else "",
    }
    return render(request, "relations/source_detail.html", context)


def group(record_type: RecordType, source: Source) -> Citing:
    found = record_type.model.objects.published().citing([source.key])
    return {"type": record_type, "count": found.count(), "records": list(found.for_list()[:SHOWN])}
