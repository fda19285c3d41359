"""Random questions of many records: lists, facets, files, the API, charts, matrix and map all say the same number.

Each is asked with nothing kept and once more with everything kept, before changes and after them; the number that
they are compared with is counted by the database. The first difference ends the run.
"""

import random
import sys
import time
from urllib.parse import unquote

from django.conf import settings
from django.core.cache import caches
from django.http import QueryDict
from django.test import Client, override_settings

from relations.index.current import kept
from relations.queries.record_query import RecordQuery
from tests.helpers.answers import PLACES, a_facet_agrees, the_chart_agrees, what_is_possible_is_said_apart
from tests.helpers.catalog import SLUGS
from tests.helpers.random_changes import change_something
from tests.helpers.random_queries import random_parameters, total, values_of

#: of longer answers only the pages, the csv, the feed and the API are compared, since the other files take long
LONG = 5_000
LONG_FILES = [address for address in PLACES if "." in address and not address.endswith((".csv", ".atom"))]


#: no limits, and no need of collected static files
FREE = {
    "API_RATE": "off",
    "FILE_RATE": "off",
    "STORAGES": settings.STORAGES
    | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}},
}


@override_settings(**FREE)
def agree(questions, changes):
    """{moment: [answers compared, seconds]}; the numbers of questions and changes are given as text."""
    asking, found = Asking(int(questions)), {}
    for moment in ("before changes", "after changes"):
        for state in ("nothing kept", "everything kept"):
            begin = time.perf_counter()
            if state == "nothing kept":
                forget()
            number = asking.ask_all()
            found[f"{moment}, {state}"] = number, time.perf_counter() - begin
            print(f"{moment}, {state}: {number} answers agree", file=sys.stderr, flush=True)
        if moment == "before changes":
            chance = random.Random("changes")
            for _number in range(int(changes)):
                change_something(chance)
    return found


def forget():
    kept.forget()
    for one in caches.all(initialized_only=False):
        one.clear()


class Asking:
    """The questions, drawn once, and what is answered to them."""

    def __init__(self, number):
        chance, self.client = random.Random("questions"), Client(HTTP_HOST="127.0.0.1")
        self.values = {slug: values_of(RecordQuery(slug, QueryDict())) for slug in SLUGS}
        slugs = [SLUGS[at % len(SLUGS)] for at in range(number)]
        self.questions = [(slug, random_parameters(chance, self.values[slug])) for slug in slugs]

    def ask_all(self):
        """Returns how many answers were compared."""
        chance = random.Random("facets")
        return sum(self.ask(slug, question, chance) for slug, question in self.questions)

    def ask(self, slug, question, chance):
        wanted = total(slug, question)
        addresses = [one for one in PLACES if wanted <= LONG or one not in LONG_FILES]
        found = {one: PLACES[one](self.body(one.format(slug=slug), question)) for one in addresses}
        different = {address: number for address, number in found.items() if number != wanted}
        if different:
            sys.exit(f"WRONG {slug}?{unquote(question.urlencode())}: {different} instead of {wanted}")
        the_chart_agrees(slug, question, wanted, self.body)
        what_is_possible_is_said_apart(slug, question, self.body)
        a_facet_agrees(slug, question, chance, self.values[slug])
        return len(addresses) + 3

    def body(self, address, question):
        answer = self.client.get(f"{address}?{question.urlencode()}")
        if answer.status_code != 200:
            sys.exit(f"WRONG status of {address}?{unquote(question.urlencode())}: {answer.status_code}")
        return b"".join(answer.streaming_content) if answer.streaming else answer.content
