"""The index and the database give the same answers: any question, in any order, before and after any change."""

import random

import pytest
from django.http import QueryDict

from relations.catalog import BY_SLUG
from relations.index import reading
from relations.index.current import Indexes, new
from relations.index.record_index import RecordIndex
from relations.models import Agreement, DataChange
from relations.queries.record_query import RecordQuery
from tests.helpers.catalog import SLUGS
from tests.helpers.random_changes import change_something
from tests.helpers.random_queries import random_parameters, values_of

pytestmark = pytest.mark.django_db
QUESTIONS, CHANGES = 40, 60


@pytest.mark.parametrize("slug", SLUGS)
def test_a_list_of_the_index_has_the_same_records_in_the_same_order_as_that_of_the_database(slug, content):
    chance, one = random.Random(slug), BY_SLUG[slug]
    values = values_of(RecordQuery(slug, QueryDict()))
    for _number in range(QUESTIONS):
        question = random_parameters(chance, values)
        question["sort"] = chance.choice(["", "date", "-date", "title"])
        query = RecordQuery(slug, question)
        wanted = list(query.results[one].values_list("pk", flat=True))
        assert query.keys(one, slice(None)) == wanted, question.urlencode()
        start = chance.randint(0, len(wanted))
        assert query.keys(one, slice(start, start + 7)) == wanted[start : start + 7], question.urlencode()


def seen(index):
    """Everything that an index says, by primary keys."""
    keys = index.keys
    terms = {
        term: sorted(keys[at] for at in records & index.everything) for term, records in index.terms.items()
    }
    number = len(index.everything)
    return {
        "terms": {term: found for term, found in terms.items() if found},
        "newest first": index.keys_of(index.everything, 0, number),
        "by title": [keys[at] for at in index.by_title if at in index.everything],
        "oldest first": index.keys_of(index.everything, 0, number, oldest_first=True),
        "places": {
            code: sorted(keys[at] for at in index.places(code) & index.everything)
            for code in ("RU", "UZ", "cis")
        },
    }  # fmt: skip


def test_after_random_changes_the_index_that_follows_is_the_one_that_is_read_anew(content):
    chance = random.Random("changes")
    models = [BY_SLUG[slug].model for slug in ("agreements", "statistics")]
    indexes = new(DataChange.objects.version())
    for model in models:
        indexes.of(model)
    for number in range(CHANGES):
        change_something(chance)
        indexes = indexes.followed_by(DataChange.objects.version())
        if number % 5 == 4:
            for model in models:
                assert seen(indexes.of(model)) == seen(RecordIndex(model, indexes.names)), number
    assert len(indexes.of(models[0]).keys) > indexes.of(models[0]).sorted


def test_what_was_rolled_back_is_read_anew(content):
    indexes = new(DataChange.objects.version())
    before = seen(indexes.of(Agreement))
    mark = DataChange.objects.create(type="agreement", keys="1", mark=1)
    later = indexes.followed_by(DataChange.objects.version())
    later.of(Agreement)
    mark.delete()
    again = later.followed_by(DataChange.objects.version())
    assert again.read == {}
    assert seen(again.of(Agreement)) == before


def test_without_the_changes_in_between_everything_is_read_anew(content):
    indexes = new(DataChange.objects.version())
    indexes.of(Agreement)
    last = DataChange.objects.create(type="agreement", keys="", mark=5)
    DataChange.objects.create(type="agreement", keys="", mark=6)
    DataChange.objects.filter(pk__lte=last.pk).delete()
    assert isinstance(later := indexes.followed_by(DataChange.objects.version()), Indexes)
    assert later.read == {}


def test_an_index_that_is_read_in_small_pieces_is_the_same(content, monkeypatch):
    whole = seen(RecordIndex(Agreement, new(DataChange.objects.version()).names))
    monkeypatch.setattr(reading, "ROWS_AT_ONCE", 3)
    assert seen(RecordIndex(Agreement, new(DataChange.objects.version()).names)) == whole
