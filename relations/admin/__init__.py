"""The pages for editors, in Django's admin: records, sources, reference data and imports.

The topmost package beside `api` and `management`: only `urls` and the settings may import it.
"""

from . import imports, records, reference, reports, sources, users

__all__ = ["imports", "records", "reference", "reports", "sources", "users"]
