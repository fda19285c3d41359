"""Charts as pictures.

`theme` has the colours and sizes, `furniture` what stands around a chart, `rendering` makes pictures of
specifications; the rest draws the figures of an indicator.
"""

from .furniture import furniture, picture, size
from .rendering import rendered
from .theme import FONT, LOOKS, THEMES, Look

__all__ = ["FONT", "LOOKS", "THEMES", "Look", "furniture", "picture", "rendered", "size"]
