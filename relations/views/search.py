"""View of the search across all types, places and indicators."""

from typing import Any, TypedDict

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.http import urlencode

from relations.catalog import RECORD_TYPES, RecordType
from relations.models import Indicator, Place, Source
from relations.models.named import other_language, reader_language
from relations.models.records import Record
from relations.presentation.highlight import Marker
from relations.queries.listed import listed
from relations.queries.record_query import ALL_TYPES, RecordQuery
from relations.queries.spelling import suggestion
from relations.search.lemmas import query_terms

LONGEST = 200
SHOWN = 10


class Found(TypedDict):
    """What was found of one type: the number of all records, and the first of them."""

    type: RecordType
    count: int
    context: int
    records: list[Any]


def search(request: HttpRequest) -> HttpResponse:
    """Words across all types, in any inflection; places and indicators by their names."""
    words = request.GET.get("q", "").strip()
    is_searched = bool(query_terms(words)) and len(words) <= LONGEST
    found: dict[str, QuerySet[Any]] = {} if not is_searched else {
        "places": Place.objects.select_related("parent__parent").named(words),
        "indicators": Indicator.objects.named(words),
        "sources": Source.objects.public().matching(words),
    }  # fmt: skip
    counts = {f"{name}_count": entities.count() for name, entities in found.items()}
    groups = groups_of(words) if is_searched else []
    total = sum(found["count"] for found in groups) + sum(counts.values())
    better = suggestion(words) if is_searched and not total else ""
    context = {
        "q": words,
        "is_searched": is_searched,
        "senseless": bool(words) and not is_searched and len(words) <= LONGEST,
        "too_long": len(words) > LONGEST,
        "groups": [found for found in groups if found["count"]],
        "query": urlencode({"q": words}),
        "total": total,
        "better": better,
        "better_query": urlencode({"q": better}),
        **{name: list(entities[:SHOWN]) for name, entities in found.items()},
        **counts,
    }
    return render(request, "relations/search.html", context)


def groups_of(words: str) -> list[Found]:
    """Of each type, with the matching words highlighted."""
    question = QueryDict(mutable=True)
    question["q"] = words
    query, marker = RecordQuery(ALL_TYPES, question), Marker(words)
    return [group(query, one, marker) for one in RECORD_TYPES]


def group(query: RecordQuery, record_type: RecordType, marker: Marker) -> Found:
    numbers = query.numbers[record_type]
    records = listed(query.index(record_type), query.keys(record_type, slice(SHOWN)))
    for record in records:
        record.marked_title = marker.marked(getattr(record, f"title_{reader_language()}"))
        record.met = marker.snippet(*texts_of(record))
    return {"type": record_type, "count": numbers.total, "context": numbers.context, "records": records}


def texts_of(record: Record) -> tuple[str, ...]:
    """The texts that may contain the words, besides the title, those in the reader's language first."""
    own, other = reader_language(), other_language(reader_language())
    summaries = record.summary_ru, record.summary_en
    title = getattr(record, f"title_{other}") if getattr(record, f"title_{own}") else ""
    return (
        *(summaries if own == "ru" else reversed(summaries)),
        title,
        *record.alternative_titles.splitlines(),
        names_of(record),
    )


def names_of(record: Any) -> str:
    """Who takes part, in both languages."""
    names = (name for side in record.sides() for name in (side.name_ru, side.name_en))
    return ", ".join(names)
