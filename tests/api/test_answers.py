"""The interface for programs: what its answers hold, how they are described, and how they are served."""

import json

import jsonschema
import pytest
from django.core.cache import cache
from django.core.management import call_command

from relations.catalog import BY_SLUG, RECORD_TYPES
from relations.models import Indicator, Source
from relations.models.versions import remember
from tests.helpers.api import LISTS
from tests.helpers.catalog import SLUGS
from tests.helpers.factories import (
    FACTORIES,
    AgreementFactory,
    ForumFactory,
    IndicatorFactory,
    ObservationFactory,
    SourceFactory,
    TopicFactory,
    VisitFactory,
)

pytestmark = pytest.mark.django_db


# Only what readers see.


@pytest.mark.parametrize("slug", SLUGS)
def test_drafts_and_notes_are_never_shown(slug, asked):
    FACTORIES[slug](key="draft", notes="geheim")
    FACTORIES[slug](key="public", notes="geheim", published=True)
    FACTORIES[slug](key="withdrawn", published=True).withdraw()
    page = asked(f"{slug}/")
    assert [one["key"] for one in page["results"]] == ["public"]
    one = asked(f"{slug}/public/")
    assert one == page["results"][0]
    assert "geheim" not in json.dumps([page, one])
    assert "notes" not in one["columns"]
    asked(f"{slug}/draft/", 404)
    asked(f"{slug}/withdrawn/", 410)


def test_a_source_of_drafts_alone_and_its_notes_are_never_shown(asked):
    hidden, shown = SourceFactory(key="hidden"), SourceFactory(key="shown", notes="geheim")
    ForumFactory(sources=0).cite(hidden)
    forum = ForumFactory(sources=0)
    forum.cite(shown)
    forum.publish()
    assert [one["key"] for one in asked("sources/")["results"]] == ["shown"]
    one = asked("sources/shown/")
    assert one["records"] == 1
    assert "geheim" not in json.dumps(one)
    asked("sources/hidden/", 404)
    assert Source.objects.filter(key="hidden").exists()


def test_a_link_to_a_draft_is_not_shown(asked):
    forum = ForumFactory(key="draft-forum")
    visit = VisitFactory(key="the-visit", published=True)
    visit.links.create(kind="attended", to_forum=forum)
    assert "draft-forum" not in json.dumps(asked("visits/the-visit/"))
    forum.publish()
    one = asked("visits/the-visit/")
    assert one["columns"]["attended"] == ["draft-forum"]
    assert one["links"][0]["key"] == "draft-forum"
    assert asked(one["links"][0]["address"])["key"] == "draft-forum"


# The shape.


def test_a_record_says_all_columns_participants_and_citations(asked, uzbekistan):
    agreement = AgreementFactory(
        key="bridges",
        title_en="On Bridges",
        title_ru="О мостах; и дорогах",
        alternative_titles="Первое; так\nВторое",
        signed="1992-05~",
        sources=0,
    )
    source = SourceFactory(key="the-source")
    for field in ("parties", "date_signed"):
        agreement.cite(source, field=field, locator_label="page", locator="7")
    agreement.cite(source, locator_label="page", locator="8", confidence="low", note_en="Doubtful")
    agreement.publish()
    one = asked("agreements/bridges/")
    resource = BY_SLUG["agreements"].resource
    assert set(one["columns"]) == set(resource.names()) - {"notes"}
    assert one["title"] == {"ru": "О мостах; и дорогах", "en": "On Bridges"}
    assert one["columns"]["alternative_titles"] == ["Первое; так", "Второе"]
    assert one["columns"]["parties"] == ["RU", "UZ"]
    assert one["period"] == {"edtf": "1992-05~", "first_day": "1992-05-01", "last_day": "1992-05-31"}
    assert one["participants"][1] == {
        "role": "party",
        "kind": "place",
        "key": "UZ",
        "name": {"ru": "Узбекистан", "en": "Uzbekistan"},
        "country": "UZ",
        "status": "",
        "status_date": "",
    }
    first, second = one["citations"]
    assert (first["source"], first["columns"], first["whole_record"]) == (
        "the-source",
        ["parties", "date_signed"],
        False,
    )
    assert (second["locator"], second["whole_record"], second["confidence"]) == ("8", True, "low")
    assert second["note"] == {"ru": "", "en": "Doubtful"}


