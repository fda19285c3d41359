"""What readers ask: the query of one address, its results, and everything counted from them.

Imports models, filters and the catalogue; charts, presentation, feeds, views and the API may import it.
"""
