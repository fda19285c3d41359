"""Command: draw the outlines of the map from a Natural Earth file."""

import json
from collections.abc import Iterable
from math import hypot
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from relations.geo import REFERENCE, in_picture
from relations.models.places import COUNTRIES

#: in units of the picture: the tolerance of simplified lines, and the smallest area of an island
TOLERANCE, SMALLEST = 0.4, 2
#: degrees by which a point at the 180th meridian may miss it
SEAM = 0.001
SOURCE = (
    "Natural Earth 1:50m, admin_0_countries (naturalearthdata.com), public domain;"
    " projected and simplified by draw_outlines"
)


Point = tuple[float, float]
Line = list[Point]
#: an object of GeoJSON
Feature = dict[str, Any]


class Command(BaseCommand):
    help = (
        "Creates fixtures/reference/outlines.json from the Natural Earth file"
        " ne_50m_admin_0_countries.geojson (github.com/nvkelso/natural-earth-vector)."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, file: Path, **options: Any) -> None:
        found = {code: outer_rings(feature) for feature in features(file) if (code := code_of(feature))}
        if missing := set(COUNTRIES) - set(found):
            raise CommandError(f"{file} has no outline of {', '.join(sorted(missing))}.")
        countries = {code: outline(joined(found[code])) for code in COUNTRIES}
        target = REFERENCE / "outlines.json"
        target.write_text(
            json.dumps({"origin": SOURCE, "countries": countries}, indent=1) + "\n", encoding="utf-8"
        )
        self.stdout.write(f"{target.name}: {target.stat().st_size // 1024} KB")


def features(file: Path) -> list[Feature]:
    found: list[Feature] = json.loads(file.read_text(encoding="utf-8"))["features"]
    return found


def code_of(feature: Feature) -> str | None:
    """The ISO code of one of the six countries, else None."""
    code = {name.lower(): value for name, value in feature["properties"].items()}.get("iso_a2")
    return code if code in COUNTRIES else None


def outer_rings(feature: Feature) -> list[Line]:
    """Longitudes and latitudes, the last point not repeated; holes are other countries' own outlines."""
    shape = feature["geometry"]
    polygons = shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]
    return [[tuple(point[:2]) for point in polygon[0][:-1]] for polygon in polygons]


def joined(rings: Iterable[Line]) -> list[Line]:
    """Land that the 180th meridian cuts in two, as one ring again."""
    whole = [ring for ring in rings if not any(map(on_seam, ring))]
    halves = [opened(ring) for ring in rings if any(map(on_seam, ring))]
    while halves:
        half = halves.pop()
        other = min(halves, key=lambda path: abs(path[0][1] - half[-1][1]))
        halves.remove(other)
        whole.append(half + other)
    return whole


def on_seam(point: Point) -> bool:
    return abs(abs(point[0]) - 180) < SEAM


def opened(ring: Line) -> Line:
    """The ring as a path that begins and ends at the 180th meridian."""
    start = next(i for i in range(len(ring)) if on_seam(ring[i - 1]) and not on_seam(ring[i]))
    turned = ring[start - 1 :] + ring[: start - 1] if start else ring[-1:] + ring[:-1]
    end = next(i for i in range(1, len(turned)) if on_seam(turned[i]))
    return turned[: end + 1]


def outline(rings: Iterable[Line]) -> str:
    """As SVG draws it, in one path."""
    drawn = [simplified([in_picture(*point) for point in ring]) for ring in rings]
    return "".join(path(ring) for ring in drawn if area(ring) >= SMALLEST)


def path(ring: Line) -> str:
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in ring) + "Z"


def simplified(ring: Line) -> Line:
    """A closed line after Douglas and Peucker: cut at its first point and the one farthest from it."""
    far = max(range(len(ring)), key=lambda i: hypot(ring[i][0] - ring[0][0], ring[i][1] - ring[0][1]))
    return thinned(ring[: far + 1])[:-1] + thinned([*ring[far:], ring[0]])[:-1]


def thinned(line: Line) -> Line:
    """The line without the points within the tolerance (Douglas–Peucker)."""
    kept, waiting = {0, len(line) - 1}, [(0, len(line) - 1)]
    while waiting:
        first, last = waiting.pop()
        between = range(first + 1, last)
        off = max(between, key=lambda i: distance(line[i], line[first], line[last]), default=None)
        if off and distance(line[off], line[first], line[last]) > TOLERANCE:
            kept.add(off)
            waiting += [(first, off), (off, last)]
    return [line[i] for i in sorted(kept)]


def distance(point: Point, start: Point, end: Point) -> float:
    """Of a point from a stretch of line."""
    (x, y), (ax, ay), (bx, by) = point, start, end
    length = (bx - ax) ** 2 + (by - ay) ** 2
    along = max(0, min(1, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / length)) if length else 0
    return hypot(x - ax - along * (bx - ax), y - ay - along * (by - ay))


def area(ring: Line) -> float:
    edges = zip(ring, ring[1:] + ring[:1], strict=True)
    return abs(sum(ax * by - bx * ay for (ax, ay), (bx, by) in edges)) / 2
