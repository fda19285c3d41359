"""Types of Vega-Lite specifications, which are plain JSON."""

from typing import Any

#: a specification or a part of one
Spec = dict[str, Any]
#: one data item of a layer
Row = dict[str, Any]
