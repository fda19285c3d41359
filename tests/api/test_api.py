"""The interface for programs: the same totals as the lists, every record once, no drafts, no failure."""

import csv
import io
import json
from itertools import product
from urllib.parse import urlencode

import jsonschema
import pytest
from django.core.cache import cache
from django.core.management import call_command

from relations.api.sdmx import time_period
from relations.catalog import BY_SLUG, RECORD_TYPES
from relations.models import Indicator, Place, Source, Topic
from relations.models.named import LANGUAGES
from relations.values.period import Period
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
LISTS = [*SLUGS, "sources", "places", "topics", "indicators"]
SORTS = ["-date", "date", "title"]
QUESTIONS = [
    "",
    "country=UZ",
    "country=RU&with=UZ",
    "year_from=2000&year_to=2010&undated=0",
    "q=Россия",
    "country=KZ&country=UZ&sort=title",
]


@pytest.fixture
def walked(asked):
    """A function: the keys of all pages, following `next` from the first."""

    def walk(address, link="next"):
        keys, count = [], None
        while address:
            page = asked(address)
            assert count in (None, page["count"])
            count, address = page["count"], page[link]
            keys.append([one["key"] for one in page["results"]])
        return keys

    return walk


def flat(pages):
    return [key for page in pages for key in page]


def listed(client, slug, query=""):
    """(total, keys of the first page) of the readers' list."""
    page = client.get(f"/ru/{slug}/?{query}").context["page"]
    return page.paginator.count, [one.key for one in page]


# The same question, the same answer.


def test_totals_and_order_are_those_of_the_lists(content, client, asked):
    for slug, query in product(SLUGS, QUESTIONS):
        page = asked(f"{slug}/?{query}")
        total, keys = listed(client, slug, query)
        assert page["count"] == total
        assert [one["key"] for one in page["results"]] == keys


def test_totals_of_what_records_rest_on_are_those_of_the_lists(content, client, asked):
    assert asked("sources/")["count"] == listed(client, "sources")[0]
    assert asked("sources/?type=report")["count"] == listed(client, "sources", "type=report")[0]
    assert asked("places/")["count"] == Place.objects.count()
    assert asked("topics/")["count"] == Topic.objects.count()
    shown = client.get("/ru/indicators/").context["indicators"]
    assert {one["key"] for one in asked("indicators/?page_size=500")["results"]} == {one.key for one in shown}


def test_the_other_parameters_of_figures_are_known(content, asked):
    indicator = Indicator.objects.get(key="enterprises-russian-capital")
    page = asked(f"statistics/?indicator={indicator.key}&area=UZ&counterpart=RU&type=level")
    assert {one["columns"]["indicator"] for one in page["results"]} <= {indicator.key}


# Pages.


def test_every_record_is_met_once_in_the_order_of_the_list(content, asked, walked):
    for slug, sort, language in product(SLUGS, SORTS, LANGUAGES):
        whole = [one["key"] for one in asked(f"{slug}/?sort={sort}&page_size=500&lang={language}")["results"]]
        pages = walked(f"{slug}/?sort={sort}&page_size=7&lang={language}")
        assert flat(pages) == whole
        assert len(set(whole)) == len(whole)
        assert all(len(page) == 7 for page in pages[:-1])


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.parametrize("sort", SORTS)
def test_ties_and_records_without_a_date_are_met_once_both_ways(slug, sort, asked, walked):
    when = "signed" if slug == "agreements" else "period"
    for period in ("2009", "", "2009", "../2014", "", "2009-09", "2014/.."):
        FACTORIES[slug](title_ru="Одно и то же", title_en="", published=True, **{when: period})
    whole = [one["key"] for one in asked(f"{slug}/?sort={sort}")["results"]]
    for size in (1, 2, 3):
        there = walked(f"{slug}/?sort={sort}&page_size={size}")
        assert flat(there) == whole
        last = asked(f"{slug}/?sort={sort}&page_size={size}")
        while last["next"]:
            last = asked(last["next"])
        back = walked(last["previous"], "previous")
        assert flat(reversed(back)) == whole[: -len(last["results"])]


