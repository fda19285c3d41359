"""Queries of readers: the parameters of one address, the results, and everything counted from them.

Imports models, filters and the catalogue; charts, presentation, feeds, views and the API may import it.
"""
