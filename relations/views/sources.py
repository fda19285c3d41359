from django.db.models import Count, Q
from django.http import Http404
from django.shortcuts import render
from django.utils.translation import gettext as _

from relations.catalog import RECORD_TYPES
from relations.models import Source
from relations.models.owners import RECORD_KEYS
from relations.views.lists import page_of

LONGEST_QUESTION = 200


def source_list(request):
    sources = Source.objects.public()
    words = request.GET.get("q", "")[:LONGEST_QUESTION].strip()
    if words:
        sources = sources.matching(words)
    if (of_type := request.GET.get("type", "")) and of_type in Source.Type.values:
        sources = sources.filter(type=of_type)
    unknown_type = bool(of_type) and of_type not in Source.Type.values
    page = page_of(
        (sources.none() if unknown_type else sources).annotate(cited_by=cited_by()).order_by("title", "pk"),
        request.GET.get("page"),
    )
    context = {
        "page": page,
        "q": words,
        "types": Source.Type.choices,
        "type": of_type,
        "unknown_type": unknown_type,
    }
    return render(request, "relations/source_list.html", context)


def cited_by():
    """How many published records rest on a source, each counted once."""
    counted = None
    for key in RECORD_KEYS:
        one = Count(f"citations__{key}", distinct=True, filter=Q(**{f"citations__{key}__state": "published"}))
        counted = one if counted is None else counted + one
    return counted


def detail(request, key):
    source = Source.objects.filter(key=key).first()
    if not source or not (request.user.is_staff or Source.objects.public().filter(pk=source.pk).exists()):
        raise Http404(_("There is no such source."))
    cited = [
        (one, list(one.model.objects.published().citing([source.key]).for_list())) for one in RECORD_TYPES
    ]
    context = {
        "source": source,
        "cited": [(one, records) for one, records in cited if records],
        "total": sum(len(records) for _one, records in cited),
        "quoted_in": Source.objects.filter(citations__quoted_in=source).exclude(pk=source.pk).distinct(),
    }
    return render(request, "relations/source_detail.html", context)
