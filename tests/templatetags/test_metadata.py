"""What pages tell programs: addresses, descriptions, feeds, linked data and tags for reference managers."""

import json
import re
from urllib.parse import urlsplit

import pytest

from relations.bibliography.highwire import highwire
from tests.helpers.catalog import SLUGS
from tests.helpers.factories import (
    AgreementFactory,
    ForumFactory,
    IndicatorFactory,
    ObservationFactory,
    PlaceFactory,
    SourceFactory,
)
from tests.helpers.head import LISTS, SITE, Head

pytestmark = pytest.mark.django_db


# Addresses and descriptions.


@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_page_says_its_address_its_languages_and_what_it_is(language, published, head, client):
    descriptions = set()
    for kind, path in published.items():
        found = head(f"/{language}/{path}")
        own = f"{SITE}/{language}/{path}"
        assert found.canonical == [own], kind
        assert found.languages.items() >= {
            "ru": f"{SITE}/ru/{path}", "en": f"{SITE}/en/{path}", "x-default": f"{SITE}/{path}",
        }.items(), kind  # fmt: skip
        assert found.meta["og:url"] == [own]
        assert found.meta["og:locale"] == [{"ru": "ru_RU", "en": "en_US"}[language]]
        assert found.meta["og:description"] == found.meta["description"]
        assert found.meta["og:type"] == ["article" if kind == "source" or "record" in kind else "website"]
        for name in ("og:title", "og:site_name", "description"):
            assert len(found.meta[name]) == 1, (kind, name)
            assert found.meta[name][0].strip()
        assert len(found.meta["description"][0]) <= 330
        descriptions.add(found.meta["description"][0])
    assert len(descriptions) >= len(published) - len(SLUGS)


def test_the_address_without_a_language_leads_to_the_readers(published, client):
    for path in filter(None, published.values()):
        response = client.get(f"/{path}", headers={"accept-language": "en"})
        assert response.headers["location"] == f"/en/{path}", path


@pytest.mark.parametrize("slug", LISTS)
@pytest.mark.parametrize("query", ["country=UZ", "sort=title", "page=1", "q=", "nothing=1"])
def test_a_filtered_list_is_not_indexed_and_names_the_whole_list(slug, query, published, head):
    found = head(f"/ru/{slug}/?{query}")
    assert found.meta["robots"] == ["noindex"]
    assert found.canonical == [f"{SITE}/ru/{slug}/"]
    assert found.languages["en"] == f"{SITE}/en/{slug}/"
    assert "robots" not in head(f"/ru/{slug}/").meta


def test_a_pair_and_a_place_have_one_address_however_it_is_written(published, head, kazakhstan):
    for asked in ("ru-uz/", "uz-ru/", "UZ-RU/", "uz-ru/?year_from=2000"):
        assert head(f"/en/relations/{asked}").canonical == [f"{SITE}/en/relations/ru-uz/"]
    assert head("/en/relations/uz-kz/").canonical == [f"{SITE}/en/relations/kz-uz/"]
    assert head("/en/relations/ru-uz/?year_from=2000").meta["robots"] == ["noindex"]
    assert head("/en/places/uz/").canonical == [f"{SITE}/en/places/UZ/"]


def test_a_page_that_is_not_public_has_no_canonical_address(head, admin_client, settings):
    withdrawn, draft = ForumFactory(published=True), ForumFactory()
    withdrawn.withdraw()
    for found in (
        head("/ru/nowhere/", 404),
        head(f"/ru/forums/{withdrawn.key}/", 410),
        Head(admin_client.get(draft.get_absolute_url()).content.decode()),
        Head(admin_client.get(draft.citations.get().source.get_absolute_url()).content.decode()),
        Head(admin_client.get(IndicatorFactory().get_absolute_url()).content.decode()),
    ):
        assert found.canonical is None
        assert "x-default" not in found.languages
        assert not found.data
        assert "og:url" not in found.meta


def test_without_a_setting_the_address_is_that_of_the_request(client):
    text = client.get("/ru/about/", headers={"host": "localhost"}).content.decode()
    assert Head(text).canonical == ["http://localhost/ru/about/"]


# Feeds are found.

FOLLOWED = {
    "agreements/?type=treaty": "/ru/agreements.atom?type=treaty",
    "forums/": "/ru/forums.atom",
    "sources/?q=%D1%8F": "/ru/sources.atom?q=%D1%8F",
    "timeline/?country=RU&page=1": "/ru/timeline.atom?country=RU",
    "places/UZ/": "/ru/timeline.atom?country=UZ",
    "places/ru-ore/": "/ru/timeline.atom?region=RU-ORE",
    "relations/uz-ru/": "/ru/timeline.atom?country=UZ&with=RU",
}


