"""Line chart of figures over time: one line per series, with marks for uncertain figures."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from relations.models import Observation

from .axes import TIME_LABEL, nice, place_in, time_marks, year_of
from .data_points import Figure
from .frame import number_label, words
from .legend import STROKE, as_is, signs_of
from .line_labels import SHAPES, Labels
from .panels import Panel
from .series_names import SeriesNames
from .theme import OTHER_COLOURS, Look
from .vega import Row, Spec

LEFT, RIGHT, LABELS, AXIS = 56, 20, 190, 34
HEIGHT = 300
PALE = 0.55
#: a figure of this many days or more is drawn over all of them
LONG = 370


class OverTime:
    """The layers of a chart over time; `power` is the power of ten of its axis."""

    left, below = LEFT, AXIS
    lying = False

    def __init__(self, panel: Panel, look: Look, power: int, series: SeriesNames) -> None:
        self.panel, self.look, self.power = panel, look, power
        self.width = look.width - LEFT - RIGHT - (0 if look.is_narrow else LABELS)
        self.height = HEIGHT
        self.colours = colours_of(panel.lines, look.colours)
        self.labels = Labels(panel.lines, look, self.colours, series)
        self.marks = nice([*self.ends()], from_zero=panel.measure != "index")

    def ends(self) -> Iterator[float]:
        """Every value that the axis must cover."""
        for figure in self.panel.drawn:
            yield self.scaled(figure.value)
            yield self.scaled(figure.middle if figure.upper is None else figure.upper)

    def scaled(self, value: float) -> float:
        return value / float(10**self.power)

    def key(self) -> list[Row]:
        return self.labels.key()

    def layers(self) -> list[Spec]:
        rows = [self.row(figure, i) for i, line in enumerate(self.panel.lines) for figure in line]
        found = [
            self.zero(),
            self.spans([row for row in rows if row["until"] != row["from"]]),
            *self.ranges([row for row in rows if row["upper"] is not None]),
            self.runs(uncertain=False),
            self.runs(uncertain=True),
            self.points([row for row in rows if row["upper"] is None]),
            self.strokes([row for row in rows if row["deprecated"]]),
            self.signs([row for row in rows if row["signs"]]),
            *self.labels.at_the_ends((self.width + RIGHT, LABELS, self.height), self.ends_of_lines()),
        ]
        return [layer for layer in found if layer]

    def row(self, figure: Figure, number: int) -> Row:
        first, last = span_of(figure)
        return {
            "x": (first + last) / 2,
            "from": first,
            "until": last,
            "y": self.scaled(figure.middle),
            "lower": self.scaled(figure.value),
            "upper": None if figure.upper is None else self.scaled(figure.upper),
            "colour": self.colours[number],
            "fill": self.colours[number] if figure.is_main else self.look.colours["paper"],
            "shape": SHAPES[number],
            "pale": PALE if figure.is_uncertain else 1,
            "deprecated": figure.is_deprecated,
            "signs": signs_of(figure),
            "says": figure.says,
        }

    def ends_of_lines(self) -> list[float]:
        """The position of the last figure of each line, in pixels."""
        last = [(followed_in(line) or line)[-1].middle for line in self.panel.lines]
        return [place_in(self.scaled(value), self.marks[0], self.marks[-1], self.height) for value in last]

    # The axes.

    def x(self, field: str = "x") -> Spec:
        return {
            "field": field,
            "type": "quantitative",
            "scale": {"domain": self.years(), "nice": False, "zero": False},
            "axis": {
                "values": time_marks(*self.years(), 4 if self.look.is_narrow else 8),
                "labelExpr": TIME_LABEL,
                "grid": False,
                "title": None,
                "labelOverlap": True,
                "labelFlush": False,
            },
        }

    def years(self) -> tuple[float, float]:
        spans = [span_of(figure) for figure in self.panel.drawn]
        first, last = min(start for start, _end in spans), max(end for _start, end in spans)
        margin = max((last - first) * 0.03, 0.04)
        return first - margin, last + margin

    def y(self, field: str = "y") -> Spec:
        step = self.marks[1] - self.marks[0]
        return {
            "field": field,
            "type": "quantitative",
            "scale": {"domain": [self.marks[0], self.marks[-1]], "nice": False, "zero": False},
            "axis": {
                "values": self.marks,
                "labelExpr": number_label(step),
                "domain": False,
                "ticks": False,
                "title": None,
            },
        }

    # The layers, from the back to the front.

    def zero(self) -> Spec | None:
        if not self.marks[0] < 0 < self.marks[-1]:
            return None
        mark = {"type": "rule", "color": self.look.colours["edge"], "aria": False}
        return {"data": {"values": [{"y": 0}]}, "mark": mark, "encoding": {"y": self.y()}}

    def spans(self, rows: Sequence[Row]) -> Spec | None:
        """A figure of several years is a horizontal stroke over all of them."""
        mark = {"type": "rule", "strokeWidth": 1.5, "aria": False}
        ends = {"x": self.x("from"), "x2": {"field": "until"}, "y": self.y()}
        return self.layer(rows, mark, ends)

    def ranges(self, rows: Sequence[Row]) -> list[Spec | None]:
        mark = {"type": "rule", "strokeWidth": 1.5}
        ends = {
            "x": self.x(),
            "y": self.y("lower"),
            "y2": {"field": "upper"},
            "description": {"field": "says"},
        }
        cap = {"type": "tick", "orient": "horizontal", "size": 9, "thickness": 1.5, "aria": False}
        caps = [{"x": self.x(), "y": self.y(field)} for field in ("lower", "upper")]
        return [self.layer(rows, mark, ends), *(self.layer(rows, cap, places) for places in caps)]

    def runs(self, uncertain: bool) -> Spec | None:
        """Lines between figures: dashed at estimates, interrupted where the series breaks."""
        rows = []
        for number, line in enumerate(self.panel.lines):
            followed = followed_in(line)
            for before, after in zip(followed, followed[1:], strict=False):
                doubtful = before.is_uncertain or after.is_uncertain
                if doubtful == uncertain and not breaks_between(before, after):
                    rows.append(self.step(before, after, number))
        dash = {"strokeDash": [5, 4], "opacity": PALE} if uncertain else {}
        ends = {"x": self.x(), "x2": {"field": "x2"}, "y": self.y(), "y2": {"field": "y2"}}
        return self.layer(rows, {"type": "rule", "strokeWidth": 2, "aria": False, **dash}, ends)

    def step(self, before: Figure, after: Figure, number: int) -> Row:
        start, end = self.row(before, number), self.row(after, number)
        return {
            "x": start["x"],
            "y": start["y"],
            "x2": end["x"],
            "y2": end["y"],
            "colour": self.colours[number],
            "pale": 1,
            "joins": [before.observation.key, after.observation.key],
        }

    def points(self, rows: Sequence[Row]) -> Spec | None:
        size = 26 if len(rows) > 150 else 46
        mark = {"type": "point", "size": size, "strokeWidth": 1.6}
        places = {"x": self.x(), "y": self.y(), "shape": as_is("shape"), "fill": as_is("fill")}
        return self.layer(rows, mark, places | {"description": {"field": "says"}})

    def strokes(self, rows: Sequence[Row]) -> Spec | None:
        mark = {"type": "point", "shape": STROKE, "size": 70, "strokeWidth": 1.4, "aria": False}
        return self.layer(rows, mark, {"x": self.x(), "y": self.y()})

    def signs(self, rows: Sequence[Row]) -> Spec | None:
        mark = {**words(self.look, self.look.small), "align": "center", "dy": -12, "aria": False}
        return self.layer(rows, mark, {"x": self.x(), "y": self.y(), "text": {"field": "signs"}}, "color")

    def layer(self, rows: Sequence[Row], mark: Spec, encoding: Spec, painted: str = "stroke") -> Spec | None:
        if not rows:
            return None
        paint = {painted: as_is("colour")}
        if "opacity" not in mark:
            paint["opacity"] = {"field": "pale", "type": "quantitative", "scale": None}
        return {"data": {"values": rows}, "mark": mark, "encoding": encoding | paint}


def followed_in(line: Sequence[Figure]) -> list[Figure]:
    """The figures that a line goes through, one for each place in time."""
    return list({span_of(figure): figure for figure in reversed(line) if figure.is_main}.values())[::-1]


def breaks_between(before: Figure, after: Figure) -> bool:
    """Whether a line stops: at a break in the series, and before and after a figure of another definition."""
    statuses = before.observation.obs_status, after.observation.obs_status
    return statuses[1] == "B" or "D" in statuses


def span_of(figure: Figure) -> tuple[float, float]:
    """(first, last) place on the axis of time: where the period begins, and where the last of its years does."""
    first, last = figure.observation.first_day, figure.observation.last_day
    assert first  # lines are made of dated figures alone
    assert last
    start = year_of(first)
    return (start, year_of(date(last.year, 1, 1))) if (last - first).days >= LONG else (start, start)


def colours_of(found: Sequence[Sequence[Figure]], colours: Mapping[str, str]) -> list[str]:
    """The fixed colour of the country for each line; if that is taken, one of the others."""
    free, taken = list(OTHER_COLOURS), []
    for line in found:
        wanted = [code for code in codes_of(line[-1].observation) if code in free] or free
        taken.append(wanted[0])
        free.remove(wanted[0])
    return [colours[code] for code in taken]


def codes_of(observation: Observation) -> list[str]:
    """The countries of a pair, with Russia last, because it is in most pairs."""
    codes = [place.country.code for place in reversed(observation.sides()) if place.country]
    return sorted(codes, key=lambda code: code == "RU")
