"""View model of the map of places: six countries, a circle at each point, some names and a key to the sizes."""

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from math import ceil, sqrt
from typing import NamedTuple, TypedDict

from relations.catalog import BY_SLUG
from relations.charts import THEMES
from relations.geo import HEIGHT, WIDTH, outlines, points
from relations.models import Place
from relations.models.places import COUNTRIES
from relations.queries.place_counts import PlacesMap, Row

from .counts import counted

#: fixed light colours, for a picture without its style sheet
COLOURS = {code: THEMES["light"][code] for code in COUNTRIES}
#: positions of country names; those of the two in the south-east are right of the country
LABELS = {
    "RU": (560, 322, "middle"),
    "KZ": (290, 452, "middle"),
    "KG": (368, 556, "start"),
    "TJ": (302, 600, "start"),
    "TM": (134, 516, "middle"),
    "UZ": (214, 494, "middle"),
}
#: radius of the largest circle, and of one record if all are small: areas are proportional to numbers
LARGEST, OF_ONE, LEAST = 26, 9, 1.5
#: so many circles carry their names, where there is room; the width of a letter and the height of a line
MOST_NAMES, LETTER, LINE = 14, 6, 13
#: positions of the legend's circles: centre of the first, common baseline, distance
LEGEND_X, LEGEND_Y, LEGEND_STEP = 640, 590, 80


class Point(NamedTuple):
    x: float
    y: float


class Box(NamedTuple):
    left: float
    upper: float
    right: float
    lower: float


class Side(NamedTuple):
    """A possible position of a name: its anchor, and how many radii to the right and downwards."""

    anchor: str
    right: int
    down: int


SIDES = (Side("start", 1, 0), Side("end", -1, 0), Side("middle", 0, -1), Side("middle", 0, 1))


class Sample(TypedDict):
    """A circle of the legend; `before` is where the words before the first one end."""

    x: float
    y: float
    r: float
    foot: float
    before: float
    number: int


@dataclass
class Land:
    """The outline of one of the six countries, with its row where it has records."""

    place: Place
    path: str
    row: Row | None
    words: str

    def __post_init__(self) -> None:
        self.colour = COLOURS[self.place.code]
        self.x, self.y, self.anchor = LABELS[self.place.code]
        self.below = self.y + LINE

    @property
    def box(self) -> Box:
        width = LETTER * len(self.place.name)
        left = self.x if self.anchor == "start" else self.x - width / 2
        return Box(left, self.y - LINE, left + width, self.below)


@dataclass
class Circle:
    """The places at one point; the first, with the most records, gives the circle its size and its link."""

    x: float
    y: float
    r: float
    rows: list[Row]
    words: str
    #: the side of the name, None where there is no room
    side: Side | None = None

    def __post_init__(self) -> None:
        self.row = self.rows[0]
        country = self.row.place.country
        self.colour = COLOURS[country.code] if country else ""

    @property
    def name_side(self) -> Side:
        return self.side or SIDES[0]

    @property
    def anchor(self) -> str:
        return self.name_side.anchor

    @property
    def name_x(self) -> float:
        return round(self.x + self.name_side.right * (self.r + 3), 1)

    @property
    def name_y(self) -> float:
        return round(self.y + 4 + self.name_side.down * (self.r + LINE / 2), 1)

    @property
    def box(self) -> Box:
        return Box(self.x - self.r, self.y - self.r, self.x + self.r, self.y + self.r)

    @property
    def name_box(self) -> Box:
        width = LETTER * len(self.row.place.name)
        left = self.name_x - width * {"start": 0, "middle": 0.5, "end": 1}[self.anchor]
        return Box(left, self.name_y - LINE + 3, left + width, self.name_y + 3)


class Picture:
    width, height = WIDTH, HEIGHT

    def __init__(self, places_map: PlacesMap) -> None:
        self.map, slug = places_map, places_map.query.slug
        self.noun = slug if slug in BY_SLUG else "records"

    @cached_property
    def lands(self) -> list[Land]:
        """In the order of the register: Russia first, so that the borders of the others are drawn over it."""
        places, rows = {place.code: place for place in self.map.places}, self.map.rows
        return [
            Land(places[code], path, rows.get(code), self.words([rows[code]] if code in rows else []))
            for code, path in outlines().items()
            if code in places
        ]

    @cached_property
    def circles(self) -> list[Circle]:
        """The large circles first, so that the small ones are on top."""
        found = [
            Circle(*point, self.radius(rows[0].number), rows, self.words(rows))
            for point, rows in self.at_points.items()
        ]
        found.sort(key=lambda circle: -circle.r)
        self.name(found)
        return found

    @cached_property
    def at_points(self) -> dict[Point, list[Row]]:
        """The rows of each point, a region before the city that is its centre."""
        found: defaultdict[Point, list[Row]] = defaultdict(list)
        for code, row in self.map.rows.items():
            # an editor may have moved the place to another country, which has no colour
            country = row.place.country
            if code in points() and country and country.code in COLOURS:
                found[Point(*points()[code])].append(row)
        for rows in found.values():
            rows.sort(key=lambda row: (-row.number, row.place.kind != Place.Kind.REGION, row.place.code))
        return found

    @cached_property
    def most(self) -> int:
        return max((rows[0].number for rows in self.at_points.values()), default=0)

    def radius(self, number: int) -> float:
        """Never so small that it could not be seen."""
        return round(max(LEAST, min(OF_ONE, LARGEST / sqrt(self.most)) * sqrt(number)), 1)

    def words(self, rows: list[Row]) -> str:
        """«Оренбургская область: 6 записей; Оренбург: 2 записи»."""
        return "; ".join(f"{row.place.name}: {counted(row.number, self.noun)}" for row in rows)

    def name(self, circles: list[Circle]) -> None:
        """Names the largest circles whose names cover neither another name nor another circle."""
        taken = [land.box for land in self.lands]
        for circle in circles[:MOST_NAMES]:
            others = [other.box for other in circles if other is not circle]
            for circle.side in (*SIDES, None):
                if circle.side and is_free(circle.name_box, taken + others):
                    taken.append(circle.name_box)
                    break

    @property
    def legend(self) -> list[Sample]:
        """The smallest, a middle and the largest size."""
        numbers = sorted({1, ceil(self.most / 3), self.most}) if self.most else []
        return [self.sample(i, number) for i, number in enumerate(numbers)]

    def sample(self, i: int, number: int) -> Sample:
        r = self.radius(number)
        return {
            "x": LEGEND_X + LEGEND_STEP * i,
            "y": round(LEGEND_Y - r, 1),
            "r": r,
            "foot": LEGEND_Y + LINE + 3,
            "before": LEGEND_X - LEGEND_STEP / 2,
            "number": number,
        }


def is_free(box: Box, taken: list[Box]) -> bool:
    """Whether a box is within the picture and touches none of the others."""
    left, upper, right, lower = box
    return (
        0 < left < right < WIDTH
        and 0 < upper < lower < HEIGHT
        and not any(left < r and le < right and upper < lo and u < lower for le, u, r, lo in taken)
    )
