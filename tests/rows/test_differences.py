"""What differs between two rows, in words."""

import pytest
from django.utils.translation import override

from relations.rows.differences import Wording
from relations.rows.statistics import StatisticsResource
from tests.helpers.factories import UnitFactory

pytestmark = pytest.mark.django_db
USD = {
    "key": "usd",
    "name_ru": "доллар США",
    "name_en": "US dollar",
    "symbol_ru": "долл. США",
    "symbol_en": "USD",
}


@pytest.mark.parametrize(
    ("cells", "russian", "english"),
    [
        ({"value": "10.7", "unit": "usd", "unit_mult": "9"}, "10,7 млрд долл. США", "USD 10.7 bn"),
        (
            {"value": "5", "value_to": "7", "qualifier": "between", "unit": "usd", "unit_mult": "6"},
            "5–7 млн долл. США",
            "USD 5–7 million",
        ),
        ({"value": "200", "qualifier": "more_than"}, "более 200", "more than 200"),
        ({"value": "11", "measure": "rank"}, "11-е место", "11th place"),
        ({"value": "10", "unit": "no-longer"}, "10", "10"),
    ],
)
def test_a_figure_is_one_phrase_as_on_its_page(cells, russian, english):
    UnitFactory(**USD)
    row = {"qualifier": "exact", "measure": "level", "unit_mult": "0", **cells}
    for language, words in (("ru", russian), ("en", english)):
        with override(language):
            (found,) = [
                one for one in Wording(StatisticsResource).differences({}, row) if "value" in one.names
            ]
        assert (found.before, found.after.replace("\u00a0", " ")) == ("", words)
