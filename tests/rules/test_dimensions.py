"""A level is counted in the dimension of its indicator: one rule for form, import, publishing and command."""

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command

from relations.models import Observation, State
from tests.helpers.admin import filled_in, signed_in, text, url
from tests.helpers.factories import IndicatorFactory, ObservationFactory, SourceFactory, UnitFactory
from tests.helpers.sheets import codes, load_rows

pytestmark = pytest.mark.django_db

CODE = "rule.another_dimension"
IN_WORDS = "The unit “per cent” measures another dimension (share or ratio)"


@pytest.fixture
def units(db):
    """The dollar and the rouble, of one dimension, and per cent of another."""
    return {
        key: UnitFactory(key=key, name_en=name, symbol_en=symbol, dimension=dimension)
        for key, name, symbol, dimension in (
            ("usd", "US dollar", "USD", "money"),
            ("rub", "Russian rouble", "RUB", "money"),
            ("percent", "per cent", "%", "share"),
        )
    }


@pytest.fixture
def trade(units):
    return IndicatorFactory(key="trade", unit=units["usd"])


@pytest.fixture
def figure(trade, units):
    return ObservationFactory(key="figure", indicator=trade, unit=units["usd"], obs_value=5)


def test_the_form_keeps_the_draft_and_names_what_is_wrong(figure, units, staff):
    client, address = signed_in(staff("editor")), url(Observation, "change", figure.pk)
    data = filled_in(client.get(address), unit=units["percent"].pk, _continue="1")
    assert IN_WORDS in text(client.post(address, data, follow=True))
    assert Observation.objects.get().unit == units["percent"]


def test_the_import_warns_once_and_publishes_no_such_row(trade, uzbekistan):
    SourceFactory(key="source-x")
    row = {
        "key": "new",
        "indicator": "trade",
        "area": "UZ",
        "period": "2019",
        "value": "5",
        "source": "source-x",
    }
    report = load_rows("statistics", row | {"unit": "percent"}, publish=True)
    assert not report.errors
    assert codes(report.warnings).count(CODE) == 1
    assert "unit.dimension" not in codes(report.warnings)
    assert Observation.objects.get(key="new").state == State.DRAFT


def test_such_a_figure_is_published_only_after_the_error_is_answered(figure, units):
    Observation.objects.filter(pk=figure.pk).update(unit=units["percent"])
    figure.refresh_from_db()
    figure.save()
    with pytest.raises(ValidationError, match="измеряет не то же"):
        figure.publish()


def test_the_command_finds_it(figure, units, capsys):
    figure.unit = units["percent"]
    figure.save()
    with pytest.raises(SystemExit):
        call_command("check_content")
    assert "измеряет не то же" in capsys.readouterr().out


@pytest.mark.parametrize(
    "fields", [{"unit": "percent", "measure": "growth"}, {"unit": "rub", "measure": "level"}]
)
def test_growth_has_its_own_unit_and_currencies_may_differ(fields, figure):
    assert CODE not in codes(load_rows("statistics", {"key": "figure"} | fields).warnings)
