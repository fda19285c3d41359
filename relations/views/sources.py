from collections import defaultdict

from django.db.models import Q
from django.http import Http404
from django.shortcuts import render
from django.utils.translation import gettext as _

from relations.catalog import RECORD_TYPES
from relations.models import Citation, Source
from relations.models.owners import RECORD_KEYS
from relations.search import question
from relations.views.lists import page_of

LONGEST_QUESTION = 200


def source_list(request):
    words = request.GET.get("q", "").strip()
    types = [one for one in request.GET.getlist("type") if one]
    unknown = [one for one in types if one not in Source.Type.values]
    senseless = bool(words) and (len(words) > LONGEST_QUESTION or not question(words))
    sources = Source.objects.public()
    if words and not senseless:
        sources = sources.matching(words)
    if types:
        sources = sources.filter(type__in=types)
    page = page_of(sources.none() if unknown or senseless else sources, request.GET.get("page"))
    asked = request.GET.copy()
    asked.pop("page", None)
    context = {
        "page": page,
        "q": words[:LONGEST_QUESTION],
        "types": Source.Type.choices,
        "chosen": types,
        "unknown": unknown,
        "senseless": senseless,
        "query": asked.urlencode(),
        "rows": [(source, number) for source, number in zip(page, carried_by(page), strict=True)],
    }
    return render(request, "relations/source_list.html", context)


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
    source = Source.objects.filter(key=key).first()
    if not source or not (request.user.is_staff or Source.objects.public().filter(pk=source.pk).exists()):
        raise Http404(_("There is no such source."))
    cited = [
        (one, list(one.model.objects.published().citing([source.key]).for_list())) for one in RECORD_TYPES
    ]
    known_through = Citation.objects.of_published().filter(quoted_in=source).values("source")
    context = {
        "source": source,
        "cited": [(one, records) for one, records in cited if records],
        "total": sum(len(records) for _one, records in cited),
        "quoted_in": Source.objects.filter(pk__in=known_through).exclude(pk=source.pk),
    }
    return render(request, "relations/source_detail.html", context)
