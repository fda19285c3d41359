"""The map of places: where they stand, how often they take part, and that every number leads to its list."""

import csv
import io
import json
import random
import re
from xml.etree import ElementTree

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.http import QueryDict

from relations import plane
from relations.catalog import RECORD_TYPES
from relations.inquiry import ALL_TYPES, Inquiry
from relations.management.commands import draw_outlines
from relations.map_picture import COLOURS, LABELS, Picture, is_free
from relations.maps import PlacesMap
from relations.plane import HEIGHT, REFERENCE, WIDTH, albers, outlines, points
from relations.views.home import COUNTRIES
from tests.factories import (
    AgreementFactory,
    ForumFactory,
    ObservationFactory,
    OrganizationFactory,
    PlaceFactory,
)
from tests.test_facets import random_question, values_of

SLUGS = [*(one.slug for one in RECORD_TYPES), ALL_TYPES]
QUESTIONS_A_TYPE = 15
#: units of the picture: a harbour may lie so far outside a simplified coast
NEAR = 2
SVG = "{http://www.w3.org/2000/svg}"


# The plane and the reference data.


def test_the_projection_agrees_with_snyders_worked_example(monkeypatch):
    """Map Projections: A Working Manual (USGS 1987), page 291: Albers on the sphere."""
    example = {"RADIUS": 1, "SOUTH": 29.5, "NORTH": 45.5, "MIDDLE": -96, "ORIGIN": 23}
    for name, value in example.items():
        monkeypatch.setattr(plane, name, value)
    assert albers(-75, 35) == pytest.approx((0.2952720, 0.2416774), abs=1e-7)


def test_the_origin_is_the_origin_and_chukotka_lies_in_the_east():
    assert albers(plane.MIDDLE, plane.ORIGIN) == pytest.approx((0, 0))
    assert albers(-170, 66)[0] > albers(179, 66)[0] > 0


def test_a_degree_has_the_same_area_everywhere_on_its_parallel():
    def area(longitude):
        corners = [albers(longitude + x, 50 + y) for x, y in ((0, 0), (1, 0), (1, 1), (0, 1))]
        return draw_outlines.area(corners)

    assert area(30) == pytest.approx(area(100)) == pytest.approx(area(178))
    assert area(60) == pytest.approx(7_880, rel=0.01)  # km², a degree by a degree at 50° north


def places():
    fields = json.loads((REFERENCE / "places.json").read_text(encoding="utf-8"))
    return {one["fields"]["code"]: one["fields"] for one in fields}


def country_of(code, known):
    while known[code]["parent"]:
        (code,) = known[code]["parent"]
    return code


def test_every_point_belongs_to_a_place_and_lies_in_the_picture():
    known = places()
    assert points()
    for code, (x, y) in points().items():
        assert known[code]["kind"] in ("region", "city"), code
        assert 0 < x < WIDTH, code
        assert 0 < y < HEIGHT, code


def rings(path):
    for ring in path.strip("MZ").split("ZM"):
        yield [tuple(map(float, point.split())) for point in ring.split("L")]


def is_inside(point, ring):
    """By the number of edges that a ray to the right crosses."""
    x, y = point
    edges = zip(ring, ring[1:] + ring[:1], strict=True)
    return (
        sum((b > y) != (d > y) and x < (c - a) * (y - b) / (d - b) + a for (a, b), (c, d) in edges) % 2 == 1
    )


def is_near(point, ring):
    edges = zip(ring, ring[1:] + ring[:1], strict=True)
    return any(draw_outlines.distance(point, *edge) < NEAR for edge in edges)


def test_every_point_lies_in_its_country_or_at_its_coast():
    known = places()
    for code, point in points().items():
        land = list(rings(outlines()[country_of(code, known)]))
        assert any(is_inside(point, ring) or is_near(point, ring) for ring in land), code


def test_of_the_six_countries_only_the_named_places_have_no_point():
    known = places()
    inside = {code for code in known if known[code]["kind"] in ("region", "city")}
    missing = {code for code in inside - points().keys() if country_of(code, known) in COUNTRIES}
    assert missing == {"RU-LEN", "RU-MOS", "KG-C", "TJ-RA", "kg-shopokov", "tj-guliston"}
    origin = (REFERENCE / "points.md").read_text(encoding="utf-8")
    assert all(code in origin for code in missing)


