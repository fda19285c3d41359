"""Sources get the days between which they were published, so that the database can compare their bounds."""

from django.db import migrations, models
from django.db.models import F, Q

from relations.values.period import Period
from relations.values.readings import Bounds, readings


def read_dates(apps, schema_editor):
    """A source whose bounds contradict each other keeps no days, so that its next change is refused, not this one."""
    model = apps.get_model("relations", "Source")
    sources = list(model.objects.only("issued", "not_before", "not_after"))
    for source in sources:
        first, last = (Period.parse(getattr(source, name)) for name in ("not_before", "not_after"))
        found = readings(Period.parse(source.issued), False, Bounds(first.first_day, last.last_day))
        if not found.is_contradictory:
            source.issued_from, source.issued_to = found.possible_from, found.possible_to
    model.objects.bulk_update(sources, ["issued_from", "issued_to"], batch_size=500)


class Migration(migrations.Migration):
    dependencies = [
        ("relations", "0021_membership_dates"),
    ]

    operations = [
        migrations.AddField(
            model_name="source",
            name="issued_from",
            field=models.DateField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="source",
            name="issued_to",
            field=models.DateField(blank=True, editable=False, null=True),
        ),
        migrations.RunPython(read_dates, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="source",
            constraint=models.CheckConstraint(
                condition=Q(issued_from__isnull=True)
                | Q(issued_to__isnull=True)
                | Q(issued_from__lte=F("issued_to")),
                name="source_bounds_agree",
                violation_error_message="The earliest possible date is later than the latest one.",
            ),
        ),
    ]
