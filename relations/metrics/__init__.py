"""Figures for monitoring: what requests count, what the database is asked at most once a minute, and their page.

The middleware of requests and the web server use it; pages do not.
"""