def test_a_record_and_its_source_say_how_many_versions_there_are_and_where_the_present_one_is(asked, client):
    record = FACTORIES["forums"](published=True)
    remember(
        "sources", [(one.source_id, one.source.key, None, one.source.row) for one in record.citations.all()]
    )
    for kind, page in (("forums", record), ("sources", record.citations.get().source)):
        found = asked(f"{kind}/{page.key}/")
        assert found["versions"] == 1
        assert found["version_pages"]["en"].endswith(f"/en/{kind}/{page.key}/versions/1/")
        assert client.get(found["version_pages"]["ru"]).status_code == 200
    never_seen = SourceFactory()
    record.cite(never_seen)
    found = asked(f"sources/{never_seen.key}/")
    assert (found["versions"], found["version_pages"]) == (0, None)


def test_addresses_lead_where_they_say(asked, client, settings):
    FACTORIES["statistics"](key="figure", title_ru="", title_en="", published=True)
    one = asked("statistics/figure/")
    assert one["title"] == {"ru": "Предприятия: Узбекистан", "en": "Enterprises: Uzbekistan"}
    assert asked(one["address"])["key"] == "figure"
    for page in one["pages"].values():
        assert client.get(page).status_code == 200
    settings.SITE_URL = "https://register.example.org"
    assert asked("statistics/figure/")["address"] == "https://register.example.org/api/v1/statistics/figure/"
    assert asked("")["forums"] == "https://register.example.org/api/v1/forums/"


def test_the_entry_leads_everywhere(asked, client):
    assert all(client.get(address).status_code == 200 for address in asked("").values())


# The description.


@pytest.fixture
def schema(asked):
    return asked("schema/")


def test_the_description_is_valid_and_says_something_of_every_field(schema, tmp_path):
    call_command("spectacular", validate=True, fail_on_warn=True, file=str(tmp_path / "schema.yaml"))
    silent = [
        (name, field)
        for name, one in schema["components"]["schemas"].items()
        for field, about in one.get("properties", {}).items()
        if not about.get("description") and not (name.startswith("Paginated") and field == "results")
    ]
    assert not silent


@pytest.mark.parametrize(
    ("query", "headers", "language"),
    [
        ("", {}, "en"),
        ("", {"accept_language": "*"}, "en"),
        ("", {"accept_language": "de, fr;q=0.5"}, "en"),
        ("", {"accept_language": "en"}, "en"),
        ("", {"accept_language": "ru-RU,ru;q=0.9"}, "ru"),
        ("?lang=ru", {}, "ru"),
        ("?lang=en", {"accept_language": "ru"}, "en"),
    ],
)
def test_the_description_is_in_english_unless_russian_is_asked_for(query, headers, language, asked):
    title = {"en": "Russia and Central Asia. A register of relations",
             "ru": "Россия и Центральная Азия. Регистр отношений"}  # fmt: skip
    found = asked(f"schema/{query}", **headers)
    assert found["info"]["title"] == title[language]
    words = {"en": "a parameter is unknown or not valid"}.get(language)
    said = found["paths"]["/api/v1/forums/"]["get"]["responses"]["400"]["description"]
    assert (said == words) == (language == "en")


def test_every_address_declares_that_it_may_refuse_a_parameter(schema, asked):
    for path, methods in schema["paths"].items():
        answer = methods["get"]["responses"]["400"]["content"]["application/problem+json"]
        assert answer["schema"]["$ref"].endswith("/Problem"), path
        address = path.removeprefix("/api/v1/").replace("{key}", "nowhere")
        for query in ("lang=fr", "lang=", "colour=red"):
            assert asked(f"{address}?{query}", 400)["errors"][0]["reason"], path
    assert "/api/v1/schema/" in schema["paths"]


