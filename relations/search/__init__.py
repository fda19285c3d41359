"""Words for search: lemmas made in Python, and the index of them in either database.

Imports only text; models and everything above may import it.
"""
