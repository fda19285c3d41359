"""What Vega-Lite is told, as JSON."""

from typing import Any

#: a specification or a part of one
Spec = dict[str, Any]
#: one thing to be drawn, as a layer's data hold it
Row = dict[str, Any]
