"""What pages and lists offer to those who cite them."""

import json

import pytest
import rispy
from citeproc.source.json import CiteProcJSON

from tests.helpers.bibliography import SITE, TRICKY, parsed_bib
from tests.helpers.browser import without_data
from tests.helpers.catalog import SLUGS
from tests.helpers.factories import FACTORIES, AgreementFactory, ForumFactory, SourceFactory
from tests.helpers.head import Head

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_record_page_shows_how_to_cite_it(slug, language, client, settings):
    settings.SITE_URL = SITE
    record = FACTORIES[slug](period="2018") if slug != "agreements" else AgreementFactory(signed="2018")
    record.publish()
    page = f"/{language}/{slug}/{record.key}/"
    text = client.get(page).content.decode()
    assert f"URL: {SITE}{page} (" in text
    head = Head(text)
    assert head.canonical == head.meta["og:url"] == head.meta["DC.identifier"] == [SITE + page]
    assert head.meta["og:title"] == head.meta["DC.title"]
    assert head.meta["DC.coverage"] == ["2018"]
    assert [one["rft.identifier"] for one in head.coins] == [[SITE + page]]
    for form in ("ris", "bib", "json"):
        assert f'href="{page}cite.{form}"' in text
        assert client.get(f"{page}cite.{form}").status_code == 200
    linked = client.get(head.links["alternate", "application/ld+json"][0]).json()
    assert [linked["name"]] == head.meta["og:title"]
    assert len(linked["subjectOf"]["citation"]) == 1


def test_a_source_page_says_how_to_cite_the_source(client):
    work = SourceFactory(
        type="legislation", title="Закон", number="5", issued="2017-07-26", url="https://x.org/a?b&c"
    )
    ForumFactory(sources=0).cite(work)
    forum = ForumFactory(sources=0)
    forum.cite(work)
    forum.publish()
    page = f"/ru/sources/{work.key}/"
    text = client.get(page).content.decode()
    assert "Закон от 26.07.2017 № 5. URL: https://x.org/a?b&amp;c (дата обращения: " in text
    assert [one["rft.identifier"] for one in Head(text).coins] == [["https://x.org/a?b&c"]]
    assert client.get(f"{page}cite.json").json()[0]["URL"] == "https://x.org/a?b&c"
    assert client.get(f"{page}cite.jsonld").json()["@type"] == "Legislation"


@pytest.mark.parametrize("slug", SLUGS)
def test_a_list_has_as_many_records_as_its_files(slug, client):
    for number in range(53):
        FACTORIES[slug](title_ru=f"Запись {number}", published=True)
    FACTORIES[slug]()
    total = client.get(f"/ru/{slug}/").context["page"].paginator.count
    for path in (slug, "sources"):
        listed = total if path == slug else client.get("/ru/sources/").context["page"].paginator.count
        found = rispy.loads(b"".join(client.get(f"/ru/{path}.ris").streaming_content).decode())
        entries = parsed_bib(b"".join(client.get(f"/ru/{path}.bib").streaming_content).decode())
        assert len(found) == len(entries) == listed == 53
        items = json.loads(b"".join(client.get(f"/ru/{path}.csl").streaming_content))
        assert (
            {one["id"] for one in found} == {entry.key for entry in entries} == {one["id"] for one in items}
        )
        assert len(items) == listed


def test_a_list_as_csl_json_is_named_so_and_read_by_a_processor_also_where_it_is_empty(client, uzbekistan):
    empty = client.get("/en/agreements.csl?country=UZ")
    assert empty["Content-Type"] == "application/vnd.citationstyles.csl+json"
    assert '.csl.json"' in empty["Content-Disposition"]
    assert json.loads(b"".join(empty.streaming_content)) == []
    AgreementFactory(key="asked", published=True)
    items = json.loads(b"".join(client.get("/en/agreements.csl").streaming_content))
    assert list(CiteProcJSON(items)) == ["asked"]


def test_a_file_answers_the_question_and_nothing_else(client, uzbekistan):
    AgreementFactory(key="asked", signed="1992", published=True)
    AgreementFactory(key="other", signed="2005", published=True)
    for form in ("ris", "bib", "csl"):
        text = b"".join(client.get(f"/en/agreements.{form}?year_to=1999").streaming_content).decode()
        assert "asked" in text
        assert "/en/agreements/asked/" in text
        assert "other" not in text
        assert client.get(f"/ru/agreements.{form}?country=XX").status_code == 400
        assert client.get(f"/ru/sources.{form}?type=none").status_code == 400


@pytest.mark.parametrize("slug", SLUGS)
def test_a_file_for_managers_costs_the_same_with_one_record_and_with_fifty(slug, count_queries):
    FACTORIES[slug](published=True)
    with_one = count_queries(f"/ru/{slug}.ris")
    for _number in range(20):
        FACTORIES[slug](published=True)
    assert count_queries(f"/ru/{slug}.ris") <= with_one


def test_a_list_page_is_cited_with_its_question_and_its_total(client, settings):
    settings.SITE_URL = SITE
    AgreementFactory(signed="1992", published=True)
    text = client.get("/en/agreements/?year_to=1999&page=1").content.decode()
    assert "Agreements: until 1999 (1 agreement) // Russia and Central Asia" in text
    assert f"URL: {SITE}/en/agreements/?year_to=1999 (accessed: " in text
    assert 'href="/en/agreements.ris?year_to=1999"' in text
    text = client.get("/en/sources/?type=document").content.decode()
    assert "Sources: document (1 source) // Russia" in text
    assert 'href="/en/sources.bib?type=document"' in text


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.parametrize("form", ["ris", "bib", "json", "jsonld"])
def test_what_is_not_public_cannot_be_cited(slug, form, client, admin_client):
    draft, withdrawn = FACTORIES[slug](), FACTORIES[slug](published=True)
    withdrawn.withdraw()
    for reader in (client, admin_client):
        for record in (draft, withdrawn):
            assert reader.get(f"/ru/{slug}/{record.key}/cite.{form}").status_code == 404
    hidden = SourceFactory()
    assert client.get(f"/ru/sources/{hidden.key}/cite.{form}").status_code == 404
    assert admin_client.get(f"/ru/sources/{hidden.key}/").status_code == 200


def test_an_unknown_format_of_a_reference_is_404(client):
    forum = ForumFactory(published=True)
    assert client.get(f"/ru/forums/{forum.key}/cite.exe").status_code == 404
    assert client.get("/ru/forums.jsonld").status_code == 404


def test_markup_in_titles_is_never_active(client):
    work = SourceFactory(title=f"<script>alert(1)</script> {TRICKY}", url="https://x.org/")
    forum = ForumFactory(title_ru=f"<script>alert(2)</script> {TRICKY}", title_en="", sources=0)
    forum.cite(work)
    forum.publish()
    for page in (
        f"/ru/forums/{forum.key}/",
        f"/ru/sources/{work.key}/",
        "/ru/sources/",
        "/ru/sources/?q=alert",
    ):
        text = client.get(page).content.decode()
        assert "<script" not in without_data(text)
        assert "<b>" not in text
    for address in (f"/ru/forums/{forum.key}/cite.", f"/ru/sources/{work.key}/cite."):
        for form in ("ris", "bib", "json", "jsonld"):
            response = client.get(f"{address}{form}")
            assert not response["content-type"].startswith("text/html")
            assert response["x-content-type-options"] == "nosniff"
