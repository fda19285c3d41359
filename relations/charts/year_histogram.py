"""Histogram of records per year: one row of bars for each record type, below one another on the same axis."""

from collections.abc import Sequence
from typing import NamedTuple

from relations.queries.histogram import Bar, Years

from .frame import chart_frame, picture, pixels, words
from .theme import LETTER, Look
from .vega import Row, Spec

#: pixels: of the name above a row of bars, of the highest bar with its number, between two rows, of the years below
NAME, BARS, NUMBER, GAP, YEARS = 24, 64, 18, 14, 26
WIDEST_BAR = 34


class BarSpan(NamedTuple):
    """A bar and its edges in pixels."""

    bar: Bar
    left: float
    right: float


def specification(
    years: Years, rows: Sequence[tuple[str, str]], texts: tuple[str, str, Sequence[str]], look: Look
) -> Spec:
    """The Vega-Lite specification of `years`; `rows` are [(slug, name)], `texts` is (title, subtitle, notes)."""
    title, subtitle, notes = texts
    width, height = look.width - 8, len(rows) * (NAME + NUMBER + BARS + GAP) - GAP
    frame = chart_frame(title, subtitle, notes, look, top=height + YEARS + GAP)
    columns = bar_spans(years, width)
    layers = []
    for number, (slug, name) in enumerate(rows):
        foot = (number + 1) * (NAME + NUMBER + BARS + GAP) - GAP
        layers += row_of_bars(columns, slug, name, foot, width, look)
    return picture([*layers, ticks(columns, height, width, look)], frame, look, width, height)


def bar_spans(years: Years, width: float) -> list[BarSpan]:
    """The bars side by side, with a gap between them."""
    bars = years.bars
    step = min(width / max(len(bars), 1), WIDEST_BAR)
    inset = max(step * 0.12, 0.5)
    return [BarSpan(bar, i * step + inset, (i + 1) * step - inset) for i, bar in enumerate(bars)]


def row_of_bars(
    columns: Sequence[BarSpan], slug: str, name: str, foot: float, width: float, look: Look
) -> list[Spec]:
    highest = max((bar.counts[slug] for bar, _left, _right in columns), default=0)
    found = [
        {
            "left": left,
            "right": right,
            "middle": (left + right) / 2,
            "top": foot - BARS * bar.counts[slug] / highest,
            "foot": foot,
            "number": str(bar.counts[slug]),
            "said": f"{bar.label}: {bar.counts[slug]} ({name})",
            "shown": bar.counts[slug] == highest or fits(str(bar.counts[slug]), right - left, look),
        }
        for bar, left, right in columns
        if bar.counts[slug]
    ]
    return [heading(name, foot, look), base(foot, width, look), *bars_with_numbers(found, look)]


def fits(number: str, width: float, look: Look) -> bool:
    return len(number) * look.small * LETTER <= width + 4


def heading(name: str, foot: float, look: Look) -> Spec:
    return {
        "data": {"values": [{"name": name, "y": foot - BARS - NUMBER - NAME / 2}]},
        "mark": {**words(look), "color": look.colours["ink"], "aria": False},
        "encoding": {"x": {"value": 0}, "y": pixels("y"), "text": {"field": "name"}},
    }


def base(foot: float, width: float, look: Look) -> Spec:
    return {
        "data": {"values": [{"foot": foot}]},
        "mark": {"type": "rule", "color": look.colours["edge"], "aria": False},
        "encoding": {"x": {"value": 0}, "x2": {"value": width}, "y": pixels("foot")},
    }


def bars_with_numbers(found: Sequence[Row], look: Look) -> list[Spec]:
    bars = {
        "data": {"values": found},
        "mark": {"type": "rect", "color": look.colours["bar"]},
        "encoding": {
            "x": pixels("left"),
            "x2": {"field": "right"},
            "y": pixels("top"),
            "y2": {"field": "foot"},
            "description": {"field": "said"},
        },
    }
    numbers = {
        "data": {"values": [one for one in found if one["shown"]]},
        "mark": {
            **words(look, look.small),
            "align": "center",
            "baseline": "bottom",
            "dy": -3,
            "color": look.colours["soft"],
            "aria": False,
        },
        "encoding": {"x": pixels("middle"), "y": pixels("top"), "text": {"field": "number"}},
    }
    return [bars, numbers]


def ticks(columns: Sequence[BarSpan], height: float, width: float, look: Look) -> Spec:
    """As many years as fit side by side, starting with the first."""
    longest = look.small * LETTER * max((len(bar.label) for bar, *_edges in columns), default=4)
    room = longest + 2 * look.small * LETTER
    step = columns[0].right - columns[0].left if columns else room
    every = max(1, round(room / max(step * 1.3, 1) + 0.49))
    shown = [
        {"year": bar.label, "x": (left + right) / 2 if every == 1 else left, "y": height + 6}
        for bar, left, right in columns[::every]
        if every == 1 or left + longest <= width + 4
    ]
    return {
        "data": {"values": shown},
        "mark": {
            **words(look, look.small),
            "align": "center" if every == 1 else "left",
            "baseline": "top",
            "color": look.colours["soft"],
            "aria": False,
        },
        "encoding": {"x": pixels("x"), "y": pixels("y"), "text": {"field": "year"}},
    }
