from django.utils import timezone

from relations.models import Version
from relations.models.bulk import insert
from relations.models.row_cache import CHUNK, unpacked


def rows_of(resource, keys):
    """{primary key: flat row as a dictionary, with the editorial state} as the database has it now."""
    fields = ["pk", "row"] + (["state"] if resource.citations else [])
    found = {}
    for start in range(0, len(keys), CHUNK):
        records = resource.model.objects.filter(pk__in=keys[start : start + CHUNK]).values(*fields)
        for record in records:
            state = {"state": record["state"]} if "state" in record else {}
            found[record["pk"]] = unpacked(record["row"]) | state
    return found


def remember(slug, changes, user=None, reason="", batch=None):
    """Writes one version for each (primary key, key, row before or None, row after), rows as they are kept."""
    now, names = (
        timezone.now(),
        ("type", "object_id", "key", "before", "after", "at", "reason", "user", "batch"),
    )
    about = (now, reason, user and user.pk, batch and batch.pk)
    insert(Version, names, ((slug, *change, *about) for change in changes))
