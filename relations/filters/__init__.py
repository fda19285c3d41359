"""The parameters of lists: their form, what each of them asks of a query set, one filter set a type, one for sources.

Imports models, search and values; the catalogue, queries, the API and everything above may import it.
"""
