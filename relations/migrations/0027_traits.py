"""Traits: the names, URLs and numbers by which sources, places and the like are found again."""

from django.conf import settings
from django.db import migrations, models

from relations.models.traits import traits_of

#: {type: model}
TYPES = {
    "sources": "Source",
    "places": "Place",
    "organizations": "Organization",
    "people": "Person",
    "topics": "Topic",
    "series": "ForumSeries",
    "units": "Unit",
    "indicators": "Indicator",
}
ENTITIES_AT_ONCE = 500


def keep_traits(apps, schema_editor):
    traits = apps.get_model("relations", "Trait")
    for slug, name in TYPES.items():
        entities = apps.get_model("relations", name)._base_manager.order_by("pk")
        found = [
            traits(type=slug, object_id=one.pk, text=text)
            for one in entities.iterator(chunk_size=ENTITIES_AT_ONCE)
            for text in sorted(traits_of(one))
        ]
        traits.objects.bulk_create(found, batch_size=ENTITIES_AT_ONCE)


class Migration(migrations.Migration):

    dependencies = [
        ('relations', '0026_merges'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Trait',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('type', models.CharField(max_length=20)),
                ('object_id', models.BigIntegerField()),
                ('text', models.CharField(max_length=250)),
            ],
            options={
                'verbose_name': 'trait',
                'verbose_name_plural': 'traits',
                'ordering': ['pk'],
                'default_permissions': (),
            },
        ),
        migrations.AddIndex(
            model_name='version',
            index=models.Index(fields=['type', '-id'], name='version_of_type'),
        ),
        migrations.AddIndex(
            model_name='trait',
            index=models.Index(fields=['type', 'text'], name='trait_found'),
        ),
        migrations.AddConstraint(
            model_name='trait',
            constraint=models.UniqueConstraint(fields=('type', 'object_id', 'text'), name='trait_once'),
        ),
        migrations.RunPython(keep_traits, migrations.RunPython.noop, elidable=True),
    ]
