"""Requests to the reconciliation service, whose answers are held against the schemas of the specification."""

import json
from pathlib import Path
from urllib.parse import urlencode

import jsonschema

SCHEMAS = Path(__file__).parents[1] / "api" / "schemas"
SERVICES = ["places", "organizations", "people", "sources"]
FORM = "application/x-www-form-urlencoded"


def is_as_specified(answer, schema):
    """Raises what is not as the schema of this name says; returns the answer."""
    jsonschema.validate(answer, json.loads((SCHEMAS / f"{schema}.json").read_text()))
    return answer


class Service:
    """The service of one kind of entities, as a client uses it."""

    def __init__(self, client, slug):
        self.client, self.address = client, f"/reconcile/{slug}"

    def post(self, status=200, **fields):
        """The answer to a form, each field as JSON."""
        body = urlencode({name: json.dumps(value) for name, value in fields.items()})
        return self.answer(self.client.post(self.address, body, content_type=FORM), status)

    def get(self, path="", status=200, **parameters):
        return self.answer(self.client.get(f"{self.address}{path}?{urlencode(parameters)}"), status)

    @staticmethod
    def answer(response, status):
        assert response.status_code == status, response.content[:500]
        return response.json()

    def results(self, **queries):
        """{id: candidates} of a batch, sent as the specification has it."""
        is_as_specified(queries, "reconciliation-query-batch")
        answer = is_as_specified(self.post(queries=queries), "reconciliation-result-batch")
        assert list(answer) == list(queries)
        return {name: one["result"] for name, one in answer.items()}

    def candidates(self, text, **more):
        return self.results(q0={"query": text, **more})["q0"]

    def found(self, text, **more):
        """[(id, match, score)] of the candidates of one name."""
        return [(one["id"], one["match"], one["score"]) for one in self.candidates(text, **more)]

    def suggested(self, what, prefix, schema, **more):
        answer = self.get(f"/suggest/{what}", prefix=prefix, **more)
        return [one["id"] for one in is_as_specified(answer, schema)["result"]]

    def extended(self, ids, *properties):
        """{id: {property: values}}"""
        asked = {
            "ids": ids,
            "properties": [{"id": one} if isinstance(one, str) else one for one in properties],
        }
        is_as_specified(asked, "data-extension-query")
        return is_as_specified(self.post(extend=asked), "data-extension-response")
