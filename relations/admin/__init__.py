"""The desk of the editors: one RecordAdmin, a short child a type."""

from . import imports, names, records, sources

__all__ = ["imports", "names", "records", "sources"]
