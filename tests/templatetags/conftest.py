"""What the tests of metadata share."""

import pytest

from tests.helpers.catalog import SLUGS
from tests.helpers.factories import FACTORIES
from tests.helpers.head import LISTS, SITE, Head


@pytest.fixture
def head(client, settings):
    """A function: the head of a page of a site with an address of its own."""
    settings.SITE_URL = SITE

    def read(address, status=200):
        response = client.get(address)
        assert response.status_code == status, address
        return Head(response.content.decode())

    return read


@pytest.fixture
def published(russia, uzbekistan):
    """{kind: address below the language} of one page of each kind."""
    records = {slug: FACTORIES[slug](summary_ru="Кратко.", published=True) for slug in SLUGS}
    source = records["forums"].citations.get().source
    pages = {f"{slug}-record": f"{slug}/{record.key}/" for slug, record in records.items()}
    lists = {slug: f"{slug}/" for slug in (*LISTS, "places", "indicators", "about", "names", "search")}
    more = {
        "home": "",
        "source": f"sources/{source.key}/",
        "place": "places/UZ/",
        "pair": "relations/ru-uz/",
        "indicator": "indicators/enterprises/",
    }
    return pages | lists | more
