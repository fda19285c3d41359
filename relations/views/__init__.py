"""The public pages: each view takes an address apart, asks queries and fills a template.

Only urls, middleware and the settings may import it: what others need too lives in presentation, queries or writers.
"""
