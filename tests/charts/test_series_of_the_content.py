"""Every indicator of the curated content is drawn, and its series are listed by name."""

import pytest
from django.utils.translation import override

from relations.charts import LOOKS
from relations.charts.indicator_chart import Drawing
from relations.charts.panels import Panel
from relations.charts.series_names import full_name
from relations.models import Indicator, Observation
from tests.helpers.charts import marks

pytestmark = pytest.mark.django_db


def panels(figures):
    for unit, measure, total in figures.panels():
        yield Panel(list(figures.of_panel(unit, measure).for_chart().in_time()), total)


@pytest.mark.parametrize("language", ["ru", "en"])
def test_no_line_of_the_content_joins_two_series(content, language):
    joined, drawn = [], []
    with override(language):
        for indicator in Indicator.objects.all():
            figures = Observation.objects.published().filter(indicator=indicator)
            for panel in panels(figures):
                spec = Drawing(indicator, panel, "https://register.example").specification(LOOKS["light"])
                series = {one.observation.key: one.observation.series for one in panel.figures}
                drawn += panel.drawn
                joined += [
                    (indicator.key, row["joins"])
                    for row in marks(spec, "rule")
                    if "joins" in row and len({series[key] for key in row["joins"]}) > 1
                ]
    assert not joined
    assert drawn


@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_series_of_an_indicator_have_different_names(content, language):
    with override(language):
        for indicator in Indicator.objects.all():
            figures = (
                Observation.objects.published()
                .filter(indicator=indicator, obs_value__isnull=False)
                .for_list()
            )
            names = {one.series: full_name(one) for one in figures}
            print(indicator, *sorted(names.values()), sep="\n    ")
            assert len(set(names.values())) == len(names), (indicator.key, sorted(names.values()))


def test_figures_that_compete_in_the_content_are_of_one_series_and_one_period(content):
    by_fact = {}
    for one in Observation.objects.published().rivals():
        by_fact.setdefault((one.series, str(one.period)), []).append(one.key)
    assert all(len(keys) > 1 for keys in by_fact.values()), by_fact
