"""An accepted report names the change that corrects it; readers see the answer once that is public."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q


def name_changes(apps, schema_editor):
    """The first correction since the report, where there is one; without it the answer says what is not so yet."""
    versions = apps.get_model("relations", "Version").objects.filter(is_correction=True).order_by("pk")
    for report in apps.get_model("relations", "ErrorReport").objects.filter(status="accepted"):
        since = Q(pk__gt=report.version_id) if report.version_id else Q(at__gte=report.at)
        report.change = versions.filter(since, type=report.type, object_id=report.object_id).first()
        report.save(update_fields=["change"])


class Migration(migrations.Migration):

    dependencies = [
        ('relations', '0027_traits'),
    ]

    operations = [
        migrations.AddField(
            model_name='errorreport',
            name='change',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='relations.version'),
        ),
        migrations.AddField(
            model_name='errorreport',
            name='revision',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='answers', to='relations.revision'),
        ),
        migrations.RunPython(name_changes, migrations.RunPython.noop, elidable=True),
    ]
