from collections import defaultdict

from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from relations.catalog import RECORD_TYPES
from relations.models import Citation, Source
from relations.models.foreign_keys import RECORD_KEYS
from relations.rows.sources import SourceResource
from relations.search.lemmas import question
from relations.writers.responses import CONTENT_TYPES, public_file

from . import feeds
from .pagination import page_of
from .redirects import moved

LONGEST_QUESTION = 200
#: records of a type on the page of a source; all of them stand in their list
SHOWN = 20


class Asked:
    """The question about sources that an address asks: words and types."""

    def __init__(self, parameters):
        self.words = parameters.get("q", "").strip()
        self.types = [one for one in parameters.getlist("type") if one]
        self.unknown = [one for one in self.types if one not in Source.Type.values]
        self.senseless = bool(self.words) and (len(self.words) > LONGEST_QUESTION or not question(self.words))

    @property
    def makes_sense(self):
        return not self.unknown and not self.senseless

    @property
    def sources(self):
        found = Source.objects.public() if self.makes_sense else Source.objects.none()
        found = found.matching(self.words) if self.words and self.makes_sense else found
        return found.filter(type__in=self.types) if self.types else found


def source_list(request):
    asked = Asked(request.GET)
    page = page_of(asked.sources, request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "page": page,
        "q": asked.words[:LONGEST_QUESTION],
        "types": Source.Type.choices,
        "chosen": asked.types,
        "unknown": asked.unknown,
        "senseless": asked.senseless,
        "query": query.urlencode(),
        "rows": [(source, number) for source, number in zip(page, carried_by(page), strict=True)],
    }
    return render(request, "relations/source_list.html", context)


def download(request, form):
    """The same question as a file."""
    if form not in (*CONTENT_TYPES, "atom"):
        raise Http404(_("Unknown format. Try csv, xlsx or json."))
    asked = Asked(request.GET)
    if not asked.makes_sense:
        reason = _("This query for sources is not valid: %(asked)s")
        asked = ", ".join(asked.unknown) or asked.words[:LONGEST_QUESTION]
        return HttpResponse(reason % {"asked": asked}, status=400, content_type="text/plain; charset=utf-8")
    if form == "atom":
        return feeds.of_sources(request, asked)
    return public_file(SourceResource, asked.sources, form)


def carried_by(sources):
    """How many published records rest on each source or on what it is quoted for; each record counted once."""
    citations = Citation.objects.of_published().filter(
        Q(source__in=list(sources)) | Q(quoted_in__in=list(sources))
    )
    records = defaultdict(set)
    for source, quoted, *record in citations.values_list(
        "source_id", "quoted_in_id", *RECORD_KEYS
    ).order_by():
        records[source].add(tuple(record))
        records[quoted].add(tuple(record))
    return [len(records[source.pk]) for source in sources]


def detail(request, key):
    visible = Source.objects.all() if request.user.is_staff else Source.objects.public()
    source = visible.for_detail().filter(key=key).first()
    if not source:
        return moved(request, visible, key, _("There is no such source."))
    cited = [group(one, source) for one in RECORD_TYPES]
    known_through = Citation.objects.of_published().filter(quoted_in=source).values("source")
    context = {
        "source": source,
        "cited": [found for found in cited if found["count"]],
        "total": sum(found["count"] for found in cited),
        "quoted_in": Source.objects.filter(pk__in=known_through).exclude(pk=source.pk),
    }
    return render(request, "relations/source_detail.html", context)


def group(record_type, source):
    """How many published records of one type rest on a source, and the newest of them."""
    found = record_type.model.objects.published().citing([source.key])
    return {"type": record_type, "count": found.count(), "records": list(found.for_list()[:SHOWN])}
