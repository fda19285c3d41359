"""Map projection: Albers equal-area conic for Russia and Central Asia, in units of 8.4 km.

The same functions make the outlines (`manage.py draw_outlines`) and put places among them.
"""

import csv
import json
from functools import cache
from math import cos, radians, sin, sqrt

from django.conf import settings

#: km, of a sphere with the surface area of the Earth
RADIUS = 6371.007
#: degrees: the standard parallels, the central meridian, the parallel of origin
SOUTH, NORTH, MIDDLE, ORIGIN = 40, 64, 100, 52
#: the picture: its size and kilometres in a unit; its upper left corner in km from the origin
WIDTH, HEIGHT, SCALE = 1000, 625, 8.4
LEFT, TOP = -4620, 3870
REFERENCE = settings.BASE_DIR / "fixtures" / "reference"


def albers(longitude: float, latitude: float) -> tuple[float, float]:
    """(km to the east, km to the north) of the origin, for degrees."""
    south, north, origin, here = (radians(angle) for angle in (SOUTH, NORTH, ORIGIN, latitude))
    cone = (sin(south) + sin(north)) / 2
    constant = cos(south) ** 2 + 2 * cone * sin(south)
    distance, to_origin = (RADIUS * sqrt(constant - 2 * cone * sin(angle)) / cone for angle in (here, origin))
    turned = cone * radians((longitude - MIDDLE + 180) % 360 - 180)
    return distance * sin(turned), to_origin - distance * cos(turned)


def in_picture(longitude: float, latitude: float) -> tuple[float, float]:
    """(x, y) in the picture, y downwards."""
    east, north = albers(longitude, latitude)
    return round((east - LEFT) / SCALE, 1), round((TOP - north) / SCALE, 1)


@cache
def outlines() -> dict[str, str]:
    """{code of a country: its outline as SVG draws it}."""
    with (REFERENCE / "outlines.json").open(encoding="utf-8") as stream:
        countries: dict[str, str] = json.load(stream)["countries"]
        return countries


@cache
def coordinates() -> dict[str, tuple[float, float]]:
    """{code of a region or city: (longitude, latitude)}: a region is placed at its administrative centre."""
    with (REFERENCE / "points.csv").open(encoding="utf-8", newline="") as stream:
        rows = csv.DictReader(line for line in stream if not line.startswith("#"))
        return {row["code"]: (float(row["longitude"]), float(row["latitude"])) for row in rows}


@cache
def points() -> dict[str, tuple[float, float]]:
    """{code of a region or city: (x, y) in the picture}"""
    return {code: in_picture(*degrees) for code, degrees in coordinates().items()}
