"""Counts of the published records that cite a source."""

from collections import defaultdict

from django.db.models import Q

from relations.models import Citation, Source
from relations.models.foreign_keys import RECORD_KEYS


def record_counts(sources: list[Source]) -> list[int]:
    """How many published records cite each source or a work quoting it; each record counted once."""
    citations = Citation.objects.of_published().filter(Q(source__in=sources) | Q(quoted_in__in=sources))
    columns = ("source_id", "quoted_in_id", *RECORD_KEYS)
    records = defaultdict(set)
    for source, quoted, *record in citations.values_list(*columns).order_by():
        records[source].add(tuple(record))
        records[quoted].add(tuple(record))
    return [len(records[source.pk]) for source in sources]
