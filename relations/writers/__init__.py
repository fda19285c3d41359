"""Sheets out: csv, xlsx and JSON, templates to fill in, and the user's own workbook with its errors marked; files and
redirects as answers.

Imports rows and text; views, the API, admin and management commands may import it.
"""
