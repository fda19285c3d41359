"""The reconciliation service at its door: what it refuses, how often it may be asked, and who may read it."""

import json
import random
from urllib.parse import quote

import pytest
from django.test import Client

from relations.api.reconciliation.reading import MOST_IDS, MOST_QUERIES
from tests.helpers.reconciliation import FORM, SERVICES, Service, is_as_specified

pytestmark = pytest.mark.django_db
QUERY = {"query": "Узбекистан"}


@pytest.fixture
def places(client, uzbekistan):
    return Service(client, "places")


def reason(answer):
    """(parameter, reason) of a refusal that names one."""
    assert answer["status"] == 400
    (error,) = answer["errors"]
    return error["parameter"], error["reason"]


# How much.


def test_a_batch_has_fifty_queries_at_most(places):
    batch = {f"q{number}": QUERY for number in range(MOST_QUERIES)}
    assert len(is_as_specified(places.post(queries=batch), "reconciliation-result-batch")) == MOST_QUERIES
    assert places.get()["batchSize"] == MOST_QUERIES
    refused = places.post(413, queries={**batch, "more": QUERY})
    assert refused["detail"] == "A batch may contain at most 50 queries."


@pytest.mark.parametrize(
    ("query", "place", "words"),
    [
        ({"query": "я" * 501}, "query", "A text of at most 500 characters is expected."),
        ({**QUERY, "type": ["city"] * 21}, "type", "A list of at most 20 is expected."),
        (
            {**QUERY, "type": "dragon"},
            "type",
            "“dragon” is unknown. Known: place, group, country, region, city.",
        ),
        ({**QUERY, "limit": 0}, "limit", "A whole number from 1 is expected."),
        ({**QUERY, "properties": [{"pid": "kind", "v": "a"}] * 21}, "properties", "A list of at most 20"),
        ({**QUERY, "properties": [{"pid": "kind", "v": ["a"] * 21}]}, "properties.v", "A list of at most 20"),
        ({**QUERY, "properties": [{"pid": "dragon", "v": "a"}]}, "properties.pid", "“dragon” is unknown."),
        ({**QUERY, "type_strict": "dragon"}, "type_strict", "“dragon” is unknown. Known: any, should, all."),
        ({}, "", "A query needs “query” or “properties”."),
        ({"query": "\ud800"}, "query", "The text contains characters that no name has."),
    ],
)
def test_what_is_wrong_with_a_query_is_said_with_its_place(places, query, place, words):
    parameter, said = reason(places.post(400, queries={"q0": QUERY, "q1": query}))
    assert parameter == f"queries.q1.{place}".rstrip(".")
    assert said.startswith(words)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "This is not valid JSON."),
        ("", "This is not valid JSON."),
        ("[" * 100_000, "This is not valid JSON."),
        ('{"q": ' + "9" * 5000 + "}", "This is not valid JSON."),
        ("[]", "A JSON object is expected."),
        ("null", "A JSON object is expected."),
        ('{"q0": []}', "A JSON object is expected."),
    ],
)
def test_what_is_no_batch_is_refused(places, text, words):
    response = places.client.post(places.address, f"queries={quote(text)}", content_type=FORM)
    assert reason(places.answer(response, 400))[1] == words


