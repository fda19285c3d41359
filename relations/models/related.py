"""Fetches what the rows of records are made of, for records of several types at once: one statement a table."""

from collections import defaultdict
from collections.abc import Sequence
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from django.db.models import F, Model, Q, QuerySet, Value

from .citations import Citation
from .foreign_keys import EVENT_KEYS, key_to
from .links import RecordLink
from .participations import Participation
from .topics import Topic

if TYPE_CHECKING:
    from .records import Record

#: {foreign key to a type: {primary key: record}}
ByType = dict[str, dict[int, "Record"]]
#: places, and the organisations and people of a place, with all that lies between them and their country
WHO = ("place__parent__parent", "organization__place__parent__parent", "person__place__parent__parent")


def fetch_related(records: "Sequence[Record]") -> None:
    """Gives records what for_row() fetches from other tables, where they may be of different types."""
    by_type: ByType = defaultdict(dict)
    for record in records:
        by_type[key_to(type(record))][record.pk] = record
        empty: dict[str, list[Any]] = {"topics": [], "citations": [], "links": []}
        if key_to(type(record)) in EVENT_KEYS:
            empty["participations"] = []
        record.__dict__["_prefetched_objects_cache"] = empty
    if not by_type:
        return
    events = {key: found for key, found in by_type.items() if key in EVENT_KEYS}
    give(
        by_type, "citations", Citation.objects.select_related("source", "quoted_in"), ("source", "quoted_in")
    )
    give(by_type, "links", RecordLink.objects.select_related(*RecordLink.ENDS), RecordLink.ENDS, "from_")
    if events:
        give(events, "participations", Participation.objects.select_related(*WHO))
    give_topics(by_type)


def give(
    by_type: ByType, name: str, found: QuerySet[Any], joined: Sequence[str] = (), prefix: str = ""
) -> None:
    """Gives each record the rows of one table that belong to it; `joined` records and sources come without texts."""
    mine = Q(*((f"{prefix}{key}__in", list(records)) for key, records in by_type.items()), _connector=Q.OR)
    texts = [f"{one}__{text}" for one in joined for text in ("search_text", "row")]
    # Django compares every column with those that it sorts by, which takes longer than sorting a few rows here.
    rows = found.filter(mine).defer(*texts).order_by()
    for one in sorted(rows, key=attrgetter("position", "pk")):
        for key, records in by_type.items():
            if owner := records.get(getattr(one, f"{prefix}{key}_id")):
                setattr(one, f"{prefix}{key}", owner)
                related(owner)[name].append(one)


def give_topics(by_type: ByType) -> None:
    parts = [
        Topic.objects.filter(**{f"{key}__in": list(records)})
        .annotate(of_type=Value(rank), of=F(key))
        .order_by()
        for rank, (key, records) in enumerate(by_type.items())
    ]
    types = list(by_type.values())
    topic: Any
    for topic in parts[0].union(*parts[1:], all=True).order_by("name_ru", "pk"):
        related(types[topic.of_type][topic.of])["topics"].append(topic)


def related(record: Model) -> dict[str, list[Any]]:
    """{name: what Django finds there instead of asking}, as prefetch_related() leaves it."""
    found: dict[str, list[Any]] = record.__dict__["_prefetched_objects_cache"]
    return found
