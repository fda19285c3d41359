"""Records and sources in the forms that reference managers and other programs read."""

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from relations.bibliography import responses
from relations.bibliography.csl import dump_item, record_item, source_item
from relations.bibliography.schema_org import linked_record, linked_source
from relations.dumps import storage
from relations.models import Source

from . import sources
from .redirects import moved


def of_record(request, record_type, key, form):
    """What is not published is not cited, by editors neither."""
    known(form)
    public = record_type.model.objects.published()
    record = public.for_detail().filter(key=key).first()
    if not record:
        return moved(request, public, key)
    site = responses.site_of(request)
    item = record_item(record, site, responses.today())
    return responses.item_response(item, form, linked=lambda: linked_record(record, item, site))


def of_source(request, key, form):
    known(form)
    source = Source.objects.public().filter(key=key).first()
    if not source:
        return moved(request, Source.objects.public(), key)
    item = source_item(source, responses.today())
    return responses.item_response(item, form, linked=lambda: linked_source(item))


def of_dump(request, day, form):
    dump, _path = storage.dump_of(day)
    if not dump or form == "jsonld":
        raise Http404(_("There is no dump for this date."))
    known(form)
    item = dump_item(day, responses.site_of(request) + reverse("dump", args=[day]), responses.today())
    return responses.item_response(item, form, linked=None)


def known(form):
    if form not in responses.CONTENT_TYPES:
        raise Http404(_("Unknown format. Try ris, bib or json."))


def of_sources(request, form):
    """The list of sources; a question that makes no sense is answered as it is for every other file."""
    asked = sources.Asked(request.GET)
    if not asked.makes_sense:
        return sources.download(request, "csv")
    return responses.sources_response(asked.sources, form)
