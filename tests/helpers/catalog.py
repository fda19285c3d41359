"""The addresses of the record types, and of the list of all of them."""

from relations.catalog import RECORD_TYPES
from relations.queries.record_query import ALL_TYPES

SLUGS = [one.slug for one in RECORD_TYPES]
ALL_SLUGS = [*SLUGS, ALL_TYPES]
