"""Figures for statisticians: the table of SDMX."""

import csv
import io
import re

import pytest

from relations.api.sdmx import time_period
from relations.values.period import Period
from tests.helpers.api import QUESTIONS, listed
from tests.helpers.charts import figure
from tests.helpers.factories import ForumFactory, ObservationFactory, OrganizationFactory

pytestmark = pytest.mark.django_db


def sdmx(client, query=""):
    response = client.get(f"/api/v1/statistics.csv?{query}")
    assert response.status_code == 200
    assert response.streaming
    return list(csv.DictReader(io.StringIO(b"".join(response).decode())))


def test_sdmx_holds_the_figures_of_the_list(content, client):
    for query in QUESTIONS:
        rows = sdmx(client, query)
        assert len(rows) == listed(client, "statistics", query)[0]
        assert len({row["RECORD"] for row in rows}) == len(rows)


def test_sdmx_names_the_figure_as_the_register_does(content, client):
    (row,) = [row for row in sdmx(client) if row["RECORD"] == "enterprises-uz-2018"]
    assert list(row)[:3] == ["STRUCTURE", "STRUCTURE_ID", "ACTION"]
    assert (row["STRUCTURE"], row["ACTION"]) == ("dataflow", "I")
    assert (row["REF_AREA"], row["TIME_PERIOD"], row["OBS_VALUE"]) == ("UZ", "2018", "961")
    assert (row["INDICATOR"], row["OBS_STATUS"]) == ("enterprises-russian-capital", "A")


def test_sdmx_has_a_number_or_nan_for_every_figure(client):
    for key, fields in {
        "number": {"obs_value": "6.5", "unit_mult": 6},
        "range": {"obs_value": 5, "value_to": 7, "qualifier": "between"},
        "direction": {"obs_value": None, "qualifier": "direction_only", "direction": "up", "unit": None},
        "missing": {"obs_value": None, "qualifier": "direction_only", "obs_status": "O", "unit": None},
    }.items():
        ObservationFactory(key=key, published=True, **fields)
    rows = {row["RECORD"]: row for row in sdmx(client)}
    values = {key: row["OBS_VALUE"] for key, row in rows.items()}
    assert values == {"number": "6.5", "range": "5", "direction": "NaN", "missing": "NaN"}
    assert {key: row["OBS_VALUE_TO"] for key, row in rows.items() if row["OBS_VALUE_TO"]} == {"range": "7"}
    assert [int(rows[key]["UNIT_MULT"]) for key in rows] == [6 if key == "number" else 0 for key in rows]


def test_sdmx_tells_series_apart_and_gives_statements_no_unit(client):
    forum = ForumFactory(key="eef-2023", published=True)
    values = (
        {"about_forum": forum},
        {"definition_en": "with branches"},
        {"about_organization": OrganizationFactory()},
    )
    for also in values:
        figure(1, "2023", **also)
    figure(None, qualifier="direction_only", unit=None, wording_en="the greater part")
    rows = sdmx(client)
    assert len({(row["ABOUT"], row["DEFINITION"]) for row in rows}) == 4
    assert "eef-2023" in {row["ABOUT"] for row in rows}
    assert all(
        re.fullmatch(r"[A-Za-z0-9_@$-]+", row[name]) for row in rows for name in ("ABOUT", "DEFINITION")
    )
    (statement,) = [row for row in rows if row["WORDING_EN"]]
    assert (statement["UNIT_MEASURE"], statement["OBS_VALUE"]) == ("", "NaN")


def test_sdmx_refuses_invalid_parameters(asked):
    assert asked("statistics.csv?area=Atlantis", 400)["errors"][0]["parameter"] == "area"
    assert asked("statistics.csv?cursor=a", 400)["errors"][0]["parameter"] == "cursor"


@pytest.mark.parametrize(
    ("edtf", "said"),
    [
        ("2018", "2018"),
        ("2009-09", "2009-09"),
        ("2006-08-25", "2006-08-25"),
        ("2014~", "2014"),
        ("2023-33", "2023-Q1"),
        ("2023-41", "2023-S2"),
        ("2018-10-24/2018-10-26", "2018-10-24/P3D"),
        ("200X", "2000-01-01/P3653D"),
        ("2022-21", "2022-03-01/P92D"),
        ("2014/..", ""),
        ("XXXX-04", ""),
        ("", ""),
    ],
)
def test_periods_in_the_notation_of_sdmx(edtf, said):
    assert time_period(Period.parse(edtf)) == said