def test_the_outlines_are_those_of_the_six_countries_and_small():
    assert tuple(outlines()) == COUNTRIES == tuple(COLOURS) == tuple(LABELS)
    assert (REFERENCE / "outlines.json").stat().st_size <= 40 * 1024
    drawn = [point for path in outlines().values() for ring in rings(path) for point in ring]
    assert all(0 < x < WIDTH and 0 < y < HEIGHT for x, y in drawn)


def test_the_colours_written_out_are_those_of_the_style_sheet():
    tokens = (settings.BASE_DIR / "static" / "css" / "tokens.css").read_text(encoding="utf-8")
    for code, colour in COLOURS.items():
        assert f"--{code.lower()}: light-dark({colour}," in tokens


# The preparation of the outlines.


def square(west, east, south=60, north=70):
    return [[[west, south], [east, south], [east, north], [west, north], [west, south]]]


def geojson(tmp_path, codes=COUNTRIES):
    """Six countries as squares; Russia lies across the 180th meridian."""
    shapes = {code: {"type": "Polygon", "coordinates": square(60, 70, 40, 50)} for code in codes}
    if "RU" in shapes:
        shapes["RU"] = {"type": "MultiPolygon", "coordinates": [square(170, 180), square(-180, -175)]}
    features = [{"properties": {"ISO_A2": code}, "geometry": shape} for code, shape in shapes.items()]
    file = tmp_path / "countries.geojson"
    file.write_text(json.dumps({"features": features}), encoding="utf-8")
    return file


def test_land_across_the_180th_meridian_is_drawn_as_one(tmp_path, monkeypatch):
    monkeypatch.setattr(draw_outlines, "REFERENCE", tmp_path)
    call_command("draw_outlines", geojson(tmp_path), verbosity=0)
    made = json.loads((tmp_path / "outlines.json").read_text(encoding="utf-8"))
    assert "Natural Earth" in made["origin"]
    (russia,) = rings(made["countries"]["RU"])
    for corner in ((170, 60), (-175, 60), (-175, 70), (170, 70)):
        assert plane.in_picture(*corner) in russia


def test_a_file_without_one_of_the_countries_is_refused(tmp_path):
    with pytest.raises(CommandError, match="KG"):
        call_command("draw_outlines", geojson(tmp_path, [code for code in COUNTRIES if code != "KG"]))


def test_a_simplified_line_stays_within_its_tolerance():
    ring = [(100 + 50 * i / 200, 100 + (i % 7) / 20) for i in range(200)] + [(150, 150), (100, 150)]
    simple = draw_outlines.simplified(ring)
    edges = list(zip(simple, simple[1:] + simple[:1], strict=True))
    assert len(simple) < len(ring) / 5
    for point in ring:
        assert min(draw_outlines.distance(point, *edge) for edge in edges) <= draw_outlines.TOLERANCE


# Counting.


def map_of(slug, query=""):
    return PlacesMap(Inquiry(slug, query if isinstance(query, QueryDict) else QueryDict(query)))


def agree(*places):
    """A published agreement between these places and Uzbekistan."""
    uzbekistan = PlaceFactory(code="UZ", name_ru="Узбекистан", name_en="Uzbekistan")
    parties = [("party", one) for one in (*places, uzbekistan)]
    return AgreementFactory(participants=parties, published=True)


def length_of(address):
    """Of the list at an address such as /ru/forums/?country=UZ."""
    path, _, query = address.partition("?")
    return Inquiry(path.strip("/").split("/")[-1], QueryDict(query)).total


@pytest.mark.django_db
@pytest.mark.parametrize("slug", SLUGS)
def test_for_random_questions_every_number_is_the_length_of_the_list_behind_it(slug, content):
    chance = random.Random(f"map of {slug}")
    values = values_of(
        next(iter(Inquiry("forums" if slug == ALL_TYPES else slug, QueryDict()).filtersets.values()))
    )
    if slug == ALL_TYPES:
        values = {name: values[name] for name in ("country", "region", "with", "topic", "source", "sourced")}
    for _number in range(QUESTIONS_A_TYPE):
        question = random_question(chance, values)
        rows = [row for row in map_of(slug, question).rows.values() if row.address]
        for row in chance.sample(rows, min(3, len(rows))):
            assert length_of(row.address) == row.number, (question.urlencode(), row)
            assert 0 <= row.own <= row.number


