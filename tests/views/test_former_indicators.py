"""An indicator that has been merged into another is still found by its former key."""

import pytest
from django.http import QueryDict

from relations.models import Observation
from relations.queries.record_query import RecordQuery
from tests.helpers.factories import IndicatorFactory, ObservationFactory, SourceFactory
from tests.helpers.sheets import import_rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def trade():
    indicator = IndicatorFactory(key="trade", former_keys="trade-of-six-months\ntrade-of-a-year")
    ObservationFactory(indicator=indicator, published=True)
    return indicator


def test_its_page_leads_to_the_present_one(client, trade):
    answer = client.get("/en/indicators/trade-of-a-year/")
    assert (answer.status_code, answer["Location"]) == (301, "/en/indicators/trade/")
    assert answer["Cache-Control"] == "no-cache"
    assert client.get("/en/indicators/trade-of-a-year/chart.csv").status_code == 200
    assert client.get("/en/indicators/trade-of-a/").status_code == 404


def test_a_list_filtered_by_it_is_that_of_the_present_one(trade):
    query = RecordQuery("statistics", QueryDict("indicator=trade-of-six-months"))
    assert query.is_valid()
    assert query.total == 1


def test_a_sheet_may_still_name_it(trade, uzbekistan):
    SourceFactory(key="source")
    row = {"indicator": "trade-of-a-year", "area": "UZ", "period": "2020", "value": "5", "source": "source"}
    import_rows("statistics", row)
    assert Observation.objects.get(period="2020").indicator == trade
