import json

from django.db import migrations, models


def empty_units(apps, schema_editor):
    """A statement in words had to have a unit, which its source does not give; it leaves the stored row too."""
    observations = apps.get_model("relations", "Observation").objects
    statements = observations.filter(qualifier="direction_only", unit__isnull=False)
    for one in statements.only("row").iterator(chunk_size=500):
        cells = json.loads(one.row) if one.row else {}
        if "unit" in cells:
            del cells["unit"]
            row = json.dumps(cells, ensure_ascii=False, separators=(",", ":"))
            observations.filter(pk=one.pk).update(row=row)
    statements.update(unit=None)
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # no table changes while checks are pending


class Migration(migrations.Migration):
    dependencies = [
        ("relations", "0010_dates_series_and_exceptions"),
    ]

    operations = [
        migrations.RunPython(empty_units, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="observation",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("qualifier", "direction_only"), _negated=True), ("unit__isnull", True), _connector="OR"),
                name="observation_statement_has_no_unit",
                violation_error_message="A statement in words has no unit.",
            ),
        ),
    ]
