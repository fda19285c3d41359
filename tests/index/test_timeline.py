"""The timeline of all types has one order, wherever a page of it begins, and whatever was written a moment ago."""

from datetime import date

import pytest
from django.http import QueryDict

from relations.catalog import RECORD_TYPES
from relations.index.current import kept
from relations.models import Forum
from relations.queries.record_query import ALL_TYPES, RecordQuery
from relations.queries.timeline import Timeline
from tests.helpers.factories import FACTORIES

pytestmark = pytest.mark.django_db
NEVER = date.min


def in_order():
    """(slug, primary key) of all public records: by day, last day, type and primary key."""
    rows = [
        (record.first_day or NEVER, record.last_day or NEVER, one.slug, record.pk)
        for one in RECORD_TYPES
        for record in one.model.objects.published()
    ]
    rows.sort(key=lambda row: (-row[0].toordinal(), -row[1].toordinal(), row[2], -row[3]))
    return [(slug, pk) for _first, _last, slug, pk in rows]


def timeline():
    return Timeline(RecordQuery(ALL_TYPES, QueryDict()).found_of_all())


def many_of_a_day(period):
    for slug in FACTORIES:
        if slug in {one.slug for one in RECORD_TYPES}:
            name = "signed" if slug == "agreements" else "period"
            for _number in range(2):
                FACTORIES[slug](**{name: period}, published=True)


@pytest.fixture
def records(content):
    for period in ("2003-05-07", "2003-05", "2003", "2003/2005", "", "2003/.."):
        many_of_a_day(period)


def check():
    wanted, shown = in_order(), timeline()
    assert len(shown) == len(wanted)
    for start in range(len(wanted) + 1):
        assert shown.entries(slice(start, start + 9)) == wanted[start : start + 9], start


def test_any_page_of_it_has_the_records_in_that_order(records):
    check()


def test_records_that_were_written_a_moment_ago_stand_between_the_others(records):
    for one in RECORD_TYPES:
        kept.current().of(one.model)
    many_of_a_day("2003-05-07")
    for record in Forum.objects.published()[:5]:
        record.period = "2003-05"
        record.save()
    assert len(kept.current().of(Forum).keys) > kept.current().of(Forum).sorted
    check()


def test_a_page_shows_its_records(records):
    shown = timeline()
    entries = shown[30:40]
    assert [(entry.record_type.slug, entry.record.pk) for entry in entries] == in_order()[30:40]
