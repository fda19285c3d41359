"""The index: which public records have what, as bitmaps in memory, so that lists are counted without the database.

Queries use it; it knows models, filters and the catalogue. Filters ask it without knowing it: it is passed to them.
"""
