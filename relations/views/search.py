from django.shortcuts import render
from django.utils.http import urlencode

from relations.catalog import RECORD_TYPES
from relations.models import Indicator, Place, Source
from relations.search import question

LONGEST = 200
SHOWN = 10


def search(request):
    """Words across all types, in any inflection; places and indicators by their names."""
    words = request.GET.get("q", "").strip()
    asked = bool(question(words)) and len(words) <= LONGEST
    found = {} if not asked else {
        "places": Place.objects.select_related("parent__parent").named(words),
        "indicators": Indicator.objects.named(words),
        "sources": Source.objects.public().matching(words),
    }  # fmt: skip
    counts = {f"{name}_count": things.count() for name, things in found.items()}
    groups = [group(one, words) for one in RECORD_TYPES] if asked else []
    context = {
        "q": words,
        "asked": asked,
        "senseless": bool(words) and not asked and len(words) <= LONGEST,
        "too_long": len(words) > LONGEST,
        "groups": [found for found in groups if found["count"]],
        "query": urlencode({"q": words}),
        "total": sum(found["count"] for found in groups) + sum(counts.values()),
        **{name: list(things[:SHOWN]) for name, things in found.items()},
        **counts,
    }
    return render(request, "relations/search.html", context)


def group(record_type, words):
    found = record_type.model.objects.published().matching(words)
    return {"type": record_type, "count": found.count(), "records": list(found.for_list()[:SHOWN])}
