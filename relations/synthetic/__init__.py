"""Synthetic records: what `manage.py generate_records` writes, always the same, to try the register at a given size.

Imports imports, catalog and everything below; only management may import it.
"""
