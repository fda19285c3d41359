"""The interface for programs: its lists hold the same records as those of readers; invalid requests are refused."""

from itertools import product
from urllib.parse import urlencode

import pytest

from relations.models import Indicator, Place, Topic
from relations.models.named import LANGUAGES
from tests.helpers.api import LISTS, QUESTIONS, listed
from tests.helpers.catalog import SLUGS
from tests.helpers.factories import FACTORIES, ForumFactory

pytestmark = pytest.mark.django_db
SORTS = ["-date", "date", "title"]


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


# The same question, the same answer.


def test_totals_and_order_are_those_of_the_lists(content, client, asked):
    for slug, query in product(SLUGS, QUESTIONS):
        page = asked(f"{slug}/?{query}")
        total, keys = listed(client, slug, query)
        assert page["count"] == total
        assert [one["key"] for one in page["results"]] == keys


def test_a_group_has_its_members_with_the_time_of_membership_and_its_sources(content, asked):
    group = asked("places/cis/")
    members = {one["member"]: one for one in group["memberships"]}
    assert group["members"] == sorted(members)
    assert members["TM"] == {
        "member": "TM",
        "joined": "1991-12-21",
        "joined_source": "kremlin-glossary-cis",
        "left": "2005-08-26",
        "left_source": "ria-2005-08-27-cis",
    }
    assert asked("sources/kremlin-glossary-cis/")["key"] == "kremlin-glossary-cis"
    assert asked("places/UZ/")["memberships"] == []


def test_totals_of_what_records_rest_on_are_those_of_the_lists(content, client, asked):
    assert asked("sources/")["count"] == listed(client, "sources")[0]
    assert asked("sources/?type=report")["count"] == listed(client, "sources", "type=report")[0]
    assert asked("places/")["count"] == Place.objects.count()
    assert asked("topics/")["count"] == Topic.objects.count()
    shown = {
        one.indicator.key
        for topic in client.get("/ru/indicators/").context["topics"]
        for one in topic.indicators
    }
    assert {one["key"] for one in asked("indicators/?page_size=500")["results"]} == shown


def test_the_other_parameters_of_figures_are_known(content, asked):
    indicator = Indicator.objects.get(key="enterprises-russian-capital")
    page = asked(f"statistics/?indicator={indicator.key}&area=UZ&counterpart=RU&type=level")
    assert {one["columns"]["indicator"] for one in page["results"]} <= {indicator.key}


# Pages.


def test_every_record_occurs_once_in_the_order_of_the_list(content, asked, walked):
    for slug, sort, language in product(SLUGS, SORTS, LANGUAGES):
        whole = [one["key"] for one in asked(f"{slug}/?sort={sort}&page_size=500&lang={language}")["results"]]
        pages = walked(f"{slug}/?sort={sort}&page_size=7&lang={language}")
        assert flat(pages) == whole
        assert len(set(whole)) == len(whole)
        assert all(len(page) == 7 for page in pages[:-1])


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.parametrize("sort", SORTS)
def test_ties_and_records_without_a_date_occur_once_in_both_directions(slug, sort, asked, walked):
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


def test_every_list_can_be_followed_to_its_end(content, asked, walked):
    for slug in LISTS:
        keys = flat(walked(f"{slug}/?page_size=9"))
        assert len(keys) == len(set(keys)) == asked(f"{slug}/?page_size=1")["count"] > 0


def test_a_record_published_between_two_pages_moves_no_other(asked):
    for year in (2001, 2002, 2003, 2004):
        ForumFactory(key=f"of-{year}", period=str(year), published=True)
    first = asked("forums/?page_size=2")
    ForumFactory(key="newest", period="2020", published=True)
    assert [one["key"] for one in asked(first["next"])["results"]] == ["of-2002", "of-2001"]


def test_a_cursor_of_another_query_or_an_invented_one_is_refused(asked):
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
        ("lang=", "lang"),
        ("q=%00", "q"),
        ("q=" + "я" * 201, "q"),
        ("format=xml", "format"),
    ],
)
def test_an_invalid_parameter_is_named_with_the_reason(client, query, parameter):
    for slug in SLUGS:
        response = client.get(f"/api/v1/{slug}/?{query}")
        assert response.status_code == 400
        assert response["Content-Type"] == "application/problem+json"
        problem = response.json()
        assert problem["status"] == 400
        assert [one["parameter"] for one in problem["errors"]] == [parameter]
        assert problem["errors"][0]["reason"]


def test_sources_refuse_what_their_list_refuses(asked):
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
def test_invalid_input_never_causes_a_server_error(client, nonsense):
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


# The page on which it can be tried.


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_query_can_be_tried_on_the_page_without_errors_in_the_console(visit):
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
