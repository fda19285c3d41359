"""Views that export records and sources to reference managers and other programs."""

from datetime import date

from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control

from relations.bibliography import responses
from relations.bibliography.csl import dump_item, record_item, source_item
from relations.bibliography.schema_org import linked_record, linked_source
from relations.catalog import RecordType
from relations.dumps import storage
from relations.filters.source_filter import SourceFilter
from relations.models import Source
from relations.site import site_of, today
from relations.writers.redirects import moved

from .responses import refusal


def of_record(request: HttpRequest, record_type: RecordType, key: str, form: str) -> HttpResponseBase:
    """Unpublished records cannot be cited, not even by editors."""
    known(form)
    public = record_type.model.objects.published()
    record = public.for_detail().filter(key=key).first()
    if not record:
        return moved(request, public, key)
    site = site_of(request)
    item = record_item(record, site, today())
    return responses.item_response(item, form, linked=lambda: linked_record(record, item, site))


def of_source(request: HttpRequest, key: str, form: str) -> HttpResponseBase:
    known(form)
    source = Source.objects.public().filter(key=key).first()
    if not source:
        return moved(request, Source.objects.public(), key)
    item = source_item(source, today())
    return responses.item_response(item, form, linked=lambda: linked_source(source, item))


@cache_control(no_cache=True)
def of_dump(request: HttpRequest, day: date, form: str) -> HttpResponseBase:
    dump, _path = storage.dump_of(day)
    if not dump or form == "jsonld":
        raise Http404(_("There is no dump for this date."))
    known(form)
    item = dump_item(day, site_of(request) + reverse("dump", args=[day]), today())
    return responses.item_response(item, form, linked=None)


def known(form: str) -> None:
    if form not in responses.CONTENT_TYPES:
        raise Http404(_("Unknown format. Try ris, bib or json."))


def of_sources(request: HttpRequest, form: str) -> HttpResponseBase:
    """The list of sources; 400 with the reasons where a parameter is not valid."""
    filterset = SourceFilter(request.GET, queryset=Source.objects.public())
    if not filterset.is_valid():
        return refusal(filterset.parameter_errors)
    return responses.sources_response(filterset.results, form, filterset.given)
