"""Counts of sources, and of the published records that cite one."""

from collections import defaultdict

from django.db.models import Q

from relations.models import Citation, Membership, Source
from relations.models.foreign_keys import RECORD_KEYS

from .record_query import RecordQuery


def record_counts(sources: list[Source]) -> list[int]:
    """How many published records cite each source or a work quoting it; each record counted once."""
    citations = Citation.objects.of_published().filter(Q(source__in=sources) | Q(quoted_in__in=sources))
    columns = ("source_id", "quoted_in_id", *RECORD_KEYS)
    records = defaultdict(set)
    for source, quoted, *record in citations.values_list(*columns).order_by():
        records[source].add(tuple(record))
        records[quoted].add(tuple(record))
    return [len(records[source.pk]) for source in sources]


def number_of_public(query: RecordQuery) -> int:
    """The number of Source.objects.public(), counted by the index; `query` is one to all types."""
    found = {pk for one in query.filtersets for pk in query.every(one).counts("source")}
    dating = Membership.objects.order_by().values_list("joined_source", "left_source")
    return len(found | {pk for pair in dating for pk in pair if pk})
