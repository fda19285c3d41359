"""Bar chart of figures below one another: the name above each bar, the value in words after it."""

from collections.abc import Iterator, Sequence

from .data_points import Figure
from .frame import leading, lines, pixels, words
from .legend import STROKE, as_is, signs_of
from .panels import Panel
from .series_names import SeriesNames
from .theme import Look
from .vega import Row, Spec

BAR, GAP = 14, 12
#: the part of the width that is kept for the text after the longest bar
FIGURE_PART = 0.42
PALE = 0.55


class Bars:
    """The layers of a bar chart; its height is the sum of its rows."""

    left, below = 0, 6
    lying = True

    def __init__(self, panel: Panel, look: Look, power: int, series: SeriesNames) -> None:
        self.look, self.power, self.series = look, power, series
        self.width = look.width - 8
        self.scale = self.scale_of(panel.drawn)
        self.rows: list[Row] = []
        self.height: float = 0
        for figure in panel.drawn:
            self.rows.append(self.row(figure))

    def scale_of(self, figures: Sequence[Figure]) -> tuple[float, float]:
        """(zero, pixels per unit) of the axis on which every figure and its text fit."""
        values = [0, *(end for figure in figures for end in (figure.value, figure.upper) if end is not None)]
        low, high = min(values), max(values)
        room = self.width * (1 - FIGURE_PART)
        one = room / (high - low) if high > low else 0
        return -low * one, one

    def at(self, value: float) -> float:
        nought, one = self.scale
        return nought + value * one

    def row(self, figure: Figure) -> Row:
        """One figure in pixels, below those before it."""
        name = lines(self.name(figure), self.look.letters(self.look.small)) if self.name(figure) else []
        top = self.height
        middle = top + leading(self.look.small) * len(name) + BAR / 2 + 3
        start, end = sorted((self.at(0), self.at(figure.value)))
        far = self.at(max(figure.value, figure.upper or figure.value, 0))
        words_behind = " ".join(part for part in (signs_of(figure, lying=True), figure.words) if part)
        written = lines(words_behind, self.look.letters(self.look.text, self.width - far - 8), most=3)
        self.height = middle + max(BAR / 2, (len(written) - 0.5) * leading(self.look.text)) + GAP
        return {
            "name": name,
            "top": top,
            "middle": middle,
            "start": start,
            "end": end,
            "value": self.at(figure.value),
            "upper": None if figure.upper is None else self.at(figure.upper),
            "far": far + 8,
            "words": written,
            **self.paint(figure),
            "says": figure.says,
        }

    def name(self, figure: Figure) -> str:
        parts = [figure.when, self.series.of(figure), figure.part_of]
        parts += [figure.source_words] if figure.has_rivals else []
        return " · ".join(part for part in parts if part)

    def paint(self, figure: Figure) -> Row:
        colours = self.look.colours
        colour = colours["forecast"] if figure.is_uncertain else colours["bar"]
        return {
            "colour": colour,
            "fill": colour if figure.is_main else colours["paper"],
            "is_dashed": figure.is_uncertain,
            "pale": PALE if figure.is_uncertain else 1,
            "deprecated": figure.is_deprecated,
        }

    def layers(self) -> list[Spec]:
        found = [
            self.names(),
            *(self.bars(is_dashed) for is_dashed in (False, True)),
            *self.ranges(),
            self.strokes(),
            self.figures(),
        ]
        return [layer for layer in found if layer]

    def key(self) -> list[Row]:
        return []

    def names(self) -> Spec | None:
        look = self.look
        mark = {
            **words(look, look.small),
            "baseline": "top",
            "lineHeight": leading(look.small),
            "color": look.colours["soft"],
            "aria": False,
        }
        return layer(self.rows, mark, {"x": {"value": 0}, "y": pixels("top"), "text": {"field": "name"}})

    def bars(self, is_dashed: bool) -> Spec | None:
        dash = {"strokeDash": [4, 3]} if is_dashed else {}
        rows = [
            row | {"above": row["middle"] - BAR / 2, "under": row["middle"] + BAR / 2}
            for row in self.rows
            if row["is_dashed"] == is_dashed
        ]
        encoding = {
            "x": pixels("start"),
            "x2": {"field": "end"},
            "y": pixels("above"),
            "y2": {"field": "under"},
            "fill": as_is("fill"),
            "stroke": as_is("colour"),
            "fillOpacity": {"field": "pale", "type": "quantitative", "scale": None},
            "description": {"field": "says"},
        }
        return layer(rows, {"type": "rect", "strokeWidth": 1.4, **dash}, encoding)

    def ranges(self) -> Iterator[Spec | None]:
        """Lines between the ends of a range."""
        rows = [row for row in self.rows if row["upper"] is not None]
        ink = self.look.colours["ink"]
        rule = {"type": "rule", "strokeWidth": 1.5, "color": ink, "aria": False}
        cap = {"type": "tick", "orient": "vertical", "size": 9, "thickness": 1.5, "color": ink, "aria": False}
        yield layer(rows, rule, {"x": pixels("value"), "x2": {"field": "upper"}, "y": pixels("middle")})
        for end in ("value", "upper"):
            yield layer(rows, cap, {"x": pixels(end), "y": pixels("middle")})

    def strokes(self) -> Spec | None:
        rows = [row for row in self.rows if row["deprecated"]]
        mark = {"type": "point", "shape": STROKE, "size": 120, "strokeWidth": 1.4, "aria": False}
        middle = [row | {"x": (row["start"] + row["end"]) / 2} for row in rows]
        return layer(middle, mark, {"x": pixels("x"), "y": pixels("middle"), "stroke": as_is("colour")})

    def figures(self) -> Spec | None:
        look = self.look
        mark = {**words(look), "color": look.colours["ink"], "lineHeight": leading(look.text), "aria": False}
        places = {"x": pixels("far"), "y": pixels("middle"), "text": {"field": "words"}}
        return layer(self.rows, mark, places)


def layer(rows: Sequence[Row], mark: Spec, encoding: Spec) -> Spec | None:
    return {"data": {"values": rows}, "mark": mark, "encoding": encoding} if rows else None
