"""Which figures an indicator’s pictures show together, how their doubts are drawn, and their axes."""

from decimal import Decimal

import pytest
from django.utils.translation import override

from relations.charts import LOOKS, axes, line_chart
from relations.charts.data_points import figures_of
from relations.charts.panels import MOST_BARS, MOST_POINTS, Panel
from relations.models import Observation
from tests.helpers.charts import figure, marks, panel, points, series, specification, steps, texts
from tests.helpers.factories import ForumFactory, PlaceFactory, SourceFactory, UnitFactory

pytestmark = pytest.mark.django_db


# Which figures stand together, and as what.


def test_amounts_shares_and_growth_have_separate_panels():
    series([1, 2, 3])
    series([10, 20], measure="share")
    series([5], measure="growth")
    figure(4, measure="index")
    figure(11, measure="rank")
    assert [(measure, n) for _unit, measure, n in Observation.objects.panels()] == [
        ("level", 3),
        ("index", 1),
        ("share", 2),
        ("growth", 1),
    ]


def test_units_are_never_mixed():
    series([1, 2, 3], unit=UnitFactory(key="usd"))
    series([4, 5], unit=UnitFactory(key="rub"))
    assert [n for _unit, _measure, n in Observation.objects.panels()] == [3, 2]


def test_three_years_make_a_line():
    series([1, 2, 3])
    spec = specification()
    assert panel().is_over_time
    assert steps(spec) == [(2010, 2011), (2011, 2012)]


def test_two_years_or_three_months_of_one_make_bars():
    series([1, 2])
    for month in (1, 2, 3):
        figure(month, f"2015-0{month}", ref_area=PlaceFactory(code="KZ"))
    assert not panel().is_over_time
    assert len(marks(specification(), "rect")) == 5


def test_directions_and_missing_values_are_not_drawn():
    figure(None, qualifier="direction_only", direction="up", unit=None)
    figure(None, obs_status="O")
    assert not Observation.objects.drawable().exists()


def test_every_place_and_counterpart_has_a_line_of_its_own():
    series([1, 2, 3], counterpart_area=PlaceFactory(code="RU"))
    series([2, 3, 4], counterpart_area=PlaceFactory(code="KZ", name_ru="Казахстан"))
    spec = specification()
    assert len(steps(spec)) == 4
    assert len({(row["colour"], row["shape"]) for row in points(spec)}) == 2


def test_figures_about_different_events_are_not_joined_and_the_lines_name_them():
    for title in ("ВЭФ", "ПМЭФ"):
        forum = ForumFactory(title_ru=title, published=True)
        series([1, 2, 3], about_forum=forum)
    spec = specification()
    assert len({(row["colour"], row["shape"]) for row in points(spec)}) == 2
    assert [" ".join(row["name"]) for row in marks(spec, "text", "'name'")] == ["ВЭФ", "ПМЭФ"]


def test_what_a_figure_is_about_is_named_only_if_it_is_public():
    for title in ("Черновик", "ПМЭФ"):
        series([1], about_forum=ForumFactory(title_ru=title, published=title == "ПМЭФ"))
    names = str(marks(specification(), "text", "'name'"))
    assert "ПМЭФ" in names
    assert "Черновик" not in names


def test_another_definition_is_a_line_of_its_own_with_a_sign_and_the_definition_in_words():
    series([1, 2, 3])
    series([4, 5, 6], definition_ru="вместе с филиалами", definition_en="with branches")
    with override("en"):
        spec = specification("light-narrow")
    joined = {tuple(row["joins"]) for row in marks(spec, "rule") if "joins" in row}
    definitions = dict(Observation.objects.values_list("key", "definition_en"))
    assert len(joined) == 4
    assert all(definitions[start] == definitions[end] for start, end in joined)
    labels = [" ".join(row["label"]) for row in marks(spec, "text", "label")]
    assert "≠\u00a0with branches" in labels
    assert "another definition than that of the indicator" in labels


