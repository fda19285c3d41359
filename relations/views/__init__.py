"""The public pages: each view takes an address apart, asks queries and fills a template.

Only sitemaps, the API, admin and urls may import it.
"""