@pytest.mark.django_db
def test_what_a_place_does_itself_is_told_from_what_happens_inside_it(russia, orenburg, uzbekistan):
    ministry = OrganizationFactory(place=russia)
    agree(orenburg)
    agree(ministry)
    rows = map_of("agreements").rows
    assert {code: (row.number, row.own) for code, row in rows.items()} == {
        "RU": (2, 1),
        "RU-ORE": (1, 0),
        "ru-orenburg": (1, 1),
        "UZ": (2, 2),
    }


@pytest.mark.django_db
def test_a_place_is_added_by_a_parameter_that_is_still_free(russia, uzbekistan, kazakhstan):
    AgreementFactory(published=True)

    def query_of(question):
        return map_of("agreements", question).rows["UZ"].address.partition("?")[2]

    assert query_of("page=3") == "country=UZ"
    assert query_of("country=UZ&page=3") == "country=UZ"
    assert query_of("country=RU") == "country=RU&with=UZ"
    assert query_of("country=RU&country=UZ&with=RU") == "country=RU&country=UZ&with=RU&region=UZ"
    assert query_of("country=RU&region=RU&with=RU") == ""


@pytest.mark.django_db
def test_the_table_begins_with_the_six_in_their_order_and_ends_with_groups(russia, orenburg, uzbekistan):
    belarus = PlaceFactory(code="BY")
    group = PlaceFactory(code="cis", kind="group")
    agree(group, belarus, orenburg)
    groups = map_of("agreements").groups
    assert [country.code if country else None for country, _heading, _rows in groups] == [
        "RU",
        "UZ",
        "BY",
        None,
    ]
    assert [row.place.code for row in groups[0][2]] == ["RU", "RU-ORE", "ru-orenburg"]
    assert map_of("agreements").unplaced == 2


# The picture.


@pytest.mark.django_db
def test_a_region_and_the_city_that_is_its_centre_share_one_circle(russia, orenburg_oblast, orenburg):
    agree(orenburg)
    agree(orenburg_oblast)
    (circle,) = Picture(map_of("agreements")).circles
    assert [row.place.code for row in circle.rows] == ["RU-ORE", "ru-orenburg"]
    assert circle.words == "Оренбургская область: 2 соглашения; Оренбург: 1 соглашение"


@pytest.mark.django_db
def test_the_area_of_a_circle_is_in_proportion_to_its_number(russia, orenburg):
    omsk = PlaceFactory(code="RU-OMS", kind="region", parent=russia)
    for number in range(16):
        agree(orenburg, *([omsk] if number < 4 else []))
    large, small = Picture(map_of("agreements")).circles
    assert (large.r, small.r) == pytest.approx((26, 13))
    assert [one["number"] for one in Picture(map_of("agreements")).legend] == [1, 6, 16]


@pytest.mark.django_db
def test_no_name_covers_another_or_a_circle(content):
    picture = Picture(map_of(ALL_TYPES))
    named = [circle for circle in picture.circles if circle.side]
    assert named
    names = [circle.name_box for circle in named]
    for circle in named:
        others = [other.box for other in picture.circles if other is not circle]
        taken = [box for box in names if box != circle.name_box] + [land.box for land in picture.lands]
        assert is_free(circle.name_box, others + taken)


# Pages and files.


@pytest.fixture
def page(client):
    def read(address, status=200):
        response = client.get(address)
        assert response.status_code == status, address
        return response.content.decode()

    return read


@pytest.mark.django_db
def test_the_map_prints_the_total_of_the_list_and_carries_the_question_along(page, russia, uzbekistan):
    ForumFactory(period="2010", published=True)
    ForumFactory(period="1995", published=True)
    text = page("/en/map/forums/?country=UZ&year_from=2000")
    assert '<h1 class="count">1 forum</h1>' in text
    assert 'href="/en/forums/?country=UZ&amp;year_from=2000"' in text
    assert 'href="/en/map/forums/?country=UZ&amp;year_from=2000" aria-current="page"' in text
    assert 'href="/en/forums/?country=UZ&amp;year_from=2000&amp;with=RU"' in text
    assert 'href="/en/map/forums.png?country=UZ&amp;year_from=2000"' in text
    assert 'class="chips"' in text
    assert 'content="noindex"' in text
    assert 'content="noindex"' not in page("/en/map/forums/")


@pytest.mark.django_db
def test_lists_timeline_and_places_lead_to_the_map(page, russia, uzbekistan):
    ForumFactory(published=True)
    assert 'href="/en/map/forums/?country=UZ"' in page("/en/forums/?country=UZ")
    assert 'href="/en/map/?country=UZ"' in page("/en/timeline/?country=UZ")
    assert 'href="/en/map/"' in page("/en/places/")
    assert "/en/map/" in page("/sitemap.xml")


