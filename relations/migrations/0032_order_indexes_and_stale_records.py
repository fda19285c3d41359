"""Indexes in the order of lists, and records that a worker brings up to date.

`newest`: the lists of the admin, of every state. `by_day`: public lists, files and the API, those of one state in the
admin, and the days of likely duplicates. `published`: feeds. `by_title_…`: lists by title, in either language; figures
have none, since they are sorted by the names of indicator and area.
"""

import django.db.models.functions.comparison
import relations.models.list_index
import relations.models.querysets
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('relations', '0031_approved_answers'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='agreement',
            name='agreement_by_day',
        ),
        migrations.RemoveIndex(
            model_name='forum',
            name='forum_by_day',
        ),
        migrations.RemoveIndex(
            model_name='observation',
            name='observation_by_day',
        ),
        migrations.RemoveIndex(
            model_name='visit',
            name='visit_by_day',
        ),
        migrations.AddIndex(
            model_name='agreement',
            index=relations.models.list_index.ListIndex(fields=['-first_day', '-last_day', '-id'], name='agreement_newest'),
        ),
        migrations.AddIndex(
            model_name='agreement',
            index=relations.models.list_index.ListIndex(fields=['state', '-first_day', '-last_day', '-id'], name='agreement_by_day'),
        ),
        migrations.AddIndex(
            model_name='agreement',
            index=relations.models.list_index.ListIndex(fields=['state', '-published_at', '-id'], name='agreement_published'),
        ),
        migrations.AddIndex(
            model_name='agreement',
            index=models.Index(models.F('state'), django.db.models.functions.comparison.Coalesce(relations.models.querysets.Stated(models.F('title_ru')), relations.models.querysets.Stated(models.F('title_en'))), models.F('id'), name='agreement_by_title_ru'),
        ),
        migrations.AddIndex(
            model_name='agreement',
            index=models.Index(models.F('state'), django.db.models.functions.comparison.Coalesce(relations.models.querysets.Stated(models.F('title_en')), relations.models.querysets.Stated(models.F('title_ru'))), models.F('id'), name='agreement_by_title_en'),
        ),
        migrations.AddIndex(
            model_name='forum',
            index=relations.models.list_index.ListIndex(fields=['-first_day', '-last_day', '-id'], name='forum_newest'),
        ),
        migrations.AddIndex(
            model_name='forum',
            index=relations.models.list_index.ListIndex(fields=['state', '-first_day', '-last_day', '-id'], name='forum_by_day'),
        ),
        migrations.AddIndex(
            model_name='forum',
            index=relations.models.list_index.ListIndex(fields=['state', '-published_at', '-id'], name='forum_published'),
        ),
        migrations.AddIndex(
            model_name='forum',
            index=models.Index(models.F('state'), django.db.models.functions.comparison.Coalesce(relations.models.querysets.Stated(models.F('title_ru')), relations.models.querysets.Stated(models.F('title_en'))), models.F('id'), name='forum_by_title_ru'),
        ),
        migrations.AddIndex(
            model_name='forum',
            index=models.Index(models.F('state'), django.db.models.functions.comparison.Coalesce(relations.models.querysets.Stated(models.F('title_en')), relations.models.querysets.Stated(models.F('title_ru'))), models.F('id'), name='forum_by_title_en'),
        ),
        migrations.AddIndex(
            model_name='observation',
            index=relations.models.list_index.ListIndex(fields=['-first_day', '-last_day', '-id'], name='observation_newest'),
        ),
        migrations.AddIndex(
            model_name='observation',
            index=relations.models.list_index.ListIndex(fields=['state', '-first_day', '-last_day', '-id'], name='observation_by_day'),
        ),
        migrations.AddIndex(
            model_name='observation',
            index=relations.models.list_index.ListIndex(fields=['state', '-published_at', '-id'], name='observation_published'),
        ),
        migrations.AddIndex(
            model_name='visit',
            index=relations.models.list_index.ListIndex(fields=['-first_day', '-last_day', '-id'], name='visit_newest'),
        ),
        migrations.AddIndex(
            model_name='visit',
            index=relations.models.list_index.ListIndex(fields=['state', '-first_day', '-last_day', '-id'], name='visit_by_day'),
        ),
        migrations.AddIndex(
            model_name='visit',
            index=relations.models.list_index.ListIndex(fields=['state', '-published_at', '-id'], name='visit_published'),
        ),
        migrations.AddIndex(
            model_name='visit',
            index=models.Index(models.F('state'), django.db.models.functions.comparison.Coalesce(relations.models.querysets.Stated(models.F('title_ru')), relations.models.querysets.Stated(models.F('title_en'))), models.F('id'), name='visit_by_title_ru'),
        ),
        migrations.AddIndex(
            model_name='visit',
            index=models.Index(models.F('state'), django.db.models.functions.comparison.Coalesce(relations.models.querysets.Stated(models.F('title_en')), relations.models.querysets.Stated(models.F('title_ru'))), models.F('id'), name='visit_by_title_en'),
        ),
        migrations.CreateModel(
            name='StaleRecords',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('type', models.CharField(max_length=40)),
                ('keys', models.TextField()),
                ('number', models.PositiveIntegerField()),
            ],
            options={
                'default_permissions': (),
            },
        ),
    ]
