"""Checks whether the URLs of sources still work: an HTTP client with rate limits and protection against SSRF.

Management commands and views may import it.
"""