@pytest.mark.parametrize("page", FOLLOWED)
def test_a_page_links_to_its_feed(page, published, orenburg_oblast, client):
    text = client.get(f"/ru/{page}").content.decode()
    feed = FOLLOWED[page]
    assert Head(text).links["alternate", "application/atom+xml"] == [feed]
    assert feed.replace("&", "&amp;") in text.partition("<body>")[2] or page.startswith("sources/?")
    assert client.get(feed).status_code == 200


@pytest.mark.parametrize("slug", [*SLUGS, "sources"])
def test_all_files_of_a_list_are_among_its_downloads(slug, published, client):
    page = client.get(f"/en/{slug}/?year_to=2100&undated=1").content.decode()
    found = re.findall(r'href="([^"]+)"', re.search(r'<p class="order">.*?</p>', page, re.DOTALL)[0])
    assert found[-7:] == [
        f"/en/{slug}.{form}?year_to=2100&amp;undated=1"
        for form in ("csv", "xlsx", "json", "ris", "bib", "csl", "atom")
    ]


# Linked data.


def addresses(found):
    """All values that should be addresses."""
    if isinstance(found, dict):
        for name, value in found.items():
            if name in ("url", "contentUrl", "urlTemplate", "license", "sameAs"):
                yield value
            yield from addresses(value)
    elif isinstance(found, list):
        for one in found:
            yield from addresses(one)


KINDS = {
    "agreements-record": "CreativeWork", "forums-record": "Event", "visits-record": "Event",
    "projects-record": "Project",
    "statistics-record": "Observation", "source": "CreativeWork", "indicator": "Dataset",
    "sources": "Dataset", **dict.fromkeys(SLUGS, "Dataset"),
}  # fmt: skip


@pytest.mark.parametrize("language", ["ru", "en"])
def test_pages_hold_linked_data_with_whole_addresses(language, published, head):
    for kind, path in published.items():
        data = head(f"/{language}/{path}").data
        assert len(data) == (kind in KINDS or kind == "home"), kind
        for found in data:
            assert found["@context"] == "https://schema.org"
            assert found.get("@type") == KINDS.get(kind)
            assert all(urlsplit(address).scheme == "https" for address in addresses(found)), kind
            assert len(json.dumps(found, ensure_ascii=False)) < 6000


def test_a_record_says_within_the_page_what_its_linked_file_says(published, head, client):
    for slug in SLUGS:
        path = f"/en/{published[f'{slug}-record']}"
        assert head(path).data == [client.get(f"{path}cite.jsonld").json()]


def test_a_list_is_a_data_set_that_can_be_fetched(client, settings, uzbekistan):
    settings.SITE_URL = SITE
    for year in ("1992", "2018"):
        AgreementFactory(signed=year, published=True)
    (found,) = Head(client.get("/en/agreements/?type=treaty").content.decode()).data
    assert found["name"] == "Agreements: treaty"
    assert found["temporalCoverage"] == "1992/2018"
    assert [place["name"] for place in found["spatialCoverage"]] == ["Russia", "Uzbekistan"]
    assert found["license"]
    assert found["creator"]["name"]
    assert len(found["description"]) >= 50
    files = {one["encodingFormat"]: one["contentUrl"] for one in found["distribution"]}
    assert files["text/csv"] == f"{SITE}/en/agreements.csv?type=treaty"
    assert len(files) == 3
    for address in files.values():
        assert client.get(address.removeprefix(SITE)).status_code == 200


def test_an_indicator_is_a_data_set_of_its_figures(head, uzbekistan):
    ObservationFactory(period="2018", published=True)
    ObservationFactory(period="2020", published=True)
    (found,) = head("/en/indicators/enterprises/").data
    assert found["variableMeasured"] == "Enterprises"
    assert found["temporalCoverage"] == "2018/2020"
    assert found["spatialCoverage"] == [{"@type": "Place", "name": "Uzbekistan"}]
    assert found["distribution"][0]["contentUrl"] == f"{SITE}/en/statistics.csv?indicator=enterprises"
    assert found["url"] == f"{SITE}/en/indicators/enterprises/"


