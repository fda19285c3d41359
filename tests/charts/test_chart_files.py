"""What is written in the pictures of an indicator, and the files that readers download."""

import csv
import io
import re
import struct
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from django.utils.translation import override

from relations.charts import LOOKS, THEMES, picture, render, rendered
from relations.charts.frame import chart_frame
from relations.models import Observation
from relations.views import indicators
from tests.helpers.charts import HERE, figure, panel, series, specification, svg, written
from tests.helpers.factories import (
    IndicatorFactory,
    ObservationFactory,
    PlaceFactory,
    SourceFactory,
    UnitFactory,
)

pytestmark = pytest.mark.django_db


# What is written in the picture.


@pytest.mark.parametrize(
    ("language", "level", "register"),
    [("ru", "уровень", "Россия и Центральная Азия"), ("en", "level", "Russia and Central Asia")],
)
@pytest.mark.parametrize("number", [1, 3])
def test_a_picture_says_what_it_is(client, language, level, register, number):
    observations = series([5_000_000, 6_000_000, 7_000_000][:number])
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
    newest = {"ru": "Самое новое значение: {}", "en": "Newest figure: {}"}[language]
    assert newest.format(2009 + number) in said
    root = ElementTree.fromstring(drawn)
    assert root.get("role") == "img"
    assert [child.tag.split("}")[1] for child in root[:2]] == ["title", "desc"]


def test_at_most_three_sources_are_named():
    for n in range(5):
        figure(1, str(2010 + n))
    with override("en"):
        assert re.search("Sources: [^;]+; [^;]+; [^;]+ and 2 more", specification()["description"])


def test_every_figure_has_a_text_for_screen_readers(client):
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
    assert response["content-disposition"].startswith('inline; filename="enterprises-chart-light_')
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


def test_a_single_figure_in_another_unit_is_only_in_the_table(client):
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
    assert answers[0]["cache-control"] == "public, max-age=0, s-maxage=60"
    kept = client.get(f"{HERE}chart-light.svg", headers={"if-none-match": answers[0]["etag"]})
    assert kept.status_code == 304
    observations[0].obs_value = 17
    observations[0].save()
    client.get(f"{HERE}chart-light.svg")
    assert len(drawn) == 2


# Whatever the figures are.

#: what may be negative
GROWTH = {"measure": "growth"}
AWKWARD = {
    "one": [(1, {})],
    "nought": [(0, {"period": "2010"})],
    "noughts over time": [(0, {"period": str(year)}) for year in (2010, 2011, 2012)],
    "negative": [(-5, {"period": "2010", **GROWTH}), (-7, {"period": "2011", **GROWTH})],
    "negative over time": [(-5, {"period": str(year), **GROWTH}) for year in (2010, 2011, 2012)],
    "both signs": [(-5, GROWTH), (7, GROWTH)],
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
    "far years": [
        (1, {"period": "1500"}),
        (2, {"period": "1800"}),
        (3, {"period": "2200", "obs_status": "F"}),
    ],
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
    assert [value in first.split("<tbody>")[1].split("</table>")[0] for value in ("101", "103")] == [
        True,
        False,
    ]
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
