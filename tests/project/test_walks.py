"""The walks of docs/architecture.md are those that the program takes."""

import pytest

from tests.helpers.factories import ForumFactory
from tests.helpers.walks import DescribedWalk, Walk, described_walk, follow


def check(described: DescribedWalk, walk: Walk) -> None:
    """Every module that the page names has run, in that order, and no package that it does not name."""
    modules = [path for path in described.steps if path.endswith(".py")]
    assert not [path for path in modules if path not in walk.visited], "named, but never called"
    assert walk.in_order(modules) == modules
    assert walk.packages == described.packages
    assert walk.handled <= set(modules), "they handle the value, but are no steps of the walk"


@pytest.mark.django_db
class TestFilterWalk:
    MOST_FILES = 10

    @pytest.fixture
    def walk(self, client, kazakhstan):
        """(the walk of the value KZ, the answer)."""
        ForumFactory(period="2010", participants=[("participant", kazakhstan)], published=True)
        client.get("/ru/forums/")  # so that no module is loaded on the way
        with follow("KZ") as walk:
            response = client.get("/ru/forums/?country=KZ&year_from=2009")
        assert response.context["page"].paginator.count == 1
        return walk, response

    def test_is_as_the_document_says(self, walk):
        check(described_walk("Walk one"), walk[0])

    def test_ends_in_the_templates_that_the_document_names(self, walk):
        rendered = {f"templates/{template.name}" for template in walk[1].templates}
        assert rendered >= {path for path in described_walk("Walk one").steps if path.endswith(".html")}

    def test_is_short_and_enters_each_file_once(self):
        steps = described_walk("Walk one").steps
        assert 0 < len(steps) <= self.MOST_FILES
        assert len(set(steps)) == len(steps)