@pytest.mark.parametrize(
    ("asked", "parameter"),
    [
        ({"ids": ["x"] * (MOST_IDS + 1), "properties": []}, "extend.ids"),
        ({"ids": [], "properties": [{"id": "key"}] * 31}, "extend.properties"),
        ({"ids": [1], "properties": []}, "extend.ids"),
        ({"ids": ["UZ"]}, "extend.properties"),
        ({"properties": []}, "extend.ids"),
        ({"ids": ["UZ"], "properties": [{"id": "dragon"}]}, "extend.properties.id"),
        ({"ids": ["UZ"], "properties": [{"id": "key", "settings": {"limit": -1}}]},
         "extend.properties.settings.limit"),
        ({"ids": ["\x00"], "properties": [{"id": "key"}]}, "extend.ids"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_an_extension_is_said_with_its_place(places, asked, parameter):
    assert reason(places.post(400, extend=asked))[0] == parameter


@pytest.mark.parametrize("path", ["/suggest/entity", "/suggest/type", "/suggest/property", "/properties"])
def test_parameters_of_addresses_are_checked(places, path):
    name = "limit" if path == "/properties" else "cursor"
    for value in ("-1", "x", "٣", "1" * 5000, "1.5"):
        assert reason(places.get(path, 400, **{name: value}))[0] == name
    assert reason(places.get("/properties", 400, type="dragon"))[0] == "type"
    assert reason(places.get("/suggest/entity", 400, prefix="я" * 501))[0] == "prefix"
    assert reason(places.get("/preview", 400, id="\x00"))[0] == "id"
    assert reason(places.get(path, 400, lang="fr"))[0] == "lang"


def test_a_large_form_is_not_read(places):
    response = places.client.post(places.address, "queries=" + "a" * 10**6, content_type=FORM)
    assert places.answer(response, 413)["status"] == 413


# How often.


def test_too_many_requests_are_refused_with_the_time_to_wait(client, settings):
    settings.API_RATE = "2/minute"
    services = [Service(client, slug) for slug in SERVICES]
    assert [client.get(one.address).status_code for one in services] == [200, 200, 429, 429]
    refused = client.post(services[0].address, "queries={}", content_type=FORM)
    assert refused.status_code == 429
    assert 0 < int(refused["Retry-After"]) <= 61
    assert refused["Content-Type"] == "application/problem+json"
    assert client.get("/api/v1/topics/").status_code == 429


# Who may read it, and how.


@pytest.mark.parametrize("path", ["", "/suggest/entity", "/properties", "/preview?id=UZ", "/nowhere"])
def test_scripts_of_any_site_may_read_every_address(places, path):
    for method in (places.client.get, places.client.options):
        response = method(places.address + path, headers={"origin": "https://example.org"})
        assert response["Access-Control-Allow-Origin"] == "*"
        assert "POST" in response["Access-Control-Allow-Methods"]
        assert "Content-Type" in response["Access-Control-Allow-Headers"]
        assert not response.cookies
    assert places.client.options(places.address + path).status_code == 204
    assert "POST" not in places.client.get("/api/v1/topics/")["Access-Control-Allow-Methods"]


def test_a_callback_is_no_function(places):
    for parameters in ({"callback": "alert"}, {"callback": "alert", "queries": '{"q0": {"query": "UZ"}}'}):
        response = places.client.get(places.address, parameters)
        assert (response.status_code, response["Content-Type"]) == (200, "application/json")
        assert b"alert" not in response.content
        assert response.content.startswith(b"{")


def test_an_unchanged_manifest_is_not_sent_again(places):
    response = places.client.get(places.address)
    again = places.client.get(places.address, headers={"if-none-match": response["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_form_needs_no_token(settings, uzbekistan):
    places = Service(Client(enforce_csrf_checks=True), "places")
    assert places.candidates("Узбекистан")[0]["match"]


def test_other_methods_and_forms_are_refused_as_json(places):
    client, address = places.client, places.address
    assert client.head(address).status_code == 200
    for method in (client.put, client.patch, client.delete):
        assert places.answer(method(address), 405)["status"] == 405
    assert places.answer(client.post(f"{address}/suggest/entity"), 405)["status"] == 405
    for content_type in ("application/json", "multipart/form-data; boundary=x", "text/plain", "x"):
        response = client.post(address, '{"q0": {}}', content_type=content_type)
        assert places.answer(response, 415)["status"] == 415
    for body in ("", "colour=red"):
        assert reason(places.answer(client.post(address, body, content_type=FORM), 400))[0] == "queries"
    assert places.answer(client.get("/reconcile/dragons"), 404)["status"] == 404


def test_a_form_is_read_as_utf_8_whatever_its_header_says(places):
    for charset in ("utf-8", "hex", "rot13", "utf-16", "dragon"):
        body = f"queries={quote(json.dumps({'q0': QUERY}))}"
        form = f"{FORM}; charset={charset}"
        response = places.client.generic("POST", places.address, body, content_type=form)
        assert places.answer(response, 200)["q0"]["result"][0]["id"] == "UZ"


def test_messages_are_in_english_unless_russian_is_asked_for(places):
    response = places.client.get(f"{places.address}?queries=x", headers={"accept-language": "ru"})
    assert reason(response.json())[1] == "Это не JSON: текст не удалось разобрать."
    assert reason(places.get(status=400, queries="x", lang="en"))[1] == "This is not valid JSON."


# Whatever is sent.

FORMS = {
    "queries": {
        "q0": {
            "query": "Узбекистан",
            "type": ["country", "city"],
            "limit": 3,
            "type_strict": "any",
            "properties": [{"pid": "parent", "v": ["RU", {"id": "UZ", "name": "x"}, 1.5, True]}],
        }
    },
    "extend": {
        "ids": ["UZ", "RU"],
        "properties": [{"id": "key", "settings": {"limit": 1}}, {"id": "parent"}],
    },
}
NONSENSE = [
    None, True, False, 0, -1, 1e300, float("inf"), float("nan"), 10**400, "", "\x00", "\ud800", "я" * 600, "%", "'",
    "\u202e", [], {}, [[]], [None], {"id": None}, {"id": []}, {"": ""}, {"limit": {}}, [[[[[]]]]] * 30,
    {"\ud800": {}}, {"\x00": {"query": "a"}},
]  # fmt: skip


def mutated(value, chance):
    """The same with one part replaced by nonsense, left out, or repeated."""
    if chance.random() < 0.25 or not isinstance(value, dict | list) or not value:
        return chance.choice(NONSENSE)
    if isinstance(value, list):
        number = chance.randrange(len(value))
        return [*value[:number], mutated(value[number], chance), *value[number + chance.randrange(2) :]]
    name = chance.choice(list(value))
    changed = {**value, name: mutated(value[name], chance)}
    if chance.random() < 0.1:
        changed[chance.choice(["", "\x00", "\ud800", "dragon"])] = changed.pop(name)
    return changed


@pytest.mark.parametrize("slug", SERVICES)
def test_invalid_input_never_causes_a_server_error(slug, client, mirziyoyev, orenburg):
    chance = random.Random(slug)
    for number in range(300):
        name = chance.choice(list(FORMS))
        text = json.dumps(mutated(FORMS[name], chance))
        body = f"{name}={quote(text)}"
        if number % 10 == 0:
            body = body[: chance.randrange(len(body))]
        response = client.post(f"/reconcile/{slug}", body, content_type=FORM)
        assert response.status_code in (200, 400, 413), text
        assert "json" in response["Content-Type"]
        response.json()


def test_nonsense_in_addresses_never_causes_a_server_error(client, uzbekistan):
    names = ("queries", "extend", "prefix", "cursor", "limit", "type", "id", "lang", "callback")
    for path in ("", "/suggest/entity", "/suggest/type", "/suggest/property", "/properties", "/preview"):
        for name in names:
            for value in ("%00", "%ED%A0%80", "%", "%FF", "1e999", "[]", "{}", "null", "%D1%8F" * 600):
                response = client.get(f"/reconcile/places{path}?{name}={value}")
                assert response.status_code in (200, 400, 404), (path, name, value)
    assert client.get("/reconcile/places?" + "&".join(["q=a"] * 6000)).status_code == 400
    assert client.post("/reconcile/places", "&".join(["q=a"] * 6000), content_type=FORM).status_code == 400
