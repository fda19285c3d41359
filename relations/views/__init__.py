"""The public pages: each view parses an address, runs queries and renders a template.

Only urls, middleware and the settings may import it: shared code belongs in presentation, queries or writers.
"""
