"""The walks of docs/architecture.md are those that the program takes."""

from decimal import Decimal

import pytest

from relations.catalog import RESOURCES
from relations.imports import batches
from relations.models import Observation
from relations.values.quantity import Quantity
from tests.helpers.factories import ForumFactory, IndicatorFactory, SourceFactory, UnitFactory
from tests.helpers.walks import DescribedWalk, Walk, described_walk, follow, package_of


def check(described: DescribedWalk, walk: Walk) -> None:
    """Every module that the page names has run, in that order, and no package that it does not name."""
    modules = [path for path in described.steps if path.endswith(".py")]
    assert not [path for path in modules if path not in walk.visited], "named, but never called"
    assert walk.in_order(modules) == modules
    assert walk.packages == described.packages
    aside = {
        path for path in walk.handled - set(modules) if {path, package_of(path)}.isdisjoint(described.helpers)
    }
    assert not aside, "they handle the value, but the page does not name them"


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

    def test_is_as_the_page_describes(self, walk):
        check(described_walk("Walk one"), walk[0])

    def test_ends_in_the_templates_that_the_document_names(self, walk):
        rendered = {f"templates/{template.name}" for template in walk[1].templates} | walk[0].templates
        assert rendered >= {path for path in described_walk("Walk one").steps if path.endswith(".html")}

    def test_is_short_and_enters_each_file_once(self):
        steps = described_walk("Walk one").steps
        assert 0 < len(steps) <= self.MOST_FILES
        assert len(set(steps)) == len(steps)


@pytest.mark.django_db
class TestCellWalk:
    MOST_FILES = 12
    HEADER = "key,indicator,area,period,value,unit,source"

    @pytest.fixture
    def reach_the_page(self, client, uzbekistan):
        """Imports a figure, publishes it and returns its page."""
        IndicatorFactory(key="enterprises")
        UnitFactory(key="persons")
        SourceFactory(key="yearbook")

        def reach(value):
            key = value.replace("более ", "more-than-")
            row = f"{key},enterprises,UZ,2018,{value},persons,yearbook"
            batch = batches.begin(
                RESOURCES["statistics"], None, f"{self.HEADER}\n{row}\n".encode(), "figures.csv"
            )
            batches.preview(batch)
            batch.refresh_from_db()
            batches.confirm(batch)
            batches.store(batch)
            Observation.objects.get(key=key).publish()
            return client.get(f"/ru/statistics/{key}/")

        return reach

    def test_is_as_the_page_describes(self, reach_the_page):
        reach_the_page("более 100")  # so that no module is loaded on the way
        with follow("более 200", Quantity.parse("более 200"), Decimal(200)) as walk:
            page = reach_the_page("более 200")
        assert "более\u00a0200" in page.content.decode() or "более 200" in page.content.decode()
        check(described_walk("Walk two"), walk)

    def test_is_short_and_enters_each_file_once(self):
        steps = described_walk("Walk two").steps
        assert 0 < len(steps) <= self.MOST_FILES
        assert len(set(steps)) == len(steps)
