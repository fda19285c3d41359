"""What an indicator's pictures show: which figures stand together, what is said of their doubts, what is
taken along."""

import csv
import io
import re
import struct
from datetime import UTC, datetime
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from django.core.cache import cache
from django.utils.translation import override

from relations.charts import LOOKS, THEMES, axes, line_chart, picture, render, rendered
from relations.charts.data_points import figures_of
from relations.charts.discrepancies import differences
from relations.charts.frame import chart_frame
from relations.charts.indicator_chart import Drawing
from relations.charts.panels import MOST_BARS, MOST_POINTS, Panel
from relations.models import Observation
from relations.views import indicators
from tests.helpers.factories import (
    IndicatorFactory,
    ObservationFactory,
    PlaceFactory,
    SourceFactory,
    UnitFactory,
)

pytestmark = pytest.mark.django_db
HERE = "/ru/indicators/enterprises/"


@pytest.fixture(autouse=True)
def fresh_cache():
    cache.clear()


def figure(value, period="", source=None, **also):
    """One published figure; those of one `source` cite that one."""
    record = ObservationFactory(obs_value=value, period=period, sources=0, title_ru="", title_en="", **also)
    record.cite(source or SourceFactory(), locator_label="page", locator="7")
    assert not Observation.objects.filter(pk=record.pk).publish()
    return record


def series(values, first=2010, **also):
    source = SourceFactory()
    return [figure(value, str(first + i), source, **also) for i, value in enumerate(values)]


def panel(**asked):
    observations = list(Observation.objects.published().filter(**asked).for_chart().in_time())
    return Panel(observations, len(observations))


def specification(look="light", **asked):
    drawing = Drawing(
        IndicatorFactory(), panel(**asked), "https://register.example/ru/indicators/enterprises/"
    )
    return drawing.specification(LOOKS[look])


def marks(spec, kind, field=None):
    """The rows of all layers with marks of a kind, of those that use a field where one is named."""
    return [
        row
        for layer in spec["layer"]
        for row in layer["data"]["values"]
        if layer["mark"]["type"] == kind and (field is None or field in str(layer["encoding"]))
    ]


def points(spec):
    """The marked figures."""
    return marks(spec, "point", "says")


def steps(spec, dashed=False):
    """The pieces of lines, each (from, to)."""
    return [
        (round(row["x"]), round(row["x2"]))
        for layer in spec["layer"]
        for row in layer["data"]["values"]
        if "y2" in row and ("strokeDash" in layer["mark"]) == dashed
    ]


def texts(spec):
    return [" ".join(row["text"].split()) for row in marks(spec, "text", "{'field': 'text'}")]


def svg(client, address=f"{HERE}chart-light.svg"):
    response = client.get(address)
    assert response.status_code == 200, address
    return response.content.decode()


def written(drawn):
    """All that stands in an SVG, in one line."""
    return " ".join(" ".join(ElementTree.fromstring(drawn).itertext()).split())


# Which figures stand together, and as what.


def test_amounts_shares_and_growth_stand_in_panels_of_their_own():
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
    figure(None, qualifier="direction_only", direction="up")
    figure(None, obs_status="O")
    assert not Observation.objects.drawable().exists()


def test_every_place_and_counterpart_has_a_line_of_its_own():
    series([1, 2, 3], counterpart_area=PlaceFactory(code="RU"))
    series([2, 3, 4], counterpart_area=PlaceFactory(code="KZ", name_ru="Казахстан"))
    spec = specification()
    assert len(steps(spec)) == 4
    assert len({(row["colour"], row["shape"]) for row in points(spec)}) == 2


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


def test_open_and_missing_dates_stand_only_in_the_table():
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


# Where sources differ.


def test_the_line_goes_through_the_preferred_value():
    series([1, 2, 3])
    figure(20, "2011", rank="preferred", rank_reason="Полнее")
    spec = specification()
    assert [(row["y"], row["y2"]) for row in marks(spec, "rule") if "y2" in row] == [(1, 20), (20, 3)]
    hollow = [row["y"] for row in points(spec) if row["fill"] == THEMES["light"]["paper"]]
    assert hollow == [2]


def test_without_a_preference_the_line_stays_with_the_source_that_says_most():
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
    ],
)
def test_only_answers_to_one_question_compete(other):
    make = {
        "counterpart_area": lambda code: PlaceFactory(code=code),
        "unit": lambda key: UnitFactory(key=key),
        "indicator": lambda key: IndicatorFactory(key=key),
    }
    figure(1, "2010")
    figure(2, **{"period": "2010"} | {name: make.get(name, str)(value) for name, value in other.items()})
    assert not Observation.objects.rivals().exists()


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


