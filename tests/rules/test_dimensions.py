"""A level is counted in the dimension of its indicator: one rule for form, import, publishing and command."""

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.urls import reverse

from relations.models import Indicator, Observation, State
from tests.helpers.admin import act, filled_in, signed_in, text, url
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


#: a level in per cent, of what is counted in dollars; growth has its own unit, and currencies may differ
WRONG = {"unit": "percent"}
RIGHT = [{"unit": "percent", "measure": "growth"}, {"unit": "rub", "measure": "level"}]

either_right = pytest.mark.parametrize("fields", RIGHT, ids=["growth", "another-currency"])


@pytest.fixture
def stored(figure, units):
    """Stores the figure with these fields, as a shell does."""

    def store(unit, **fields):
        figure.unit = units[unit]
        for name, value in fields.items():
            setattr(figure, name, value)
        figure.save()
        return figure

    return store


# The form.


def sent(figure, units, staff, unit, **fields):
    """What the form says after it was saved with these fields."""
    client, address = signed_in(staff("editor")), url(Observation, "change", figure.pk)
    data = filled_in(client.get(address), unit=units[unit].pk, **fields, _continue="1")
    return text(client.post(address, data, follow=True))


def test_the_form_keeps_the_draft_and_names_what_is_wrong(figure, units, staff):
    assert IN_WORDS in sent(figure, units, staff, **WRONG)
    assert Observation.objects.get().unit == units["percent"]


@either_right
def test_the_form_says_nothing_of_what_is_right(fields, figure, units, staff):
    assert "measures another dimension" not in sent(figure, units, staff, **fields)
    assert Observation.objects.get().unit == units[fields["unit"]]


# Imports.


@pytest.fixture
def imported(trade, uzbekistan):
    """The report of importing a new figure with these fields."""
    SourceFactory(key="source-x")
    row = {
        "key": "new",
        "indicator": "trade",
        "area": "UZ",
        "period": "2019",
        "value": "5",
        "source": "source-x",
    }
    return lambda **fields: load_rows("statistics", row | fields, publish=True)


def test_the_import_warns_once_and_publishes_no_such_row(imported):
    report = imported(**WRONG)
    assert not report.errors
    assert codes(report.warnings).count(CODE) == 1
    assert [one for one in codes(report.warnings) if "dimension" in one] == [CODE]
    assert Observation.objects.get(key="new").state == State.DRAFT


@either_right
def test_the_import_publishes_what_is_right(fields, imported):
    assert CODE not in codes(imported(**fields).warnings)
    assert Observation.objects.get(key="new").state == State.PUBLISHED


# Publishing.


def test_the_shell_does_not_publish_such_a_figure(stored):
    with pytest.raises(ValidationError, match="измеряет не то же"):
        stored(**WRONG).publish()
    assert Observation.objects.get().state == State.DRAFT


@either_right
def test_the_shell_publishes_what_is_right(fields, stored):
    stored(**fields).publish()
    assert Observation.objects.get().state == State.PUBLISHED


def test_the_bulk_action_publishes_the_others(stored, staff):
    other = ObservationFactory()
    page = text(act(signed_in(staff("publisher")), "publish", stored(**WRONG), other))
    assert IN_WORDS in page
    assert set(Observation.objects.published()) == {other}


@either_right
def test_the_bulk_action_publishes_what_is_right(fields, stored, staff):
    act(signed_in(staff("publisher")), "publish", stored(**fields))
    assert Observation.objects.get().state == State.PUBLISHED


def test_a_figure_is_published_after_the_error_is_answered(stored, staff):
    figure, client = stored(**WRONG), signed_in(staff("publisher"))
    (finding,) = [
        one.finding
        for one in client.get(url(Observation, "change", figure.pk)).context["open_findings"]
        if one.finding.problem.code == CODE
    ]
    sent = {"rule": finding.rule.code, "values": finding.values, "reason": "The text says so"}
    client.post(reverse("admin:relations_observation_answer", args=[figure.pk]), sent)
    figure.publish()
    assert Observation.objects.get().state == State.PUBLISHED


# The command.


def test_the_command_fails_and_names_it(stored, capsys):
    stored(**WRONG)
    with pytest.raises(SystemExit):
        call_command("check_content")
    assert "another_dimension" in capsys.readouterr().out


@either_right
def test_the_command_passes_what_is_right(fields, stored, capsys):
    stored(**fields)
    call_command("check_content")
    assert "another_dimension" not in capsys.readouterr().out


def test_the_command_finds_what_a_change_of_the_indicator_makes_wrong(figure, units, capsys):
    figure.publish()
    Indicator.objects.filter(key="trade").update(unit=units["percent"])
    with pytest.raises(SystemExit):
        call_command("check_content")
    assert "another_dimension" in capsys.readouterr().out