def test_the_home_page_is_a_catalogue_and_says_how_to_search(published, head, client):
    site, catalogue = head("/en/").data[0]["@graph"]
    assert site["@type"] == "WebSite"
    template = site["potentialAction"]["target"]["urlTemplate"]
    assert client.get(template.removeprefix(SITE).format(search_term_string="treaty")).status_code == 200
    assert catalogue["@type"] == "DataCatalog"
    assert [one["url"] for one in catalogue["dataset"]] == [f"{SITE}/en/{slug}/" for slug in SLUGS]


def test_no_text_ends_the_linked_data(client):
    nasty = "</script><script>alert(1)</script><!-- & \u2028 \\u003C \"'"
    place = PlaceFactory(code="UZ", name_ru=nasty, name_en=nasty)
    forum = ForumFactory(
        title_ru=nasty, title_en="", summary_ru=nasty, sources=0, participants=[("location", place)]
    )
    forum.cite(SourceFactory(title=nasty, author=nasty, container_title=nasty))
    forum.publish()
    source = forum.citations.get().source
    ObservationFactory(indicator=IndicatorFactory(key="x", name_ru=nasty), published=True, ref_area=place)
    for path in ("", f"forums/{forum.key}/", f"sources/{source.key}/", "forums/", "indicators/x/"):
        text = client.get(f"/ru/{path}").content.decode()
        assert text.count("<script") == text.count("</script>") == 1, path
        assert "<!-- &" not in text
        assert len(Head(text).data) == 1
    (found,) = Head(client.get(f"/ru/forums/{forum.key}/").content.decode()).data
    assert found["description"] == nasty


# Reference managers.


def test_a_journal_article_is_known_by_its_highwire_tags(head):
    work = SourceFactory(
        type="article-journal", title="Сотрудничество", author="Орлов П. С.; Smith J.", container_title="Вестник",
        volume="5", issue="2", page="104–126", doi="10.1/x", issued="2019-03", url="https://x.org/a?b&c", language="ru",
    )  # fmt: skip
    forum = ForumFactory(sources=0)
    forum.cite(work)
    forum.publish()
    found = head(f"/en/sources/{work.key}/")
    said = {name: texts for name, texts in found.meta.items() if name and name.startswith("citation_")}
    assert said == {
        "citation_title": ["Сотрудничество"],
        "citation_author": ["Орлов, П. С.", "Smith, J."],
        "citation_publication_date": ["2019/03"],
        "citation_journal_title": ["Вестник"],
        "citation_volume": ["5"],
        "citation_issue": ["2"],
        "citation_firstpage": ["104"],
        "citation_lastpage": ["126"],
        "citation_doi": ["10.1/x"],
        "citation_language": ["ru"],
        "citation_public_url": ["https://x.org/a?b&c"],
    }
    (coins,) = found.coins
    assert coins["rft.atitle"] == said["citation_title"]
    assert coins["rft.jtitle"] == said["citation_journal_title"]


def test_a_record_is_one_item_and_no_article_of_a_journal(published, head):
    for slug in SLUGS:
        found = head(f"/ru/{published[f'{slug}-record']}")
        assert len(found.coins) == 1
        assert found.coins[0]["rft.title"] == found.meta["DC.title"]
        assert not [name for name in found.meta if name and name.startswith("citation_")]


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"type": "chapter", "container-title": "Сборник"}, "citation_book_title"),
        ({"type": "report", "publisher": "Банк"}, "citation_technical_report_institution"),
        ({"type": "book", "ISBN": "978-5"}, "citation_isbn"),
        ({"type": "book"}, None),
        ({"type": "article-journal"}, None),
        ({"type": "article-newspaper", "container-title": "Правда"}, None),
        ({"type": "webpage", "container-title": "Сайт", "publisher": "Банк"}, None),
        ({"type": "legislation"}, None),
    ],
)
def test_only_sources_that_the_tags_can_describe_have_them(fields, told):
    found = dict(highwire({"title": "Т", "language": "ru"} | fields))
    assert bool(found) == bool(told)
    assert told is None or told in found


@pytest.mark.parametrize(
    ("issued", "date"),
    [
        ({"date-parts": [[2017, 7, 26]]}, "2017/07/26"),
        ({"date-parts": [[2017]], "circa": True}, None),
        ({"date-parts": [[2017], [2019]]}, None),
        ({"literal": "весна 2022 г."}, None),
    ],
)
def test_a_doubtful_date_is_not_given_as_certain(issued, date):
    item = {"type": "book", "title": "Т", "language": "ru", "ISBN": "1", "issued": issued}
    assert dict(highwire(item)).get("citation_publication_date") == date
