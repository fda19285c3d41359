"""Marks of titles, by which records of the same title are found."""

from django.db import migrations, models

from relations.text.title_marks import title_mark

TYPES = ("Agreement", "Forum", "Visit", "Observation")
RECORDS_AT_ONCE = 500


def keep_marks(apps, schema_editor):
    for name in TYPES:
        model = apps.get_model("relations", name)
        titled = model._base_manager.exclude(title_ru="", title_en="").only("title_ru", "title_en").order_by("pk")
        part = []
        for record in titled.iterator(chunk_size=RECORDS_AT_ONCE):
            record.title_mark_ru, record.title_mark_en = title_mark(record.title_ru), title_mark(record.title_en)
            part.append(record)
            if len(part) == RECORDS_AT_ONCE:
                model._base_manager.bulk_update(part, ["title_mark_ru", "title_mark_en"])
                part = []
        model._base_manager.bulk_update(part, ["title_mark_ru", "title_mark_en"])


class Migration(migrations.Migration):

    dependencies = [
        ('relations', '0028_answers_name_changes'),
    ]

    operations = [
        *(
            migrations.AddField(
                model_name=name.lower(),
                name=f'title_mark_{language}',
                field=models.CharField(blank=True, default='', editable=False, max_length=16),
            )
            for name in TYPES
            for language in ('ru', 'en')
        ),
        migrations.RunPython(keep_marks, migrations.RunPython.noop, elidable=True),
        *(
            migrations.AddIndex(
                model_name=name.lower(),
                index=models.Index(fields=[f'title_mark_{language}', 'first_day'], name=f'{name.lower()}_title_{language}'),
            )
            for name in TYPES
            for language in ('ru', 'en')
        ),
    ]
