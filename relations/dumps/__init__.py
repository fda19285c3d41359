"""Dated copies of the whole published register: a zip of tables with its description, and the difference to the last.

Views, the API and management commands may import it.
"""
