"""Filter sets of the public lists: their form, one class per kind of parameter, one filter set per type and
one for sources.

Imports models, search and values; the catalogue, queries, the API and everything above may import it.
"""
