"""The sitemap: every public page, and the date of its last change."""

from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from relations.models import Forum
from relations.sitemaps import Records
from tests.helpers.factories import ForumFactory, IndicatorFactory
from tests.helpers.head import SITE

pytestmark = pytest.mark.django_db


@pytest.fixture
def mapped(client, settings):
    """All addresses in the sitemap, without the host."""
    settings.SITE_URL = SITE
    names = "{http://www.sitemaps.org/schemas/sitemap/0.9}"

    def read():
        index = ElementTree.fromstring(client.get("/sitemap.xml").content)
        found = set()
        for section in index.iter(f"{names}loc"):
            text = client.get(urlsplit(section.text).path).content
            found |= {one.text for one in ElementTree.fromstring(text).iter(f"{names}loc")}
        return {address.removeprefix(SITE) for address in found}

    return read


def test_the_sitemap_leads_to_everything_public_and_to_nothing_else(
    published, orenburg, kazakhstan, mapped, client
):
    ForumFactory(participants=[("location", orenburg)], published=True)
    draft, unused = ForumFactory(), IndicatorFactory(key="unused")
    found = mapped()
    expected = {path for kind, path in published.items() if kind != "search"}
    expected |= {"places/ru-orenburg/", "places/RU-ORE/", "places/RU/", "map/", "years/", "matrix/"}
    assert {f"/{language}/{path}" for language in ("ru", "en") for path in expected} <= found
    for absent in (
        f"forums/{draft.key}/",
        f"indicators/{unused.key}/",
        "places/KZ/",
        "relations/ru-kz/",
        "search/",
    ):
        assert f"/ru/{absent}" not in found
    for address in found:
        assert client.get(address).status_code == 200, address


def test_the_sitemap_names_the_address_that_a_page_itself_names(published, mapped, head):
    for address in mapped():
        assert head(address).canonical == [SITE + address]


def test_a_file_of_the_sitemap_fetches_its_own_records_alone(client, monkeypatch):
    monkeypatch.setattr(Records, "limit", 2)
    forums = [ForumFactory(published=True) for _number in range(4)]
    with CaptureQueriesContext(connection) as captured:
        second = client.get("/sitemap-forums.xml?p=2").content.decode()
        assert client.get("/sitemap.xml").content.decode().count("/sitemap-forums.xml") == 4
    assert [forum.key for forum in forums if f"/{forum.key}/" in second] == [forums[1].key]
    listing = [one["sql"] for one in captured if 'relations_forum"."key"' in one["sql"]]
    assert listing
    assert all(" LIMIT " in sql for sql in listing)


def test_the_sitemap_says_when_something_was_last_changed(client):
    ForumFactory(published=True)
    index = ElementTree.fromstring(client.get("/sitemap.xml").content)
    names = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    told = {one.find(f"{names}loc").text: one.findtext(f"{names}lastmod") for one in index}
    assert told["http://testserver/sitemap-forums.xml"].startswith(
        f"{Forum.objects.get().updated_at:%Y-%m-%d}"
    )
    assert told["http://testserver/sitemap-visits.xml"] is None