def test_a_definition_that_all_figures_share_is_in_the_subtitle():
    series([1, 2, 3], definition_ru="вместе с филиалами")
    assert "≠ вместе с филиалами" in " ".join(specification()["title"]["subtitle"]).replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("status", "joined"),
    [
        ("A", [(2010, 2011), (2011, 2012), (2012, 2013)]),
        ("B", [(2010, 2011), (2012, 2013)]),
        ("D", [(2010, 2011)]),
    ],
)
def test_a_line_stops_where_the_series_breaks_or_the_definition_differs(status, joined):
    series([1, 2])
    figure(3, "2012", obs_status=status)
    figure(4, "2013")
    assert steps(specification()) == joined


def test_bars_of_one_series_are_next_to_each_other():
    for year, place in ((2010, "UZ"), (2011, "KZ"), (2012, "UZ"), (2013, "KZ")):
        figure(year, str(year), ref_area=PlaceFactory(code=place))
    assert [one.value for one in panel().drawn] == [2010, 2012, 2011, 2013]


def test_the_six_largest_lines_are_drawn_and_the_picture_says_so():
    for n in range(8):
        series([1, 1, n], ref_area=PlaceFactory(code=f"X{n}"))
    spec = specification()
    assert {row["y"] for row in points(spec)} == {1, 2, 3, 4, 5, 6, 7}
    with override("en"):
        assert "2 more are only in the table" in specification()["description"]


def test_a_year_and_its_quarters_are_not_one_line():
    series([40, 44, 48])
    for quarter in (33, 34, 35):
        figure(10, f"2012-{quarter}")
    spec = specification()
    assert len({row["shape"] for row in points(spec)}) == 2
    assert (2012, 2012) in steps(spec)
    assert all(abs(row["y"] - row["y2"]) < 30 for row in marks(spec, "rule") if "y2" in row)


def test_a_figure_of_several_years_is_drawn_over_all_of_them():
    series([1, 2, 3])
    figure(9, "2010/2012")
    assert [(row["from"], row["until"]) for row in points(specification()) if row["y"] == 9] == [(2010, 2012)]


def test_open_and_missing_dates_are_only_in_the_table():
    series([1, 2, 3])
    figure(7, "2014/..")
    figure(8)
    assert [one.value for one in panel().drawn] == [1, 2, 3]
    with override("en"):
        assert "2 figures without a full date" in specification()["description"]


def test_nothing_is_summed():
    source = SourceFactory()
    for _time in range(2):
        series([5, 6, 7])
        figure(5, "2010", source)
    values = [row["y"] for row in points(specification())]
    assert sorted(values) == [5, 5, 5, 5, 6, 6, 7, 7]
    assert "aggregate" not in str(specification())


def test_of_too_many_figures_the_latest_are_drawn():
    for year in range(1900, 1900 + MOST_BARS + 3):
        figure(1, str(year), ref_area=PlaceFactory(code=f"X{year}"))
    drawn = panel().drawn
    assert len(drawn) == MOST_BARS
    assert drawn[0].when == "1903"
    with override("en"):
        assert f"Only the latest {MOST_BARS} figures" in specification()["description"]


