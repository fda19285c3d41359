"""The index: which public records have what, as bitmaps in memory, so that lists are counted without the database.

Filters and queries may use it; it knows models and the catalogue.
"""
