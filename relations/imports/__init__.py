"""Imports of sheets, as steps: header, parser, differ, loader; batches with preview and undo around them.

Imports rows and readers; tasks, admin and management commands may import it.
"""