def test_a_difference_from_nought_has_no_per_cent_and_a_range_none_at_all():
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
def test_in_a_bar_chart_more_lies_to_the_right(qualifier, sign):
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


# What is written in the picture.


@pytest.mark.parametrize(
    ("language", "level", "register"),
    [("ru", "уровень", "Россия и Центральная Азия"), ("en", "level", "Russia and Central Asia")],
)
@pytest.mark.parametrize("number", [1, 3])
def test_a_picture_says_what_it_is(client, language, level, register, number):
    observations = series([5_000_000, 6_000_000, 7_000_000][:number])
    Observation.objects.filter(pk=observations[0].pk).update(updated_at=datetime(2025, 3, 9, tzinfo=UTC))
    if number == 1:
        Observation.objects.all().update(updated_at=datetime(2025, 3, 9, tzinfo=UTC))
    source = observations[0].citations.get().source
    drawn = svg(client, f"/{language}/indicators/enterprises/chart-light.svg")
    said = written(drawn)
    for word in (
        str(observations[0].indicator.name_ru if language == "ru" else observations[0].indicator.name_en),
        level,
        "2010",
        source.title,
        register,
        f"http://testserver/{language}/indicators/enterprises/",
    ):
        assert word in said, word
    if number == 1:
        assert {"ru": "9 марта 2025", "en": "9 March 2025"}[language] in said
    root = ElementTree.fromstring(drawn)
    assert root.get("role") == "img"
    assert [child.tag.split("}")[1] for child in root[:2]] == ["title", "desc"]


def test_at_most_three_sources_are_named():
    for n in range(5):
        figure(1, str(2010 + n))
    with override("en"):
        assert re.search("Sources: [^;]+; [^;]+; [^;]+ and 2 more", specification()["description"])


def test_every_figure_can_be_heard(client):
    series([1, 2, 3])
    figure(4, "2013", qualifier="about", obs_status="P")
    labels = re.findall('aria-label="([^"]*)"', svg(client))
    for one in panel().figures:
        assert one.says in labels
    assert any("2013" in label and "около" in label and "предварительное" in label for label in labels)


def test_markup_and_quotes_in_names_stay_text(client):
    indicator = IndicatorFactory()
    indicator.name_ru = '</title><script>alert("1")</script> & \x0b «ряд»'
    indicator.save()
    place = PlaceFactory(code="KG", name_ru="<b>\"Ёлки\" & 'палки'\x01</b>")
    for n in range(3):
        figure(n, str(2010 + n), SourceFactory(title="<i>Источник</i> {{ 1 }}"), counterpart_area=place)
    drawn = svg(client)
    assert "<script" not in drawn
    assert '<script>alert("1")</script>' in written(drawn)
    assert "<script>alert" not in client.get(HERE).content.decode()
    assert client.get(f"{HERE}chart-light.png").status_code == 200


def test_a_narrow_picture_fits_a_phone_and_a_wide_one_a_page(client):
    series([1, 2, 3], counterpart_area=PlaceFactory(code="KG", name_ru="Очень длинное имя " * 9))
    for look, width in (("light", 680), ("dark", 680), ("light-narrow", 328), ("dark-narrow", 328)):
        drawn = svg(client, f"{HERE}chart-{look}.svg")
        assert float(re.search(r'width="([\d.]+)"', drawn)[1]) == width
        assert THEMES[look.split("-")[0]]["paper"] in drawn
    sizes = [float(size) for size in re.findall(r'font-size="([\d.]+)px"', drawn)]
    assert min(sizes) >= 12


def test_the_page_offers_the_narrow_picture_to_phones(client):
    series([1, 2, 3])
    page = client.get(HERE).content.decode()
    sources = re.findall(
        r'<source\s+media="([^"]*)"\s+srcset="[^"]*/(chart[^"]*)"\s+width="328"\s+height="\d+"', page
    )
    assert [name for media, name in sources if "36rem" in media] == [
        "chart-dark-narrow.svg",
        "chart-light-narrow.svg",
    ]


# What may be taken along.


def test_a_png_has_its_signature_and_twice_the_size(client):
    series([1, 2, 3])
    response = client.get(f"{HERE}chart-light.png")
    assert response["content-type"] == "image/png"
    assert response["content-disposition"] == 'inline; filename="enterprises-chart-light.png"'
    assert response.content[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">I", response.content[16:20]) == (1360,)


