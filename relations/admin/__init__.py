"""The desk of the editors: one RecordAdmin, a short child a type."""

from . import names, records, sources

__all__ = ["names", "records", "sources"]
