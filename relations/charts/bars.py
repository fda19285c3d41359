"""Charts: an indicator's figures as SVG, drawn by Vega-Lite in this process and kept by the cache."""

import hashlib
import json
from collections import Counter
from textwrap import wrap

import vl_convert
from django.core.cache import cache

from relations.period_phrases import phrase as period_phrase
from relations.quantity_phrases import phrase as quantity_phrase

#: the colours of the design: ink, soft ink, line, accent, time
THEMES = {
    "light": {
        "ink": "#1d2329",
        "soft": "#5c6670",
        "line": "#ddd6c8",
        "bar": "#0f5c63",
        "forecast": "#a4461f",
    },
    "dark": {"ink": "#e6e3dc", "soft": "#a2a9af", "line": "#343a40", "bar": "#6cc3c8", "forecast": "#f0a17c"},
}
#: small enough for a phone; what is wider scales it up
WIDTH, ROW_HEIGHT, FONT_SIZE, LINE = 170, 48, 15, 17
LONGEST_LINE = 42
FONT = "Georgia, 'Times New Roman', serif"


def drawable(observations):
    """The figures that can stand on one axis: numbers of the most frequent unit and measure; ranks never."""
    numbers = [one for one in observations if one.obs_value is not None and one.measure != "rank"]
    if not numbers:
        return []
    (most, _count), *_rest = Counter((one.unit_id, one.measure) for one in numbers).most_common(1)
    return [one for one in numbers if (one.unit_id, one.measure) == most]


def draw(indicator, observations, language, theme):
    """SVG text of these observations in "ru" or "en"."""
    spec = specification(observations, language, THEMES[theme])
    key = "chart-" + hashlib.sha256(json.dumps([spec, vl_convert.__version__]).encode()).hexdigest()
    svg = cache.get(key)
    if svg is None:
        svg = vl_convert.vegalite_to_svg(spec)
        cache.set(key, svg, None)
    return svg


def values(observations, language):
    for number, one in enumerate(observations):
        where = " – ".join(place.name for place in (one.ref_area, one.counterpart_area) if place)
        when = period_phrase(one.period, language, short=True) if one.period else ""
        figure = quantity_phrase(one.quantity, one.unit, language, one.measure)
        yield {
            "row": f"{number:04}",
            "name": wrap(f"{when} · {where}" if when else where, LONGEST_LINE),
            "value": float(one.quantity.base),
            "label": figure,
            "forecast": one.obs_status == "F",
        }


def specification(observations, language, colours):
    """The name of each figure stands above its bar, the figure in words behind it."""
    rows = list(values(observations, language))
    lines = max(len(row["name"]) for row in rows)
    y = {"field": "row", "type": "nominal", "axis": None}
    x = {"field": "value", "type": "quantitative", "axis": None, "scale": {"zero": True, "domainMin": 0}}
    is_forecast = {"test": "datum.forecast", "value": colours["forecast"]}
    bar = {
        "mark": {"type": "bar", "height": 12, "yOffset": 7},
        "encoding": {
            "y": y,
            "x": x,
            "color": {"condition": is_forecast, "value": colours["bar"]},
            "opacity": {"condition": {"test": "datum.forecast", "value": 0.55}, "value": 1},
        },
    }
    words = {"type": "text", "align": "left", "baseline": "middle", "font": FONT, "fontSize": FONT_SIZE}
    name = {
        "mark": {
            **words,
            "baseline": "bottom",
            "dy": {"expr": f"-1 - {LINE} * (length(datum.name) - 1)"},
            "lineHeight": LINE,
            "color": colours["soft"],
        },
        "encoding": {"y": y, "x": {"value": 0}, "text": {"field": "name"}},
    }
    figure = {
        "mark": {**words, "dx": 6, "dy": 7, "color": colours["ink"]},
        "encoding": {"y": y, "x": x, "text": {"field": "label"}},
    }
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": WIDTH,
        "height": {"step": ROW_HEIGHT + 24 * (lines - 1)},
        "background": "transparent",
        "padding": 2,
        "data": {"values": rows},
        "layer": [bar, name, figure],
        "config": {"view": {"stroke": None}},
    }