def test_cyrillic_is_drawn_in_png():
    """A font without the letters would draw the same box for each of them, or nothing."""
    drawn = {rendered(only_a_title(title), "png") for title in ("ШШШ", "ЖЖЖ", "   ")}
    assert len(drawn) == 3


def only_a_title(title):
    look = LOOKS["light"]
    return picture([], chart_frame(title, "", [], look, 10), look, 100, 10)


def test_the_sheet_holds_exactly_the_figures_drawn(client):
    series([1, 2, 3])
    figure(Decimal("1.5"), "2013", value_to=2, qualifier="between", unit_mult=3, obs_status="P")
    figure(4, "2014/..")
    response = client.get(f"{HERE}chart.csv")
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["key"] for row in rows] == [one.observation.key for one in panel().drawn]
    assert [(row["value"], row["value_to"]) for row in rows] == [
        ("1", ""),
        ("2", ""),
        ("3", ""),
        ("1500", "2000"),
    ]
    assert {row["area"] for row in rows} == {"UZ"}
    citation = Observation.objects.get(key=rows[-1]["key"]).citations.get()
    assert (rows[-1]["source"], rows[-1]["source_title"]) == (citation.source.key, citation.source.title)
    assert (rows[-1]["qualifier"], rows[-1]["obs_status"], rows[-1]["rank"]) == ("between", "P", "normal")


def test_further_panels_have_numbers_in_their_addresses(client):
    series([1, 2, 3])
    series([50, 60], measure="share", unit=UnitFactory(key="percent", symbol_ru="%", symbol_en="%"))
    assert "доля" in written(svg(client, f"{HERE}chart-2-light.svg"))
    assert client.get(f"{HERE}chart-2-dark-narrow.png").status_code == 200
    rows = b"".join(client.get(f"{HERE}chart-2.csv").streaming_content).decode()
    assert rows.count("share") == 2
    page = client.get(HERE).content.decode()
    assert f"{HERE}chart-2-light.svg" in page


def test_a_single_figure_in_another_unit_stands_only_in_the_table(client):
    series([1, 2, 3])
    figure(9, unit=UnitFactory(key="km"))
    page = client.get(HERE).content.decode()
    assert "chart-2" not in page
    assert "в других единицах" in page
    assert client.get(f"{HERE}chart-2-light.svg").status_code == 404


@pytest.mark.parametrize(
    "name",
    [
        "chart-1-light.svg",
        "chart-0-light.svg",
        "chart-2-light.svg",
        "chart-99999999999999999999-light.svg",
        "chart-sepia.svg",
        "chart-light.gif",
        "chart-light.x.svg",
        "chart-light.csv",
        "chart-1.csv",
        "chart-7.csv",
    ],
)
def test_other_addresses_are_not_found(client, name):
    series([1, 2, 3])
    assert client.get(f"{HERE}{name}").status_code == 404


def test_what_has_no_figures_has_no_chart(client):
    figure(11, measure="rank")
    for name in ("chart-light.svg", "chart-light.png", "chart.csv"):
        assert client.get(f"{HERE}{name}").status_code == 404
        assert client.get(f"/ru/indicators/unknown/{name}").status_code == 404


def test_drafts_are_in_no_picture(client):
    series([1, 2, 3])
    ObservationFactory(period="2019", obs_value=77777)
    assert "2019" not in svg(client)


def test_a_picture_is_drawn_once_and_may_be_kept(client, monkeypatch):
    drawn = []
    monkeypatch.setattr(render, "svg", lambda spec: drawn.append(spec) or "<svg></svg>")
    observations = series([1, 2, 3])
    answers = [client.get(f"{HERE}chart-light.svg") for _time in range(2)]
    assert len(drawn) == 1
    assert answers[0]["cache-control"] == "public, max-age=3600"
    kept = client.get(f"{HERE}chart-light.svg", headers={"if-none-match": answers[0]["etag"]})
    assert kept.status_code == 304
    observations[0].obs_value = 17
    observations[0].save()
    client.get(f"{HERE}chart-light.svg")
    assert len(drawn) == 2


# Whatever the figures are.

