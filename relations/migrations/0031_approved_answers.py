"""An answer about a change that is public already is approved by somebody else before readers see it."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F


def approve_answers(apps, schema_editor):
    """What readers see already was approved by who wrote it."""
    reports = apps.get_model("relations", "ErrorReport").objects
    answered = reports.filter(status="accepted", change__isnull=False)
    answered.update(approved_at=F("answered_at"), approved_by=F("answered_by"))


class Migration(migrations.Migration):

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('relations', '0030_data_changes'),
    ]

    operations = [
        migrations.AddField(
            model_name='errorreport',
            name='approved_at',
            field=models.DateTimeField(editable=False, null=True, verbose_name='approved'),
        ),
        migrations.AddField(
            model_name='errorreport',
            name='approved_by',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.RunPython(approve_answers, migrations.RunPython.noop, elidable=True),
    ]
