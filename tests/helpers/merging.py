"""Merging as a publisher does it: two that have been looked at, approved by somebody else where that is needed."""

from relations.catalog import ROWS
from relations.imports.versions import rows_of
from relations.models import Merge
from relations.models.row_cache import unpacked
from relations.registry import resource_of
from relations.revisions.merges import approve_merge, propose, seen_of, shown_of


def proposed(kept, merged, by=None, reason="They are one", **choices):
    """The merge of two entities as `by` has looked at them; it is done unless readers see one of them."""
    resource = resource_of(type(kept))
    rows = rows_of(resource, [kept.pk, merged.pk])
    seen = seen_of(rows.get(kept.pk, {}), rows.get(merged.pk, {}))
    return propose(resource, kept.pk, merged.pk, seen, choices, by, reason)


def merged_into(kept, merged, by, other, **choices):
    """The merge, approved by `other` where it waits."""
    merge = proposed(kept, merged, by, **choices)
    if merge.status == Merge.Status.OPEN:
        approve_merge(merge, shown_of(merge), other)
    merge.refresh_from_db()
    return merge


def every_row():
    """{(type, primary key): row and state} of all entities of the register."""
    found = {}
    for slug, resource in ROWS.items():
        keys = list(resource.model._base_manager.values_list("pk", flat=True))
        found |= {(slug, pk): row for pk, row in rows_of(resource, keys).items()}
    return found


def row(entity):
    return unpacked(type(entity)._base_manager.get(pk=entity.pk).row)
