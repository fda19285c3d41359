"""What pages, files, the API, charts and facets say of the number of records that a question finds."""

import csv
import json
import re
from html import unescape
from io import BytesIO, StringIO
from xml.etree import ElementTree

from python_calamine import CalamineWorkbook

from relations.queries.record_query import RecordQuery
from tests.helpers.random_queries import total

HEADING = re.compile(r'id="total" class="count">\s*(\d[\d,]*)[^<,]*(?:, and (\d[\d,]*) of context)?')
TOTAL = "{http://a9.com/-/spec/opensearch/1.1/}totalResults"


def heading(page):
    """The records of the subject and those of context, which are counted apart."""
    own, context = HEADING.search(page.decode()).groups()
    return number_in(own) + number_in(context or "0")


def number_in(text):
    """That of “12,345”."""
    return int(text.replace(",", ""))


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


def the_chart_agrees(slug, question, wanted, asked):
    drawn = asked(f"/en/years/{slug}/light.svg", question).decode()
    assert number_in(re.search(r"([\d,]+) in total", drawn)[1]) == wanted, question.urlencode()
    rows = list(csv.reader(StringIO(asked(f"/en/years/{slug}/years.csv", question).decode())))[1:]
    *bars, uncertain, undated = (int(row[-2]) for row in rows)
    assert uncertain + undated <= wanted <= sum(bars) + uncertain + undated, question.urlencode()


def what_is_possible_is_said_apart(slug, question, asked):
    """A question about years says how many more records may meet it, and the list of them is as long."""
    page = asked(f"/en/{slug}/", question).decode()
    said = re.search(r'<p class="possible"><a href="\?([^"]*)"[^>]*>([\d,]+) more', page)
    if "undated" in question or not {"year_from", "year_to"} & set(question):
        assert not said, question.urlencode()
        return
    certain, possible = question.copy(), question.copy()
    certain["undated"], possible["undated"] = "0", "only"
    both = question.copy()
    both["undated"] = "1"
    number = total(slug, possible)
    assert (number_in(said[2]) if said else 0) == number, question.urlencode()
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