def test_the_description_names_the_licence_of_the_data(schema):
    assert schema["info"]["license"] == {
        "name": "CC BY 4.0",
        "url": "https://creativecommons.org/licenses/by/4.0/",
    }


def test_every_parameter_is_described(schema):
    for one in RECORD_TYPES:
        described = {p["name"] for p in schema["paths"][f"/api/v1/{one.slug}/"]["get"]["parameters"]}
        assert described == {*one.filterset.base_filters, "cursor", "page_size", "lang"}


def test_answers_are_as_the_description_says(content, asked, schema):
    def holds(answer, path):
        said = schema["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        jsonschema.validate(answer, {**said, "components": schema["components"]})

    for slug in LISTS:
        page = asked(f"{slug}/?page_size=500")
        holds(page, f"/api/v1/{slug}/")
        holds(asked(f"{slug}/{page['results'][0]['key']}/"), f"/api/v1/{slug}/{{key}}/")
    problem = asked("forums/?colour=red", 400)
    about = schema["components"]["schemas"]["Problem"]
    jsonschema.validate(problem, {**about, "components": schema["components"]})


# Costs.


@pytest.fixture
def count_api_queries(count_queries):
    def count(address):
        cache.clear()
        return count_queries(f"/api/v1/{address}")

    return count


def test_a_page_costs_the_same_with_one_record_and_with_twelve(count_api_queries):
    def publish_of_each(number):
        for slug in SLUGS:
            for _number in range(number):
                record = FACTORIES[slug]()
                record.topics.add(TopicFactory())
                record.publish()
        for _number in range(number):
            ObservationFactory(
                indicator=IndicatorFactory(key=f"of-{Indicator.objects.count()}"), published=True
            )

    addresses = [*(f"{slug}/" for slug in LISTS), "statistics.csv", "forums/?country=UZ&sort=title", ""]
    publish_of_each(1)
    for address in addresses:
        count_api_queries(address)  # what is loaded once a process
    with_one = {address: count_api_queries(address) for address in addresses}
    publish_of_each(11)
    assert {address: count_api_queries(address) for address in addresses} == with_one
    assert max(with_one.values()) <= 20, with_one


# How it is served.


def test_any_site_may_read_and_an_unchanged_answer_is_not_sent_again(client):
    ForumFactory(published=True)
    response = client.get("/api/v1/forums/")
    assert response["Access-Control-Allow-Origin"] == "*"
    again = client.get("/api/v1/forums/", headers={"if-none-match": response["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again["Access-Control-Allow-Origin"] == "*"
    ForumFactory(published=True)
    assert client.get("/api/v1/forums/", headers={"if-none-match": response["ETag"]}).status_code == 200
    assert client.get("/api/v1/nowhere/")["Access-Control-Allow-Origin"] == "*"
    asked_before = client.options("/api/v1/forums/")
    assert (asked_before.status_code, asked_before["Access-Control-Allow-Origin"]) == (204, "*")
    assert "Access-Control-Allow-Origin" not in client.get("/ru/forums/")


def test_too_many_requests_are_refused_with_the_time_to_wait(client, settings):
    settings.API_RATE = "2/minute"
    assert [client.get("/api/v1/topics/").status_code for _number in range(3)] == [200, 200, 429]
    refused = client.get("/api/v1/topics/", headers={"x-forwarded-for": "203.0.113.7"})
    assert refused.status_code == 429
    assert 0 < int(refused["Retry-After"]) <= 60
    assert refused["Content-Type"] == "application/problem+json"


def test_answers_set_no_cookie_and_do_not_depend_on_any(client):
    response = client.get("/api/v1/topics/")
    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")
