"""Every link that skips something leads to exactly one place on its page."""

import re

import pytest

from tests.helpers.factories import FACTORIES

pytestmark = pytest.mark.django_db
VIEWS = ["agreements", "timeline", "years", "map", "matrix"]


@pytest.fixture
def skips(client, russia, uzbekistan):
    """A function: the links that skip to a part of a page, each with how many parts have its name."""
    for make in FACTORIES.values():
        make(published=True)

    def found(path):
        text = client.get(f"/ru/{path}").content.decode()
        targets = re.findall(r'<a class="skip" href="#([^"]+)"', text)
        return {name: len(re.findall(rf'\bid="{name}"', text)) for name in targets}

    return found


@pytest.mark.parametrize(
    "path", [*(f"{view}/" for view in VIEWS), "search/?q=запись", "sources/", "indicators/"]
)
def test_a_page_with_results_has_a_way_to_them(path, skips):
    assert skips(path) == {"content": 1, "results": 1}


@pytest.mark.parametrize(
    "path", [*(f"{view}/?year_to=1900" for view in VIEWS), "search/?q=кракозябра", "sources/?q=кракозябра"]
)
def test_where_nothing_is_found_it_leads_to_the_words_that_say_so(path, skips):
    assert skips(path) == {"content": 1, "results": 1}


@pytest.mark.parametrize(
    "path", [*(f"{view}/?year_to=dragon" for view in VIEWS), "search/", "about/", "places/UZ/"]
)
def test_a_page_without_results_has_no_way_to_them(path, skips):
    assert skips(path) == {"content": 1}
