"""Every record and source that has no version yet gets one as it was found, so that its history has a beginning."""

import json

from django.db import migrations
from django.db.models import Exists, OuterRef

TYPES = {
    "agreements": "Agreement",
    "forums": "Forum",
    "visits": "Visit",
    "statistics": "Observation",
    "sources": "Source",
}
AT_ONCE = 2000


def as_found(apps, schema_editor):
    for slug, name in TYPES.items():
        remember(apps.get_model("relations", "Version"), slug, apps.get_model("relations", name))


def remember(versions, slug, model):
    """A chunk at a time in the order of the primary keys, so that memory does not grow with their number."""
    known = versions.objects.filter(type=slug, object_id=OuterRef("pk"))
    without = model._base_manager.filter(~Exists(known)).order_by("pk")
    states = ["state"] if slug != "sources" else []
    last = 0
    while rows := list(without.filter(pk__gt=last).values_list("pk", "key", "row", *states)[:AT_ONCE]):
        versions.objects.bulk_create(
            versions(type=slug, object_id=pk, key=key, after=content(row, *state), reason="as found")
            for pk, key, row, *state in rows
        )
        last = rows[-1][0]


def content(row, state=None):
    cells = json.loads(row) if row else {}
    return cells | {"state": state} if state else cells


class Migration(migrations.Migration):
    dependencies = [("relations", "0015_publishers_of_sources")]
    operations = [migrations.RunPython(as_found, migrations.RunPython.noop)]
