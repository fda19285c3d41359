"""Long changes of a SQLite database, made on a private copy and brought over at once, so that nobody waits for them.

SQLite has one writer at a time: an import of 50,000 rows in one transaction would stop every editor for minutes.
Whatever writes much may import it; it needs only models.
"""
