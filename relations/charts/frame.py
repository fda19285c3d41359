"""Frame of every chart: title, subtitle, notes and padding, so that a copied picture can be cited by itself."""

import re
from collections.abc import Iterable, Sequence
from textwrap import wrap

from relations.models.named import reader_language

from .theme import BOLD, FONT, Look
from .vega import Spec

#: not allowed in XML
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff\ud800-\udfff]")
LEADING = 1.35
NO_BREAK = "\u00a0"
#: between the text and the edge of the chart
EDGE = 4
NUMBERS = {
    "ru": {"decimal": ",", "thousands": "\u00a0", "grouping": [3], "currency": ["", ""]},
    "en": {"decimal": ".", "thousands": ",", "grouping": [3], "currency": ["", ""]},
}
#: number formats of axes; Russian does not group four digits
NUMBER_LABEL = {
    "ru": "format(datum.value, abs(datum.value) < 10000 ? '~f' : ',~f')",
    "en": "format(datum.value, ',~f')",
}
TINY_LABEL = "format(datum.value, '~e')"


def one_line(text: object) -> str:
    """Text on one line without control characters."""
    return " ".join(CONTROL.sub(" ", str(text)).split(" ")).strip()


def lines(text: object, letters: int, most: int | None = None) -> list[str]:
    """A text broken into lines; what is longer than `most` of them ends in an ellipsis.

    A no-break space gives way where the line has no room for what it joins.
    """
    words = (
        word.replace(NO_BREAK, " ") if len(word) > letters else word for word in one_line(text).split(" ")
    )
    return wrap(" ".join(words), letters, max_lines=most, placeholder=" …", break_on_hyphens=False) or [""]


def leading(size: int) -> int:
    """The height of a line of this size."""
    return round(size * LEADING)


def chart_frame(
    title: str, subtitle: str, notes: Iterable[str], look: Look, top: float, left: float = 0
) -> Spec:
    """The frame as part of a Vega-Lite view: {"title": …, "layer": […], "description": …, "padding": …}.

    `notes` are paragraphs below the chart, the first of them `top` pixels below its upper edge; `left` is how far
    to the left of the chart the writing begins. The lower padding is counted from the upper edge, too.
    """
    notes = [note for note in notes if note]
    named, written = heading(title, subtitle, look, left), note_lines(notes, look)
    above = len(named["text"]) * named["lineHeight"] + len(named["subtitle"]) * named["subtitleLineHeight"]
    return {
        "title": named,
        "layer": [footer(written, look, top, left)] if written else [],
        "description": " ".join(one_line(text) for text in (subtitle, *notes) if text),
        "padding": {
            "left": left + EDGE,
            "top": above + named["offset"] + named["subtitlePadding"] + EDGE,
            "bottom": top + len(written) * leading(look.small) + EDGE,
        },
    }


def note_lines(notes: Iterable[str], look: Look) -> list[str]:
    return [line for note in notes for line in lines(note, look.letters(look.small), most=4)]


def heading(title: str, subtitle: str, look: Look, left: float) -> Spec:
    return {
        "text": lines(title, look.letters(look.title, letter=BOLD), most=6),
        "subtitle": lines(subtitle, look.letters(look.text), most=6),
        "anchor": "start",
        "frame": "group",
        "dx": -left,
        "offset": 14,
        "fontSize": look.title,
        "lineHeight": leading(look.title),
        "fontWeight": "bold",
        "color": look.colours["ink"],
        "subtitleFontSize": look.text,
        "subtitleLineHeight": leading(look.text),
        "subtitlePadding": 5,
        "subtitleColor": look.colours["soft"],
        "aria": False,
    }


def footer(written: Sequence[str], look: Look, top: float, left: float) -> Spec:
    rows = [{"line": line, "y": top + i * leading(look.small)} for i, line in enumerate(written)]
    return {
        "data": {"values": rows},
        "mark": {**words(look, look.small), "color": look.colours["soft"], "baseline": "top", "aria": False},
        "encoding": {"x": {"value": -left}, "y": pixels("y"), "text": {"field": "line"}},
    }


def number_label(step: float) -> str:
    """The expression that formats the numbers of an axis with ticks of this step."""
    return NUMBER_LABEL[reader_language()] if step >= 1e-5 else TINY_LABEL


def words(look: Look, size: int | None = None) -> Spec:
    """The properties of a mark of text."""
    return {"type": "text", "align": "left", "baseline": "middle", "fontSize": size or look.text}


def pixels(field: str) -> Spec:
    """A position in pixels, not in units of an axis."""
    return {"field": field, "type": "quantitative", "scale": None, "axis": None}


def picture(layers: Sequence[Spec], frame: Spec, look: Look, width: float, height: float) -> Spec:
    """The whole Vega-Lite specification; `width` and `height` are those of the chart inside the frame.

    Nothing depends on measured text sizes, because the reader's machine has other fonts.
    """
    colours, padding = look.colours, frame["padding"]
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": width,
        "height": height,
        "background": colours["paper"],
        "autosize": "none",
        "data": {"values": []},
        **frame,
        "padding": padding
        | {"right": look.width - padding["left"] - width, "bottom": padding["bottom"] - height},
        "layer": [*layers, *frame["layer"]],
        "config": {
            "font": FONT,
            "locale": {"number": NUMBERS[reader_language()]},
            "view": {"stroke": None},
            "axis": {
                "aria": False,
                "labelColor": colours["soft"],
                "labelFontSize": look.small,
                "gridColor": colours["line"],
                "domainColor": colours["edge"],
                "tickColor": colours["edge"],
            },
        },
    }


def size(spec: Spec) -> tuple[int, int]:
    """(width, height) of a whole chart in pixels, so that a page can reserve the space."""
    padding = spec["padding"]
    width = spec["width"] + padding["left"] + padding["right"]
    return round(width), round(spec["height"] + padding["top"] + padding["bottom"])
