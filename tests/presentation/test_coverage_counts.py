"""What the home page says of the whole register is what the database counts."""

from random import Random

import pytest
from django.db.models import Count, Q, Sum
from django.http import QueryDict

from relations.catalog import RECORD_TYPES
from relations.models import Source
from relations.presentation.coverage import CoverageCounts, coverage_of
from relations.queries.record_query import ALL_TYPES, RecordQuery
from relations.queries.source_counts import number_of_public
from tests.helpers.random_changes import change_something

pytestmark = pytest.mark.django_db


def counted_by_the_database(record_type):
    found = record_type.model.objects.published().aggregate(
        records=Count("pk"),
        context=Count("pk", filter=Q(in_scope=False)),
        facts=Sum("fact_count"),
        sourced=Sum("sourced_count"),
        identified=Sum("identified_count"),
        corroborated=Sum("corroborated_count"),
    )
    return CoverageCounts(**{name: number or 0 for name, number in found.items()})


def test_the_index_counts_facts_and_sources_as_the_database_does_also_after_changes(content):
    chance = Random("coverage")
    for _time in range(6):
        query = RecordQuery(ALL_TYPES, QueryDict())
        for one in RECORD_TYPES:
            assert coverage_of(query.every(one)) == counted_by_the_database(one)
        assert number_of_public(query) == Source.objects.public().count()
        for _number in range(4):
            change_something(chance)
