"""What keeps pages quick where there are many records: which questions the database is asked, never how long
it takes."""

import pytest
from django.core.cache import caches
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from relations.filters.parameters import AreaFilter, ColumnFilter
from relations.filters.record_filters import StatisticsFilter
from relations.models import Forum, Observation, Source
from relations.queries.record_query import RecordQuery
from relations.views.pagination import PAGE_SIZE
from tests.helpers.factories import ForumFactory, ObservationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(client):
    """A function: the SQL statements that a page needs."""

    def ask(address):
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return [one["sql"] for one in captured]

    return ask


@pytest.mark.parametrize("sort", ["", "date", "title"])
def test_a_far_page_is_found_by_keys_and_in_the_same_order(sort, asked, client):
    for number in range(PAGE_SIZE + 2):
        ForumFactory(period=f"{1992 + number // 12}-{number % 12 + 1:02}", published=True)
    query = f"sort={sort}&page="
    assert not [sql for sql in asked(f"/ru/forums/?{query}2") if " OFFSET " in sql]
    caches["pages"].clear()
    pages = [client.get(f"/ru/forums/?{query}{number}").context["page"].object_list for number in (1, 2)]
    (expected,) = RecordQuery("forums", QueryDict(f"sort={sort}")).results.values()
    assert [record.pk for page in pages for record in page] == list(expected.values_list("pk", flat=True))


def test_figures_are_counted_without_reading_their_rows():
    index = next(one for one in Observation._meta.indexes if one.name == "observation_counts")
    indexed = {Observation._meta.get_field(name).attname for name in index.fields}
    filters = StatisticsFilter.base_filters.values()
    columns = {one.field_name for one in filters if isinstance(one, ColumnFilter)}
    columns |= {f"{one.field_name}_id" for one in filters if isinstance(one, AreaFilter)}
    counted = {"fact_count", "sourced_count", "identified_count", "corroborated_count"}
    assert columns | counted | {"indicator_id", "first_day", "last_day", "state", "updated_at"} <= indexed


def test_years_are_counted_by_the_days_as_they_are_kept(asked):
    ObservationFactory(period="2001", published=True)
    assert not [sql for sql in asked("/ru/years/") if "extract" in sql.lower()]


def test_records_on_a_topic_or_citing_a_source_are_not_asked_one_by_one():
    assert "EXISTS" not in str(Forum.objects.on_topics(["trade"]).citing(["source"]).query)


def test_public_sources_are_selected_without_a_list_of_keys():
    assert "IN (SELECT" not in str(Source.objects.public().query)
