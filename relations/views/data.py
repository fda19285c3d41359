"""Views of the download page: lists as files, and the dated dumps."""

from datetime import date
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control

from relations.bibliography.csl import register_description
from relations.bibliography.responses import CONTENT_TYPES as CITED
from relations.bibliography.responses import LIST_FORMS, NAMES
from relations.bibliography.schema_org import linked_register
from relations.catalog import RECORD_TYPES
from relations.dumps import storage
from relations.models import Source
from relations.presentation.coverage import coverage_of_register
from relations.rows.columns import Label
from relations.site import site_of
from relations.writers.responses import CONTENT_TYPES

from .pagination import page_of

FORMS = (*CONTENT_TYPES, *LIST_FORMS, "atom")


class WholeList(NamedTuple):
    slug: str
    label: Label
    entities: QuerySet[Any]


class File(NamedTuple):
    name: str
    address: str


@cache_control(no_cache=True)  # dumps are files, of which the data know nothing
def data(request: HttpRequest) -> HttpResponse:
    dumps = storage.dumps()
    context = {
        "lists": [(slug, label, entities.count(), files_of(slug)) for slug, label, entities in lists()],
        "page": page_of(dumps, request.GET.get("page")),
        "newest": dumps[0] if dumps else None,
        "description": register_description(),
        "coverage": coverage_of_register(),
        "datasets": Source.objects.public().with_licences(),
    }
    return render(request, "relations/data.html", context)


def lists() -> list[WholeList]:
    """Lists whose files contain all their columns."""
    return [
        *(WholeList(one.slug, one.label, one.model.objects.published()) for one in RECORD_TYPES),
        WholeList("sources", Source._meta.verbose_name_plural or "", Source.objects.public()),
    ]


def files_of(slug: str) -> list[File]:
    """A whole list in every form."""
    names = NAMES | {"atom": "Atom"}
    return [File(names.get(form, form.upper()), reverse(f"{slug}-file", args=[form])) for form in FORMS]


@cache_control(no_cache=True)
def download(request: HttpRequest, day: date) -> HttpResponseBase:
    """The zip of one day, streamed."""
    dump, path = storage.dump_of(day)
    try:
        if dump:
            return FileResponse(path.open("rb"), as_attachment=True, content_type="application/zip")
    except OSError:  # deleted a moment ago
        pass
    raise Http404(_("There is no dump for this date."))


@cache_control(no_cache=True)
def linked(request: HttpRequest) -> HttpResponse:
    """The catalogue for programs: JSON-LD in schema.org terms."""
    site = site_of(request)
    files = [
        (f"{slug}.{form}", CONTENT_TYPES[form].partition(";")[0], site + reverse(f"{slug}-file", args=[form]))
        for slug, _label, _entities in lists()
        for form in CONTENT_TYPES
    ]
    found = linked_register(site + reverse("data"), files, storage.dumps()[:1], site)
    return JsonResponse(
        found, content_type=CITED["jsonld"], json_dumps_params={"ensure_ascii": False, "indent": 1}
    )
