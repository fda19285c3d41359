"""Types of Vega-Lite specifications, which are plain JSON."""

from typing import Any

#: a specification or a part of one
Spec = dict[str, Any]
#: one thing to be drawn, as a layer's data hold it
Row = dict[str, Any]
