"""Records and sources in the forms that reference managers and other programs read."""

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from relations.citing import files
from relations.citing.items import dump_item, record_item, source_item
from relations.citing.linked import linked_record, linked_source
from relations.dumps import shelf
from relations.models import Source
from relations.views import sources
from relations.views.moved import moved


def of_record(request, record_type, key, form):
    """What is not published is not cited, by editors neither."""
    known(form)
    public = record_type.model.objects.published()
    record = public.for_detail().filter(key=key).first()
    if not record:
        return moved(request, public, key)
    site = files.site_of(request)
    item = record_item(record, site, files.today())
    return files.item_response(item, form, linked=lambda: linked_record(record, item, site))


def of_source(request, key, form):
    known(form)
    source = Source.objects.public().filter(key=key).first()
    if not source:
        return moved(request, Source.objects.public(), key)
    item = source_item(source, files.today())
    return files.item_response(item, form, linked=lambda: linked_source(item))


def of_dump(request, day, form):
    dump, _path = shelf.dump_of(day)
    if not dump or form == "jsonld":
        raise Http404(_("There is no dump of this day."))
    known(form)
    item = dump_item(day, files.site_of(request) + reverse("dump", args=[day]), files.today())
    return files.item_response(item, form, linked=None)


def known(form):
    if form not in files.CONTENT_TYPES:
        raise Http404(_("There is no such format. Try ris, bib or json."))


def of_sources(request, form):
    """The list of sources; a question that makes no sense is answered as it is for every other file."""
    asked = sources.Asked(request.GET)
    if not asked.makes_sense:
        return sources.download(request, "csv")
    return files.sources_response(asked.sources, form)
