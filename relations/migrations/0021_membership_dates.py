"""The dates of a membership get their sources, and days that the database compares."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

from relations.values.period import Period

COUNTED = ["state", "ref_area", "counterpart_area", "indicator", "measure", "obs_status", "first_day", "last_day"]
COUNTS = ["fact_count", "sourced_count", "identified_count", "corroborated_count", "updated_at"]


def read_dates(apps, schema_editor):
    """A membership that ends before it begins keeps no days, so that its next change is refused, not this one."""
    model = apps.get_model("relations", "Membership")
    memberships = list(model.objects.exclude(joined="", left=""))
    for one in memberships:
        first, last = Period.parse(one.joined).first_day, Period.parse(one.left).last_day
        if not (first and last and first > last):
            one.held_from, one.held_to = first, last
    model.objects.bulk_update(memberships, ["held_from", "held_to"], batch_size=500)


def source(label):
    return models.ForeignKey(
        blank=True,
        null=True,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to="relations.source",
        verbose_name=label,
    )


def day():
    return models.DateField(blank=True, editable=False, null=True)


class Migration(migrations.Migration):
    dependencies = [
        ("relations", "0020_rechecks"),
    ]

    operations = [
        migrations.AlterField(
            "membership",
            "group",
            models.ForeignKey(
                db_column="from_place_id",
                on_delete=django.db.models.deletion.CASCADE,
                related_name="memberships",
                to="relations.place",
                verbose_name="group",
            ),
        ),
        migrations.AddField("membership", "joined_source", source("source of “member since”")),
        migrations.AddField("membership", "left_source", source("source of “member until”")),
        migrations.AddField("membership", "held_from", day()),
        migrations.AddField("membership", "held_to", day()),
        migrations.RunPython(read_dates, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.CheckConstraint(
                condition=Q(held_from__isnull=True) | Q(held_to__isnull=True) | Q(held_from__lte=F("held_to")),
                name="membership_ends_after_it_begins",
                violation_error_message="The membership ends before it begins.",
            ),
        ),
        # counts by place now look at the days of which a figure may be
        migrations.RemoveIndex("observation", "observation_counts"),
        migrations.AddIndex(
            "observation",
            models.Index(fields=[*COUNTED, "possible_from", "possible_to", *COUNTS], name="observation_counts"),
        ),
    ]
