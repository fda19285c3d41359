"""One question, one total: the page, its facets, every file, the API, the chart, the map and the matrix agree.

Two hundred questions are put to all of them, on whichever database the suite runs.
"""

import csv
import json
import random
import re
from html import unescape
from io import BytesIO, StringIO
from xml.etree import ElementTree

import pytest
from django.core.cache import cache
from django.http import QueryDict
from python_calamine import CalamineWorkbook

from relations.models import Agreement
from relations.presentation.query_summary import QuerySummary
from relations.queries.record_query import RecordQuery
from tests.helpers.catalog import SLUGS
from tests.helpers.random_queries import random_parameters, total, values_of

pytestmark = pytest.mark.django_db
QUESTIONS, PARTS = 50, 2
HEADING = re.compile(r'id="total" class="count">\s*(\d+)[^<,]*(?:, and (\d+) of context)?')
TOTAL = "{http://a9.com/-/spec/opensearch/1.1/}totalResults"


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


def heading(page):
    """The records of the subject and those of context, which are counted apart."""
    own, context = HEADING.search(page.decode()).groups()
    return int(own) + int(context or 0)


def rows_of_csv(body):
    return len(list(csv.reader(StringIO(body.decode("utf-8-sig"))))) - 1


def rows_of_xlsx(body):
    sheet = CalamineWorkbook.from_filelike(BytesIO(body)).get_sheet_by_index(0)
    return len(sheet.to_python(skip_empty_area=False)) - 1


#: address → how the total is read from its answer
PLACES = {
    "/en/{slug}/": heading,
    "/en/years/{slug}/": heading,
    "/en/matrix/{slug}/": heading,
    "/en/map/{slug}/": heading,
    "/en/{slug}.csv": rows_of_csv,
    "/en/{slug}.xlsx": rows_of_xlsx,
    "/en/{slug}.json": lambda body: len(json.loads(body)),
    "/en/{slug}.ris": lambda body: body.count(b"TY  - "),
    "/en/{slug}.bib": lambda body: len(re.findall(rb"^@\w+\{", body, re.MULTILINE)),
    "/en/{slug}.csl": lambda body: len(json.loads(body)),
    "/en/{slug}.atom": lambda body: int(ElementTree.fromstring(body).findtext(TOTAL)),
    "/api/v1/{slug}/": lambda body: json.loads(body)["count"],
}


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


def the_chart_agrees(slug, question, wanted, asked):
    drawn = asked(f"/en/years/{slug}/light.svg", question).decode()
    assert f"{wanted} in total" in drawn, question.urlencode()
    rows = list(csv.reader(StringIO(asked(f"/en/years/{slug}/years.csv", question).decode())))[1:]
    *bars, uncertain, undated = (int(row[-2]) for row in rows)
    assert uncertain + undated <= wanted <= sum(bars) + uncertain + undated, question.urlencode()


def what_is_possible_is_said_apart(slug, question, asked):
    """A question about years says how many more records may meet it, and the list of them is as long."""
    page = asked(f"/en/{slug}/", question).decode()
    said = re.search(r'<p class="possible"><a href="\?([^"]*)"[^>]*>(\d+) more', page)
    if "undated" in question or not {"year_from", "year_to"} & set(question):
        assert not said, question.urlencode()
        return
    certain, possible = question.copy(), question.copy()
    certain["undated"], possible["undated"] = "0", "only"
    both = question.copy()
    both["undated"] = "1"
    number = total(slug, possible)
    assert (int(said[2]) if said else 0) == number, question.urlencode()
    assert total(slug, question) == total(slug, certain) == total(slug, both) - number
    if said:
        assert total(slug, unescape(said[1])) == number


def a_facet_agrees(slug, question, chance, values):
    name = chance.choice(sorted(values))
    counts = RecordQuery(slug, question).facets.counts(name)
    value = chance.choice([value for value in values[name] if counts[value]] or values[name])
    chosen = question.copy()
    chosen[name] = value
    assert counts[value] == total(slug, chosen), (question.urlencode(), name, value)


def test_the_questions_are_not_all_answered_by_nothing_or_everything(content):
    """What is drawn by chance asks something."""
    chance = random.Random("agreements, part 0")
    values = values_of(RecordQuery("agreements", QueryDict()))
    numbers = {
        total("agreements", random_parameters(chance, values)) for _number in range(QUESTIONS // PARTS)
    }
    assert len(numbers) >= 5
    assert numbers - {0, Agreement.objects.published().count()}
