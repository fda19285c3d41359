"""HTTP responses with CSL items as files: one item in any format, a whole list in the formats that allow
several.
"""

import json
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.utils.translation import get_language, override

from relations.models.querysets import RecordQuerySet
from relations.models.sources import SourceQuerySet
from relations.models.streaming import streamed as streamed_rows
from relations.site import site_of, today
from relations.writers.file_names import file_name

from .bibtex import bibtex
from .csl import csl_variables, record_item, source_item
from .items import Item
from .ris import ris
from .schema_org import LinkedData

CONTENT_TYPES = {
    "ris": "application/x-research-info-systems; charset=utf-8",
    "bib": "application/x-bibtex; charset=utf-8",
    "json": "application/vnd.citationstyles.csl+json",
    "jsonld": "application/ld+json",
}
#: formats of a whole list besides those of a sheet; "json" is a sheet there, so CSL-JSON is called "csl"
LIST_FORMS = ("ris", "bib", "csl")
NAMES = {"ris": "RIS", "bib": "BibTeX", "csl": "CSL-JSON"}
ENDINGS = {"csl": "csl.json"}
#: the text before, between and after the items of a list
FRAMES = {"csl": ("[\n", ",\n", "\n]\n")}
AT_ONCE = 500


M = TypeVar("M", bound=Model)


def written(item: Item, form: str) -> str:
    """An item in one of LIST_FORMS."""
    match form:
        case "ris":
            return ris(item)
        case "bib":
            return bibtex(item)
        case "csl":
            return json.dumps(csl_variables(item), ensure_ascii=False)
    raise ValueError(form)


def item_response(item: Item, form: str, linked: Callable[[], LinkedData] | None) -> HttpResponse:
    """One item, as a file named by its key; `linked` makes its linked data."""
    if form in LIST_FORMS:
        text = written(item, form)
    else:
        found = linked() if linked and form != "json" else [csl_variables(item)]
        text = json.dumps(found, ensure_ascii=False, indent=1)
    response = HttpResponse(text, content_type=CONTENT_TYPES[form])
    if form != "jsonld":
        response["Content-Disposition"] = f'attachment; filename="{item["id"]}.{form}"'
    return response


def records_response(
    request: HttpRequest, records: RecordQuerySet[Any], slug: str, form: str, given: QueryDict
) -> StreamingHttpResponse:
    """The list of records that these parameters find, none left out."""
    site, day = site_of(request), today()
    # Titles of figures need the joins of for_list(), but not its prefetches.
    records = records.for_list().prefetch_related(None)
    return streamed(records, lambda record: record_item(record, site, day), name_of(slug, form, given), form)


def sources_response(sources: SourceQuerySet, form: str, given: QueryDict) -> StreamingHttpResponse:
    day, name = today(), name_of("sources", form, given)
    return streamed(sources.for_citing(), lambda source: source_item(source, day), name, form)


def name_of(slug: str, form: str, given: QueryDict) -> str:
    return file_name(slug, ENDINGS.get(form, form), given)


def streamed(
    entities: QuerySet[M], item_of: Callable[[M], Item], name: str, form: str
) -> StreamingHttpResponse:
    body = encoded_items(entities, item_of, form, get_language())
    response = StreamingHttpResponse(body, content_type=CONTENT_TYPES["json" if form == "csl" else form])
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def encoded_items(
    entities: QuerySet[M], item_of: Callable[[M], Item], form: str, language: str
) -> Iterator[bytes]:
    """The body is read after the view has returned, so the language is set again for each chunk."""
    before, between, after = FRAMES.get(form, ("", "", ""))
    yield before.encode()
    for number, entity in enumerate(streamed_rows(entities, AT_ONCE)):
        with override(language):
            piece = written(item_of(entity), form)
        yield f"{between if number else ''}{piece}".encode()
    yield after.encode()
