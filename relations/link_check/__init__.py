"""Checks whether the addresses of sources still answer: an HTTP client that is safe and polite.

Management commands and views may import it.
"""