@pytest.mark.django_db
def test_the_picture_is_hidden_from_screen_readers_and_the_table_has_all_of_it(page, russia, orenburg):
    agree(orenburg)
    picture, table = page("/en/map/").split("</svg>")
    drawn = set(re.findall(r'<a href="([^"]+)" tabindex="-1">', picture))
    assert 'aria-hidden="true"' in picture
    assert len(drawn) == 3
    assert all(f'href="{address}"' in table for address in drawn)


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["map/", "map/forums/"])
def test_a_question_that_makes_no_sense_gets_a_message_and_an_empty_map(address, page, russia, uzbekistan):
    ForumFactory(published=True)
    text = page(f"/en/{address}?country=XX")
    assert 'role="alert"' in text
    assert "<circle" not in text
    assert "<table" not in text
    assert 'class="land' in text
    assert "country" in page(
        f"/en/{address.rstrip('/') if 'forums' in address else 'map/timeline'}.svg?country=XX", 400
    )


@pytest.mark.django_db
def test_an_answer_without_records_says_so(page, russia, uzbekistan):
    assert 'class="empty"' in page("/en/map/")


@pytest.mark.django_db
def test_there_are_no_other_maps_and_formats(page):
    page("/en/map/sources/", 404)
    page("/en/map/sources.svg", 404)
    page("/en/map/forums.gif", 404)


@pytest.mark.django_db
def test_names_are_escaped_on_the_page_and_in_the_picture(page, russia):
    place = PlaceFactory(code="RU-OMS", kind="region", parent=russia, name_en='<b>Omsk</b> & "co"')
    agree(place)
    assert "<b>Omsk" not in page("/en/map/agreements/")
    texts = ElementTree.fromstring(page("/en/map/agreements.svg")).iter(f"{SVG}title")
    assert any(title.text.startswith('<b>Omsk</b> & "co": 1') for title in texts)


@pytest.mark.django_db
def test_the_picture_stands_alone_with_title_question_sources_and_date(page, russia, uzbekistan):
    ForumFactory(title_en="Trade Forum", published=True)
    root = ElementTree.fromstring(page("/en/map/forums.svg?country=UZ&q=trade"))
    words = "\n".join(text.text for text in root.iter(f"{SVG}text"))
    for part in (
        "1 forum",
        "country: Uzbekistan",
        "trade",
        "Natural Earth",
        "GeoNames, CC BY 4.0",
        "http://",
    ):
        assert part in words
    assert re.search(r"\d{1,2} \w+ 20\d\d", words)
    links = [link.get("href") for link in root.iter(f"{SVG}a")]
    assert links
    assert all(link.startswith("http://testserver/en/forums/?") for link in links)
    assert "var(" not in ElementTree.tostring(root, encoding="unicode")


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_picture_is_to_be_had_in_points_too(language, client, russia, orenburg):
    ObservationFactory(ref_area=orenburg, published=True)
    response = client.get(f"/{language}/map/timeline.png?country=RU")
    assert response.headers["content-type"] == "image/png"
    assert response.content.startswith(b"\x89PNG")
    assert int.from_bytes(response.content[16:20], "big") == 2 * WIDTH


@pytest.mark.django_db
def test_characters_that_cannot_be_drawn_are_left_out(client, page, russia, uzbekistan):
    address = "/en/map/agreements.{}?q=treaty%01%1F%EF%BF%BE%3C"
    ElementTree.fromstring(page(address.format("svg")))
    assert client.get(address.format("png")).status_code == 200


@pytest.mark.django_db
def test_the_numbers_are_to_be_had_as_a_sheet(client, russia, orenburg):
    agree(orenburg)
    response = client.get("/en/map/agreements.csv")
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(text))) == [
        ["code", "name_ru", "name_en", "kind", "records"],
        ["RU", "Россия", "Russia", "country", "1"],
        ["RU-ORE", "Оренбургская область", "Orenburg Oblast", "region", "1"],
        ["ru-orenburg", "Оренбург", "Orenburg", "city", "1"],
        ["UZ", "Узбекистан", "Uzbekistan", "country", "1"],
    ]


@pytest.mark.django_db
def test_the_page_with_everything_is_light(client, content):
    assert len(client.get("/ru/map/").content) < 150_000
