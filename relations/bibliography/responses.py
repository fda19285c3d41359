"""Items as files: one in each form, a whole list in those that hold many."""

import json

from django.http import HttpResponse, StreamingHttpResponse
from django.utils.translation import get_language, override

from relations.site import site_of, today

from .bibtex import bibtex
from .csl import record_item, source_item
from .ris import ris

CONTENT_TYPES = {
    "ris": "application/x-research-info-systems; charset=utf-8",
    "bib": "application/x-bibtex; charset=utf-8",
    "json": "application/vnd.citationstyles.csl+json",
    "jsonld": "application/ld+json",
}
#: the forms of a whole list, beside those of a sheet; "json" is a sheet there, so CSL-JSON has a name of its own
WRITERS = {"ris": ris, "bib": bibtex, "csl": lambda item: json.dumps(item, ensure_ascii=False)}
NAMES = {"ris": "RIS", "bib": "BibTeX", "csl": "CSL-JSON"}
ENDINGS = {"csl": "csl.json"}
#: what stands before, between and after the items of a list
FRAMES = {"csl": ("[\n", ",\n", "\n]\n")}
AT_ONCE = 500


def item_response(item, form, linked):
    """One item, as a file named by its key; `linked` makes its linked data."""
    if form in WRITERS:
        text = WRITERS[form](item)
    else:
        text = json.dumps([item] if form == "json" else linked(), ensure_ascii=False, indent=1)
    response = HttpResponse(text, content_type=CONTENT_TYPES[form])
    if form != "jsonld":
        response["Content-Disposition"] = f'attachment; filename="{item["id"]}.{form}"'
    return response


def records_response(request, records, slug, form):
    """A list of records, none left out."""
    site, day = site_of(request), today()
    # The titles of figures are made of what for_list() joins; whatever it fetches apart is not needed here.
    records = records.for_list().prefetch_related(None)
    return streamed(records, lambda record: record_item(record, site, day), slug, form)


def sources_response(sources, form):
    day = today()
    return streamed(sources.for_citing(), lambda source: source_item(source, day), "sources", form)


def streamed(things, item_of, slug, form):
    body = pieces(things, item_of, form, get_language())
    response = StreamingHttpResponse(body, content_type=CONTENT_TYPES["json" if form == "csl" else form])
    response["Content-Disposition"] = f'attachment; filename="{slug}.{ENDINGS.get(form, form)}"'
    return response


def pieces(things, item_of, form, language):
    """The body is read after the view has ended, so each piece is written in its language anew."""
    before, between, after = FRAMES.get(form, ("", "", ""))
    yield before.encode()
    for number, thing in enumerate(things.iterator(chunk_size=AT_ONCE)):
        with override(language):
            piece = WRITERS[form](item_of(thing))
        yield f"{between if number else ''}{piece}".encode()
    yield after.encode()