AWKWARD = {
    "one": [(1, {})],
    "nought": [(0, {"period": "2010"})],
    "noughts over time": [(0, {"period": str(year)}) for year in (2010, 2011, 2012)],
    "negative": [(-5, {"period": "2010"}), (-7, {"period": "2011"})],
    "negative over time": [(-5, {"period": str(year)}) for year in (2010, 2011, 2012)],
    "both signs": [(-5, {}), (7, {})],
    "far apart": [(1, {}), (10**12, {})],
    "far apart over time": [(10**n, {"period": str(2000 + n)}) for n in (0, 6, 12)],
    "the largest": [(10**14, {"period": str(year), "unit_mult": 15}) for year in (2010, 2011, 2012)],
    "the smallest": [
        (Decimal("0.000001"), {"period": str(year), "unit_mult": -6}) for year in (2010, 2011, 2012)
    ],
    "undated": [(1, {}), (2, {})],
    "open": [(1, {"period": "2010/.."}), (2, {"period": "../2014"})],
    "decades and doubts": [
        (1, {"period": "200X"}),
        (2, {"period": "2014~"}),
        (3, {"period": "2022-24"}),
        (4, {"period": "XXXX-04"}),
    ],
    "far years": [(1, {"period": "1500"}), (2, {"period": "1800"}), (3, {"period": "2200"})],
    "days": [(1, {"period": "2010-01-01"}), (2, {"period": "2011-06-30"}), (3, {"period": "2012-12-31"})],
    "deprecated alone": [
        (n, {"period": str(2010 + n), "rank": "deprecated", "rank_reason": "x"}) for n in (1, 2, 3)
    ],
    "ranges": [(n, {"period": str(2010 + n), "qualifier": "between", "value_to": 9}) for n in (1, 2, 3)],
}


@pytest.mark.parametrize("kind", AWKWARD)
def test_any_figures_can_be_drawn(client, kind):
    for value, also in AWKWARD[kind]:
        figure(value, **also)
    for language, look in (("ru", "light"), ("en", "dark-narrow")):
        there = f"/{language}/indicators/enterprises/"
        assert client.get(there).status_code == 200
        drawn = svg(client, f"{there}chart-{look}.svg")
        ElementTree.fromstring(drawn)
        assert "NaN" not in drawn
        assert "Infinity" not in drawn


def test_a_group_of_places_has_a_line(client):
    series([1, 2, 3], ref_area=PlaceFactory(code="central-asia", kind="group", name_ru="Центральная Азия"))
    series([2, 3, 4], ref_area=PlaceFactory(code="KZ", name_ru="Казахстан"))
    assert "Центральная Азия" in written(svg(client))


def test_a_long_table_has_pages(client, monkeypatch):
    monkeypatch.setattr(indicators, "TABLE_ROWS", 2)
    series([101, 102, 103])
    first, second = (client.get(f"{HERE}?page={n}").content.decode() for n in (1, 2))
    assert [value in first.split("<tbody>")[1] for value in ("101", "103")] == [True, False]
    assert [value in second.split("<tbody>")[1] for value in ("101", "103")] == [False, True]
    assert client.get(f"{HERE}?page=3").status_code == 404


def test_of_very_many_figures_only_the_latest_are_fetched(client, monkeypatch):
    monkeypatch.setattr(indicators, "MOST_FIGURES", 3)
    series([101, 102, 103, 104])
    assert "2010" not in written(svg(client))
    assert "2013" in written(svg(client))


def test_pictures_and_pages_cost_the_same_with_three_figures_and_with_sixty(count_queries):
    names = ("", "chart-light.svg", "chart.csv")

    def add(number):
        for n in range(number):
            figure(n, str(1990 + n % 30), counterpart_area=PlaceFactory(code=f"X{n % 7}"))
            figure(n + 1, str(1990 + n % 30), counterpart_area=PlaceFactory(code=f"X{n % 7}"))

    add(3)
    [count_queries(f"{HERE}{name}") for name in names]
    before = {name: count_queries(f"{HERE}{name}") for name in names}
    add(30)
    [
        count_queries(f"{HERE}{name}") for name in names
    ]  # the size of a picture is kept for each state of the figures
    assert {name: count_queries(f"{HERE}{name}") for name in names} == before


def test_the_page_can_be_cited(client):
    series([1, 2, 3])
    page = client.get("/en/indicators/enterprises/").content.decode()
    cited = page.split('class="cite"')[1]
    assert "http://testserver/en/indicators/enterprises/" in cited
    assert "Enterprises" in cited


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


def test_figures_stand_in_the_order_of_time_with_rivals_side_by_side():
    figure(2, "2012")
    figure(1, "2010")
    figure(3)
    figure(4, "2010", rank="preferred", rank_reason="x")
    assert [int(one.value) for one in figures_of(Observation.objects.all())] == [4, 1, 2, 3]
