from django.shortcuts import render
from django.utils.http import urlencode

from relations.catalog import RECORD_TYPES
from relations.folding import fold
from relations.models import Indicator, Place, Source
from relations.search import question

LONGEST = 200
SHOWN = 10


def search(request):
    """Words across all types, in any inflection; places and indicators by their names."""
    words = request.GET.get("q", "").strip()
    asked = bool(question(words)) and len(words) <= LONGEST
    groups = [group(one, words) for one in RECORD_TYPES] if asked else []
    context = {
        "q": words,
        "asked": asked,
        "too_long": len(words) > LONGEST,
        "groups": [found for found in groups if found["count"]],
        "places": named(Place, words) if asked else [],
        "indicators": named(Indicator, words) if asked else [],
        "sources": list(Source.objects.public().matching(words)[:SHOWN]) if asked else [],
    }
    context["total"] = sum(found["count"] for found in groups) + sum(
        len(context[k]) for k in ("places", "indicators", "sources")
    )
    return render(request, "relations/search.html", context)


def group(record_type, words):
    found = record_type.model.objects.published().matching(words)
    return {
        "type": record_type,
        "count": found.count(),
        "records": list(found.for_list()[:SHOWN]),
        "query": urlencode({"q": words}),
    }


def named(model, words):
    return list(model.objects.filter(folded_names__contains=fold(words))[:SHOWN])
