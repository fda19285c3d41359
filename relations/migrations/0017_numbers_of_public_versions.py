"""Versions that readers have seen get numbers, by which they can be cited."""

from django.db import migrations, models

TYPES = {"agreements": "agreement", "forums": "forum", "visits": "visit", "statistics": "observation"}
#: what a row has beside what readers see
NOT_CONTENT = {"state", "key", "notes", "scope", "identified_by"}
AT_ONCE = 2000


def number(apps, schema_editor):
    versions = apps.get_model("relations", "Version").objects.filter(is_proposal=False, number__isnull=True)
    for slug in TYPES:
        number_records(versions.filter(type=slug, after__state="published"))
    number_sources(apps, versions.filter(type="sources"))


def number_records(versions):
    """In the order in which they were written; a version that says the same as the one before has no number."""
    one, last, known, changed = None, 0, {}, []
    for version in versions.order_by("object_id", "pk").only("object_id", "after").iterator(chunk_size=AT_ONCE):
        if version.object_id != one:
            one, last, known = version.object_id, 0, {}
        row = content(version.after)
        if last and row == known:
            continue
        version.number, version.is_correction = last + 1, bool(last) and unordered(row) != unordered(known)
        last, known = version.number, row
        changed.append(version)
        if len(changed) == AT_ONCE:
            keep(versions.model, changed)
    keep(versions.model, changed)


def keep(model, changed):
    model.objects.bulk_update(changed, ["number", "is_correction"], batch_size=200)
    changed.clear()


def number_sources(apps, versions):
    """The newest version of each source that readers see: what it was before it was cited is not known."""
    citations, last = apps.get_model("relations", "Citation").objects.order_by(), {}
    for field in TYPES.values():
        cited = citations.filter(**{f"{field}__state": "published"})
        for name in ("source", "quoted_in"):
            public = cited.filter(**{f"{name}__isnull": False}).values(name)
            newest = versions.filter(object_id__in=public).values("object_id").annotate(last=models.Max("pk"))
            last.update(newest.order_by().values_list("object_id", "last"))
    keys = sorted(last.values())
    for start in range(0, len(keys), AT_ONCE):
        versions.filter(pk__in=keys[start : start + AT_ONCE], after__isnull=False).update(number=1)


def content(row):
    return {name: cell for name, cell in row.items() if cell and name not in NOT_CONTENT}


def unordered(row):
    return {name: sorted(cell.split("; ")) for name, cell in row.items()}


class Migration(migrations.Migration):
    dependencies = [("relations", "0016_versions_as_found")]
    operations = [
        migrations.AddField("version", "number", models.PositiveIntegerField(null=True)),
        migrations.AddField("version", "is_correction", models.BooleanField(default=False)),
        migrations.AddIndex(
            "version",
            models.Index(
                fields=["-id"], condition=models.Q(is_correction=True), name="version_corrections"
            ),
        ),
        migrations.AddConstraint(
            "version",
            models.UniqueConstraint(
                fields=["type", "object_id", "number"], name="version_number_once_a_record"
            ),
        ),
        migrations.RunPython(number, migrations.RunPython.noop),
    ]
