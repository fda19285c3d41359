"""Charts as pictures: Vega-Lite specifications of indicators and years, and their rendering as SVG and PNG.

Imports models, values and queries; presentation, views and everything above may import it.
"""

from .frame import chart_frame, picture, size
from .render import rendered
from .theme import FONT, LOOKS, THEMES, Look, Looks, Size, in_looks

__all__ = [
    "FONT",
    "LOOKS",
    "THEMES",
    "Look",
    "Looks",
    "Size",
    "chart_frame",
    "in_looks",
    "picture",
    "rendered",
    "size",
]
