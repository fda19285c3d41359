"""Renders Vega-Lite specifications as SVG and PNG in this process, without network access, and caches them."""

import hashlib
import json
from html import escape

import vl_convert
from django.core.cache import cache

from .vega import Spec

CONTENT_TYPES = {"svg": "image/svg+xml", "png": "image/png"}
#: two pixels for one, for high-resolution screens and print
SCALE = 2
#: seconds that a picture is cached: queries are unlimited, the cache is not
CACHED_SECONDS = 7 * 24 * 3600


def rendered(spec: Spec, form: str) -> str | bytes:
    """The picture of a Vega-Lite specification: text of an SVG ("svg") or bytes of a PNG ("png")."""
    version = vl_convert.__version__  # type: ignore[attr-defined]  # its types leave it out
    key = "chart-" + hashlib.sha256(json.dumps([form, spec, version]).encode()).hexdigest()
    drawn: str | bytes | None = cache.get(key)
    if drawn is None:
        drawn = svg(spec) if form == "svg" else png(spec)
        cache.set(key, drawn, CACHED_SECONDS)
    return drawn


def svg(spec: Spec) -> str:
    """Adds title and description to the SVG, so that it explains itself outside the page."""
    drawn = vl_convert.vegalite_to_svg(spec)
    head, body = drawn.split(">", 1)
    title = escape(" ".join(spec["title"]["text"]))
    said = escape(spec.get("description", ""))
    return f'{head} role="img" aria-label="{title}"><title>{title}</title><desc>{said}</desc>{body}'


def png(spec: Spec) -> bytes:
    return vl_convert.vegalite_to_png(spec, scale=SCALE)