def test_titles_that_only_one_language_has_are_ordered_as_in_the_list(client, asked, walked):
    for number, titles in enumerate([("б", ""), ("", "a"), ("а", "z"), ("", "b"), ("в", "c")]):
        ForumFactory(key=f"f{number}", title_ru=titles[0], title_en=titles[1], published=True)
    assert flat(walked("forums/?sort=title&page_size=1")) == listed(client, "forums", "sort=title")[1]


def test_every_list_is_walked_to_its_end(content, asked, walked):
    for slug in LISTS:
        keys = flat(walked(f"{slug}/?page_size=9"))
        assert len(keys) == len(set(keys)) == asked(f"{slug}/?page_size=1")["count"] > 0


def test_a_record_published_meanwhile_moves_no_other(asked):
    for year in (2001, 2002, 2003, 2004):
        ForumFactory(key=f"of-{year}", period=str(year), published=True)
    first = asked("forums/?page_size=2")
    ForumFactory(key="newest", period="2020", published=True)
    assert [one["key"] for one in asked(first["next"])["results"]] == ["of-2002", "of-2001"]


def test_a_cursor_of_another_question_or_of_nobody_is_refused(asked):
    for year in (2001, 2002):
        ForumFactory(period=str(year), published=True)
    cursor = asked("forums/?page_size=1")["next"].split("cursor=")[1]
    assert asked(f"forums/?page_size=2&cursor={cursor}")["results"]
    for address in (
        f"forums/?sort=date&cursor={cursor}",
        f"visits/?cursor={cursor}",
        "forums/?cursor=dragon",
    ):
        assert [one["parameter"] for one in asked(address, 400)["errors"]] == ["cursor"]


# What is refused, and how.


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("year_from=dragon", "year_from"),
        ("year_from=2010&year_to=2000", "year_to"),
        ("country=Atlantis", "country"),
        ("type=dragon", "type"),
        ("sort=dragon", "sort"),
        ("sort=date&sort=title", "sort"),
        ("page=2", "page"),
        ("colour=red", "colour"),
        ("page_size=0", "page_size"),
        ("page_size=501", "page_size"),
        ("page_size=-1", "page_size"),
        ("page_size=٣", "page_size"),
        ("page_size=1&page_size=2", "page_size"),
        ("lang=fr", "lang"),
        ("q=%00", "q"),
        ("q=" + "я" * 201, "q"),
        ("format=xml", "format"),
    ],
)
def test_a_senseless_parameter_is_named_with_the_reason(client, query, parameter):
    for slug in SLUGS:
        response = client.get(f"/api/v1/{slug}/?{query}")
        assert response.status_code == 400
        assert response["Content-Type"] == "application/problem+json"
        problem = response.json()
        assert problem["status"] == 400
        assert [one["parameter"] for one in problem["errors"]] == [parameter]
        assert problem["errors"][0]["reason"]


def test_sources_refuse_what_their_list_finds_senseless(asked):
    for query, parameter in (
        ("type=dragon", "type"),
        ("q=%00", "q"),
        ("country=UZ", "country"),
        ("q=a&q=b", "q"),
    ):
        assert [one["parameter"] for one in asked(f"sources/?{query}", 400)["errors"]] == [parameter]


def test_messages_speak_the_language_asked_for(asked):
    russian = asked("forums/?year_from=dragon&lang=ru", 400)
    english = asked("forums/?year_from=dragon&lang=en", 400)
    assert russian["errors"] != english["errors"]
    assert asked("forums/?year_from=dragon", 400, accept_language="en")["errors"] == english["errors"]


NONSENSE = [
    "\x00",
    "я" * 3000,
    "<script>alert(1)</script>",
    "' OR 1=1 --",
    "../../etc/passwd",
    "%",
    "\u202e",
    "1e999",
]


@pytest.mark.parametrize("nonsense", NONSENSE)
def test_nonsense_is_never_a_failure(client, nonsense):
    names = (
        "q country region with year_from year_to undated topic type status source sort indicator area"
        " counterpart cursor page_size lang page"
    ).split()
    for slug in LISTS:
        for name in [*names, nonsense]:
            response = client.get(f"/api/v1/{slug}/?" + urlencode({name: nonsense}))
            assert response.status_code in (200, 400), (slug, name)
            assert "json" in response["Content-Type"]
        response = client.get(f"/api/v1/{slug}/{nonsense.replace('%', '%25').replace('?', '')}/")
        assert response.status_code == 404
    assert client.get("/api/v1/forums/?" + "&".join(["q=a"] * 6000)).status_code == 400


