"""One question, one total: the page, its facets, every file, the API, the chart, the map and the matrix agree.

Two hundred questions are put to all of them, on whichever database the suite runs.
"""

import random

import pytest
from django.core.cache import cache
from django.http import QueryDict

from relations.models import Agreement
from relations.presentation.query_summary import QuerySummary
from relations.queries.record_query import RecordQuery
from tests.helpers.answers import PLACES, a_facet_agrees, the_chart_agrees, what_is_possible_is_said_apart
from tests.helpers.catalog import SLUGS
from tests.helpers.random_queries import random_parameters, total, values_of

pytestmark = pytest.mark.django_db
QUESTIONS, PARTS = 50, 2


@pytest.fixture
def asked(client, no_rate_limit, monkeypatch):
    """A function: the body of an answer, as bytes. Pages leave out the choices of their form, which are asked
    for apart."""
    monkeypatch.setattr(QuerySummary, "facet_options", lambda summary: [])
    cache.clear()

    def ask(address, question):
        answer = client.get(f"{address}?{question.urlencode()}")
        assert answer.status_code == 200, (address, question.urlencode(), answer.status_code)
        return b"".join(answer.streaming_content) if answer.streaming else answer.content

    return ask


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("slug", SLUGS)
def test_for_two_hundred_questions_every_answer_has_the_same_total(slug, part, content, asked):
    chance = random.Random(f"{slug}, part {part}")
    values = values_of(RecordQuery(slug, QueryDict()))
    for _number in range(QUESTIONS // PARTS):
        question = random_parameters(chance, values)
        wanted = total(slug, question)
        found = {
            address: read(asked(address.format(slug=slug), question)) for address, read in PLACES.items()
        }
        assert found == dict.fromkeys(PLACES, wanted), question.urlencode()
        the_chart_agrees(slug, question, wanted, asked)
        what_is_possible_is_said_apart(slug, question, asked)
        a_facet_agrees(slug, question, chance, values)


def test_the_questions_are_not_all_answered_by_nothing_or_everything(content):
    """What is drawn by chance asks something."""
    chance = random.Random("agreements, part 0")
    values = values_of(RecordQuery("agreements", QueryDict()))
    numbers = {
        total("agreements", random_parameters(chance, values)) for _number in range(QUESTIONS // PARTS)
    }
    assert len(numbers) >= 5
    assert numbers - {0, Agreement.objects.published().count()}
