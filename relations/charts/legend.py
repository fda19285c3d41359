"""Symbols for uncertain figures, and the legend of those that occur in a chart."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from relations.models import Observation

from .data_points import OTHER_DEFINITION, Figure
from .frame import leading, lines, pixels, words
from .theme import Look
from .vega import Row, Spec

QUALIFIERS = {
    "about": "≈",
    "almost": "≈",
    "more_than": "↑",
    "at_least": "↑",
    "less_than": "↓",
    "at_most": "↓",
}
STATUSES = {"P": "*", "U": "?", "D": "†", "B": "//"}
#: the paths above and below a horizontal axis
LYING = str.maketrans("↑↓", "→←")
CIRCLE = "M0,1A1,1,0,1,1,0,-1A1,1,0,1,1,0,1Z"
STROKE = "M-1.2,1.2L1.2,-1.2"
DASHES = "M-2,0L-1,0M-.5,0L.5,0M1,0L2,0"
BAR, LYING_BAR = "M0,-1L0,1M-.6,-1L.6,-1M-.6,1L.6,1", "M-1.4,0L1.4,0M-1.4,-.6L-1.4,.6M1.4,-.6L1.4,.6"
#: the distance between a symbol and its explanation
INDENT = 26


def signs_of(figure: Figure, lying: bool = False) -> str:
    """The signs that are written beside a figure: “≈”, “↑*”."""
    one = figure.observation
    written = QUALIFIERS.get(one.qualifier, "") + STATUSES.get(one.obs_status, "")
    return written.translate(LYING) if lying else written


def explained() -> list[tuple[str, str]]:
    """[(symbol, explanation)] of the symbols written as text."""
    return [
        ("≈", _("about, almost")),
        ("↑", _("more than, at least")),
        ("↓", _("less than, at most")),
        ("*", _("provisional")),
        ("?", _("low reliability")),
        ("†", _("definition differs")),
        ("//", _("break in the series")),
    ]


def entries_of(figures: Sequence[Figure], look: Look, lying: bool = False) -> list[Row]:
    """The entries of the legend for these figures: {"text" or "shape", "label", "colour", "fill"}."""
    colours = look.colours
    found = "".join(
        QUALIFIERS.get(one.qualifier, "") + STATUSES.get(one.obs_status, "") for one in observations(figures)
    )
    entries = [
        {"text": sign.translate(LYING) if lying else sign, "label": label, "colour": colours["ink"]}
        for sign, label in explained()
        if sign in found
    ]
    if any(one.definition for one in figures):
        label = _("another definition than that of the indicator")
        entries.append({"text": OTHER_DEFINITION, "label": label, "colour": colours["ink"]})
    drawn = [
        (any(one.upper is not None for one in figures), LYING_BAR if lying else BAR, _("from – to")),
        (any(one.is_uncertain for one in figures), DASHES, _("estimate or forecast")),
        (any(is_rival(one) for one in figures), CIRCLE, _("competing value")),
        (any(one.is_deprecated for one in figures), CIRCLE + STROKE, _("deprecated value")),
    ]
    return entries + [
        {"shape": shape, "label": label, "colour": colours["soft"], "fill": colours["paper"]}
        for occurs, shape, label in drawn
        if occurs
    ]


def observations(figures: Sequence[Figure]) -> list[Observation]:
    return [figure.observation for figure in figures]


def is_rival(figure: Figure) -> bool:
    return not figure.is_main and not figure.is_deprecated


def legend(entries: Sequence[Row], look: Look, top: float, left: float = 0) -> tuple[list[Spec], float]:
    """(layers, height) of entries in one column on a phone and in two elsewhere, `top` pixels below the
    chart's edge."""
    columns, line = (1 if look.is_narrow else 2), leading(look.small)
    letters = look.letters(look.small, look.width // columns - INDENT)
    rows: list[Row] = []
    height: float = 0
    for start in range(0, len(entries), columns):
        beside = [
            entry | {"label": lines(entry["label"], letters)} for entry in entries[start : start + columns]
        ]
        for at, entry in enumerate(beside):
            rows.append(entry | {"x": at * look.width // columns - left, "y": top + height + line / 2 + 2})
        height += max(len(entry["label"]) for entry in beside) * line + 4
    return [layer for layer in (shapes(rows), texts(rows, look), labels(rows, look)) if layer], height


def shapes(rows: Sequence[Row]) -> Spec | None:
    rows = [row | {"x": row["x"] + 9} for row in rows if "shape" in row]
    if not rows:
        return None
    return {
        "data": {"values": rows},
        "mark": {"type": "point", "size": 70, "strokeWidth": 1.6, "opacity": 1, "aria": False},
        "encoding": {
            "x": pixels("x"),
            "y": pixels("y"),
            "shape": as_is("shape"),
            "stroke": as_is("colour"),
            "fill": as_is("fill"),
        },
    }


def texts(rows: Sequence[Row], look: Look) -> Spec | None:
    rows = [row for row in rows if "text" in row]
    return written(rows, "text", look, 4) if rows else None


def labels(rows: Sequence[Row], look: Look) -> Spec | None:
    return written(rows, "label", look, INDENT) if rows else None


def written(rows: Sequence[Row], field: str, look: Look, indent: int) -> Spec:
    mark = {
        **words(look, look.small),
        "dx": indent,
        "lineHeight": leading(look.small),
        "color": look.colours["soft"],
        "aria": False,
    }
    encoding = {"x": pixels("x"), "y": pixels("y"), "text": {"field": field}}
    return {"data": {"values": rows}, "mark": mark, "encoding": encoding}


def as_is(field: str) -> Spec:
    """A colour or shape that the row names itself."""
    return {"field": field, "type": "nominal", "scale": None}
