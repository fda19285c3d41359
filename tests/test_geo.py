"""The plane of the map: the projection, the points of places and the outlines of countries."""

import json

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from relations import geo
from relations.geo import HEIGHT, REFERENCE, WIDTH, albers, outlines, points
from relations.management.commands import draw_outlines
from relations.models.places import COUNTRIES
from relations.presentation.places_map import COLOURS, LABELS

#: units of the picture: a harbour may lie so far outside a simplified coast
NEAR = 2


def test_the_projection_agrees_with_snyders_worked_example(monkeypatch):
    """Map Projections: A Working Manual (USGS 1987), page 291: Albers on the sphere."""
    example = {"RADIUS": 1, "SOUTH": 29.5, "NORTH": 45.5, "MIDDLE": -96, "ORIGIN": 23}
    for name, value in example.items():
        monkeypatch.setattr(geo, name, value)
    assert albers(-75, 35) == pytest.approx((0.2952720, 0.2416774), abs=1e-7)


def test_the_origin_is_projected_to_zero_and_chukotka_is_in_the_east():
    assert albers(geo.MIDDLE, geo.ORIGIN) == pytest.approx((0, 0))
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


def without_point(*kinds):
    known = places()
    wanted = {code for code in known if known[code]["kind"] in kinds and country_of(code, known) in COUNTRIES}
    return wanted - points().keys()


def test_every_region_of_the_six_countries_has_a_point():
    assert not without_point("region")


def test_of_their_cities_only_the_named_ones_have_no_point():
    missing = without_point("city")
    assert missing == {"kg-shopokov"}
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
        assert geo.in_picture(*corner) in russia


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
