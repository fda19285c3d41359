"""Where sources differ: which value the line goes through, and what is said of the others."""

from decimal import Decimal

import pytest
from django.utils.translation import override

from relations.charts import THEMES
from relations.charts.discrepancies import differences
from relations.models import Observation
from tests.helpers.charts import HERE, figure, marks, panel, points, series, specification, steps
from tests.helpers.factories import (
    ForumFactory,
    IndicatorFactory,
    ObservationFactory,
    OrganizationFactory,
    PlaceFactory,
    SourceFactory,
    UnitFactory,
)

pytestmark = pytest.mark.django_db


def test_the_line_goes_through_the_preferred_value():
    series([1, 2, 3])
    figure(20, "2011", rank="preferred", rank_reason="Полнее")
    spec = specification()
    assert [(row["y"], row["y2"]) for row in marks(spec, "rule") if "y2" in row] == [(1, 20), (20, 3)]
    hollow = [row["y"] for row in points(spec) if row["fill"] == THEMES["light"]["paper"]]
    assert hollow == [2]


def test_without_a_preference_the_line_follows_the_source_with_most_figures():
    figure(20, "2011")
    series([1, 2, 3])
    assert [(row["y"], row["y2"]) for row in marks(specification(), "rule") if "y2" in row] == [
        (1, 2),
        (2, 3),
    ]


def test_a_deprecated_value_is_struck_out_of_the_line():
    series([1, 2, 3])
    figure(9, "2013", rank="deprecated", rank_reason="Опечатка")
    spec = specification()
    assert steps(spec) == [(2010, 2011), (2011, 2012)]
    assert [row["deprecated"] for row in points(spec) if row["y"] == 9] == [True]
    with override("en"):
        assert "deprecated value" in str(specification()["layer"])


def test_one_source_does_not_compete_with_itself():
    source = SourceFactory()
    for value in (1, 2):
        figure(value, "2010", source)
    assert not any(one.has_rivals for one in panel().figures)
    assert all(one.is_main for one in panel().figures)


def test_figures_without_a_date_do_not_compete():
    figure(1)
    figure(2)
    assert not any(one.has_rivals for one in panel().figures)
    assert not Observation.objects.rivals().exists()


@pytest.mark.parametrize(
    "other",
    [
        {"period": "2011"},
        {"measure": "share"},
        {"counterpart_area": "KZ"},
        {"unit": "km"},
        {"indicator": "x"},
        {"about_forum": "x"},
        {"about_organization": "x"},
        {"definition_ru": "С филиалами"},
        {"obs_status": "D"},
    ],
)
def test_only_answers_to_one_question_compete(other):
    make = {
        "counterpart_area": lambda code: PlaceFactory(code=code),
        "unit": lambda key: UnitFactory(key=key),
        "indicator": lambda key: IndicatorFactory(key=key),
        "about_forum": lambda key: ForumFactory(key=key),
        "about_organization": lambda key: OrganizationFactory(key=key),
    }
    figure(1, "2010")
    figure(2, **{"period": "2010"} | {name: make.get(name, str)(value) for name, value in other.items()})
    assert not Observation.objects.rivals().exists()
    assert not any(one.has_rivals for one in panel().figures)
    assert not differences(Observation.objects.published())


def test_a_forecast_does_not_compete_with_what_has_come_of_it():
    figure(9, "2010", obs_status="F")
    fact = figure(2, "2010")
    figure(3, "2011", obs_status="F")
    assert not Observation.objects.rivals().exists()
    assert [
        one.observation.pk for one in panel().figures if one.is_main and one.observation.period == fact.period
    ] == [fact.pk]
    assert not any(one.has_rivals for one in panel().figures)
    figure(8, "2010", obs_status="F")
    assert Observation.objects.rivals().count() == 2


def test_figures_of_one_definition_compete_although_it_is_another_one():
    for value in (1, 2):
        figure(value, "2010", definition_ru="С филиалами", obs_status="D")
    assert Observation.objects.rivals().count() == 2


def test_drafts_do_not_compete():
    figure(1, "2010")
    ObservationFactory(period="2010", obs_value=2)
    assert not Observation.objects.published().rivals().exists()


def test_the_page_says_where_sources_differ_and_by_how_much(client):
    first, second = SourceFactory(title="Росстат"), SourceFactory(title="Узстат")
    figure(200, "2018", first, rank="preferred", rank_reason="По месту учёта")
    figure(150, "2018", second)
    page = client.get(HERE).content.decode()
    part = page.split('class="differences"')[1].split("</details>")[0]
    for word in ("Росстат", "Узстат", "По месту учёта", "−50", "(−25\u00a0%)"):
        assert word in part, word
    assert part.index("Росстат") < part.index("Узстат")
    english = client.get(HERE.replace("/ru/", "/en/")).content.decode()
    assert "(−25%)" in english


def test_sources_that_agree_do_not_differ(client):
    figure(200, "2018")
    figure(2, "2018", unit_mult=2)
    assert 'class="differences"' not in client.get(HERE).content.decode()


def test_a_difference_from_zero_has_no_per_cent_and_a_range_has_no_difference():
    figure(0, "2018", rank="preferred", rank_reason="x")
    figure(5, "2018")
    figure(5, "2018", value_to=7, qualifier="between")
    (found,) = differences(Observation.objects.published())
    assert [(absolute, share) for _figure, absolute, share in found.others] == [
        ("+5\u00a0предприятий", ""),
        ("", ""),
    ]


def test_a_difference_of_per_cents_is_counted_in_points():
    unit = UnitFactory(key="percent", symbol_ru="%", symbol_en="%")
    figure(Decimal("40"), "2018", unit=unit, measure="share", rank="preferred", rank_reason="x")
    figure(Decimal(43), "2018", unit=unit, measure="share", qualifier="about")
    with override("en"):
        (found,) = differences(Observation.objects.published())
    assert found.others[0][1:] == ("≈\u00a0+3 percentage points", "+7.5%")