def test_unknown_addresses_and_other_methods_are_answered_as_json(client, settings):
    for debug in (False, True):
        settings.DEBUG = debug
        for address in (
            "nowhere/",
            "forums/nowhere/",
            "sources/nowhere/",
            "places/nowhere/",
            "indicators/nowhere/",
        ):
            response = client.get(f"/api/v1/{address}")
            assert (response.status_code, response["Content-Type"]) == (404, "application/problem+json")
    for method in (client.post, client.put, client.delete, client.patch):
        response = method("/api/v1/forums/")
        assert (response.status_code, response["Content-Type"]) == (405, "application/problem+json")


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
    }
    first, second = one["citations"]
    assert (first["source"], first["columns"], first["whole_record"]) == (
        "the-source",
        ["parties", "date_signed"],
        False,
    )
    assert (second["locator"], second["whole_record"], second["confidence"]) == ("8", True, "low")
    assert second["note"] == {"ru": "", "en": "Doubtful"}


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


def test_too_many_requests_are_told_when_to_go_on(client, settings):
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


# Figures for statisticians.


def sdmx(client, query=""):
    response = client.get(f"/api/v1/statistics.csv?{query}")
    assert response.status_code == 200
    assert response.streaming
    return list(csv.DictReader(io.StringIO(b"".join(response).decode())))


def test_sdmx_holds_the_figures_of_the_list(content, client):
    for query in QUESTIONS:
        rows = sdmx(client, query)
        assert len(rows) == listed(client, "statistics", query)[0]
        assert len({row["RECORD"] for row in rows}) == len(rows)


def test_sdmx_names_the_figure_as_the_register_does(content, client):
    (row,) = [row for row in sdmx(client) if row["RECORD"] == "enterprises-uz-2018"]
    assert list(row)[:3] == ["STRUCTURE", "STRUCTURE_ID", "ACTION"]
    assert (row["STRUCTURE"], row["ACTION"]) == ("dataflow", "I")
    assert (row["REF_AREA"], row["TIME_PERIOD"], row["OBS_VALUE"]) == ("UZ", "2018", "961")
    assert (row["INDICATOR"], row["OBS_STATUS"]) == ("enterprises-russian-capital", "A")


def test_sdmx_refuses_what_makes_no_sense(asked):
    assert asked("statistics.csv?area=Atlantis", 400)["errors"][0]["parameter"] == "area"
    assert asked("statistics.csv?cursor=a", 400)["errors"][0]["parameter"] == "cursor"


@pytest.mark.parametrize(
    ("edtf", "said"),
    [
        ("2018", "2018"),
        ("2009-09", "2009-09"),
        ("2006-08-25", "2006-08-25"),
        ("2014~", "2014"),
        ("2023-33", "2023-Q1"),
        ("2023-41", "2023-S2"),
        ("2018-10-24/2018-10-26", "2018-10-24/P3D"),
        ("200X", "2000-01-01/P3653D"),
        ("2022-21", "2022-03-01/P92D"),
        ("2014/..", ""),
        ("XXXX-04", ""),
        ("", ""),
    ],
)
def test_periods_in_the_notation_of_sdmx(edtf, said):
    assert time_period(Period.parse(edtf)) == said


# The page on which it can be tried.


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_question_is_tried_on_the_page_without_a_complaint(visit):
    with visit() as reader:
        elsewhere = []
        reader.page.on(
            "request",
            lambda one: None if one.url.startswith((reader.site, "data:")) else elsewhere.append(one.url),
        )
        reader.open("api/v1/docs/")
        tried = reader.page.locator("#operations-forums-forums_list")
        tried.locator("button.opblock-summary-control").click()
        tried.locator(".try-out__btn").click()
        tried.locator("button.execute").click()
        answer = tried.locator(".live-responses-table .microlight").first
        answer.wait_for()
        assert '"count"' in answer.inner_text()
        assert not reader.complaints, "\n".join(reader.complaints)
        assert not elsewhere
