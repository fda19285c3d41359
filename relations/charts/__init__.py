"""Charts as pictures.

`theme` has the colours and sizes, `furniture` what stands around a chart, `rendering` makes pictures of
specifications; the rest draws the figures of an indicator.
"""

from .furniture import furniture, picture, size
from .rendering import rendered
from .theme import FONT, LOOKS, THEMES, Look, in_looks

__all__ = ["FONT", "LOOKS", "THEMES", "Look", "furniture", "in_looks", "picture", "rendered", "size"]
