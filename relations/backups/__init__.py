"""Backups: the whole database as one file, proved by restoring it, and put back into either database.

Commands and pages may import it; it takes the snapshot and the writing of files from the dumps.
"""
