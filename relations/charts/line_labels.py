"""Labels of lines: at the line ends where there is room, otherwise in a key below the chart."""

from collections import Counter
from collections.abc import Sequence

from django.utils.translation import gettext as _

from .axes import spread
from .data_points import Figure
from .frame import leading, lines, pixels, words
from .legend import as_is
from .series_names import SeriesNames
from .theme import Look
from .vega import Row, Spec

SHAPES = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down")
#: width of symbol and gap before a name
INDENT, SIZE = 34, 46


class Labels:
    """Names, shapes and colours of lines, each of which is a list of figures."""

    def __init__(
        self,
        found: Sequence[Sequence[Figure]],
        look: Look,
        colours: Sequence[str],
        series: SeriesNames,
    ) -> None:
        self.lines, self.look, self.colours = found, look, colours
        times = Counter(line[-1].series for line in found)
        self.names = [
            joined(
                series.of(line[-1]),
                length_words(line[-1].months) if times[line[-1].series] > 1 else "",
            )
            for line in found
        ]

    @property
    def are_needed(self) -> bool:
        return self.names != [""]

    def at_the_ends(self, room: tuple[float, float, float], at: Sequence[float]) -> list[Spec]:
        """Layers of names at the right, as near to the last figures, whose pixels are `at`, as the others leave room.

        `room` is (left, width, height) in pixels.
        """
        if self.look.is_narrow or not self.are_needed:
            return []
        left, width, height = room
        names = [
            lines(name, self.look.letters(self.look.small, width - INDENT), most=3) for name in self.names
        ]
        step = leading(self.look.small)
        heights = [step * len(name) + 4 for name in names]
        rows = [
            {
                "x": left,
                "y": y,
                "first": y - (len(name) - 1) * step / 2,
                "name": name,
                "shape": shape,
                "colour": colour,
            }
            for y, name, shape, colour in zip(
                spread(at, heights, 0, height), names, SHAPES, self.colours, strict=False
            )
        ]
        return [self.symbols(rows), self.captions(rows)]

    def symbols(self, rows: Sequence[Row]) -> Spec:
        mark = {"type": "point", "size": SIZE, "opacity": 1, "aria": False}
        places = {"x": pixels("x"), "y": pixels("y"), "shape": as_is("shape")}
        paint = {"stroke": as_is("colour"), "fill": as_is("colour")}
        return {"data": {"values": rows}, "mark": mark, "encoding": places | paint}

    def captions(self, rows: Sequence[Row]) -> Spec:
        step = leading(self.look.small)
        mark = {**words(self.look, self.look.small), "dx": 12, "lineHeight": step, "aria": False}
        places = {"x": pixels("x"), "y": pixels("first"), "text": {"field": "name"}}
        return {"data": {"values": rows}, "mark": mark, "encoding": places | {"color": as_is("colour")}}

    def key(self) -> list[Row]:
        """Entries of the legend for these lines, where their ends leave no room."""
        if not self.look.is_narrow or not self.are_needed:
            return []
        return [
            {"shape": shape, "label": name, "colour": colour, "fill": colour}
            for name, shape, colour in zip(self.names, SHAPES, self.colours, strict=False)
        ]


def joined(*parts: str) -> str:
    return ", ".join(part for part in parts if part)


def length_words(months: int | None) -> str:
    """The length of the periods of a line, which distinguishes lines of the same places."""
    known: dict[int | None, str] = {
        0: _("on particular dates"),
        1: _("by month"),
        3: _("by quarter"),
        6: _("by half-year"),
        12: _("by year"),
    }
    return known[months] if months in known else _("other periods")