def test_of_a_long_line_the_latest_figures_are_drawn():
    series([1, 2, 3])
    many = Panel(panel().observations * (MOST_POINTS // 2), 900)
    assert len(many.drawn) == MOST_POINTS
    with override("en"):
        said = many.omissions()
    assert f"Only the latest {MOST_POINTS} figures of each series are shown." in said
    assert f"Based on the latest {len(many.observations)} figures." in said


# Doubts.


@pytest.mark.parametrize(
    ("doubt", "sign"),
    [
        ({"qualifier": "about"}, "≈"),
        ({"qualifier": "almost"}, "≈"),
        ({"qualifier": "more_than"}, "↑"),
        ({"qualifier": "at_least"}, "↑"),
        ({"qualifier": "less_than"}, "↓"),
        ({"qualifier": "at_most"}, "↓"),
        ({"obs_status": "P"}, "*"),
        ({"obs_status": "U"}, "?"),
        ({"obs_status": "D"}, "†"),
        ({"obs_status": "B"}, "//"),
    ],
)
def test_every_doubt_has_its_sign_and_the_legend_explains_it(doubt, sign):
    series([1, 2, 3])
    assert texts(specification()) == []
    figure(4, "2013", **doubt)
    spec = specification()
    assert [row["signs"] for row in marks(spec, "text", "signs")] == [sign]
    assert texts(spec) == [sign]


@pytest.mark.parametrize(("qualifier", "sign"), [("more_than", "→"), ("at_most", "←")])
def test_in_a_bar_chart_more_is_to_the_right(qualifier, sign):
    figure(4, qualifier=qualifier)
    spec = specification()
    assert texts(spec) == [sign]
    assert marks(spec, "text", "words")[0]["words"][0].startswith(sign)


def test_a_range_is_drawn_from_end_to_end():
    series([1, 2, 3])
    figure(4, "2013", value_to=6, qualifier="between")
    spec = specification()
    assert [(row["lower"], row["upper"]) for row in marks(spec, "rule", "'upper'")] == [(4, 6)]
    assert 4 not in {
        row["lower"] for row in points(spec)
    }  # no figure is marked that the source does not give


def test_a_range_in_a_bar_chart_is_drawn_behind_its_bar():
    figure(4, value_to=8, qualifier="between")
    (row,) = marks(specification(), "rule")
    assert row["upper"] == pytest.approx(2 * row["value"])


@pytest.mark.parametrize("status", ["F", "E"])
def test_forecasts_and_estimates_are_dashed_and_pale(status):
    series([1, 2, 3])
    figure(4, "2013", obs_status=status)
    spec = specification()
    assert steps(spec, dashed=True) == [(2012, 2013)]
    assert [row["pale"] for row in points(spec)] == [1, 1, 1, line_chart.PALE]


@pytest.mark.parametrize("status", ["F", "E"])
def test_forecasts_are_dashed_bars(status):
    figure(4, obs_status=status)
    (bar,) = [layer for layer in specification()["layer"] if layer["mark"]["type"] == "rect"]
    assert bar["mark"]["strokeDash"]


def test_the_words_behind_a_bar_begin_beside_it_however_long_they_are():
    figure(Decimal("123456789.123456"), qualifier="at_least", counterpart_area=PlaceFactory(code="KG"))
    figure(1, counterpart_area=PlaceFactory(code="KG"))
    first, second = marks(specification("light-narrow"), "text", "words")
    assert len(first["words"]) > 1
    assert first["middle"] + len(first["words"]) * LOOKS["light"].small < second["top"]


def test_a_break_in_the_series_breaks_the_line():
    series([1, 2, 3])
    figure(9, "2013", obs_status="B")
    figure(10, "2014")
    assert steps(specification()) == [(2010, 2011), (2011, 2012), (2013, 2014)]


# Axes.


@pytest.mark.parametrize(
    ("values", "marks"),
    [
        ([0, 10], [0, 2, 4, 6, 8, 10]),
        ([3, 18], [0, 5, 10, 15, 20]),
        ([-5, 12], [-5, 0, 5, 10, 15]),
        ([0], [0, 0.2, 0.4, 0.6, 0.8, 1]),
        ([-3], [-3, -2, -1, 0]),
    ],
)
def test_an_axis_has_round_marks_and_holds_its_values(values, marks):
    found = axes.nice(values)
    assert found[0] <= min(values)
    assert found[-1] >= max(values)
    assert found == pytest.approx(marks)


def test_labels_are_moved_apart_and_stay_inside():
    moved = axes.spread([10, 11, 12, 95], [20] * 4, 0, 100)
    assert all(after - before >= 20 for before, after in zip(sorted(moved), sorted(moved)[1:], strict=False))
    assert min(moved) >= 10
    assert max(moved) <= 90


def test_months_are_named_where_there_are_few_years():
    assert axes.time_marks(2018.0, 2018.9, 8) == pytest.approx([2018 + n / 12 for n in (0, 3, 6, 9)])
    assert axes.time_marks(1994, 2014, 8) == [1995, 2000, 2005, 2010]


def test_figures_are_in_order_of_time_with_competing_ones_side_by_side():
    figure(2, "2012")
    figure(1, "2010")
    figure(3)
    figure(4, "2010", rank="preferred", rank_reason="x")
    assert [int(one.value) for one in figures_of(Observation.objects.all())] == [4, 1, 2, 3]
