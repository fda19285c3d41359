"""Indexes in the order of lists.

`newest`: the lists of the admin, of every state. `by_day`: public lists, files and the API, those of one state in the
admin, and the range of days of likely duplicates. `published`: feeds.
"""

from django.db import migrations

import relations.models.list_index


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
    ]
