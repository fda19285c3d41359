"""Reports of errors by readers.

It builds on 0016, since 0017 is numbered for another change that this one does not need.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('relations', '0018_country_limits'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ErrorReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('type', models.CharField(editable=False, max_length=20, verbose_name='type')),
                ('object_id', models.BigIntegerField(editable=False)),
                ('key', models.CharField(editable=False, max_length=100, verbose_name='key')),
                ('column', models.CharField(blank=True, editable=False, max_length=60, verbose_name='fact')),
                ('text', models.CharField(max_length=2000, verbose_name='what is wrong')),
                ('evidence', models.CharField(blank=True, max_length=1000, verbose_name='evidence')),
                ('reply_to', models.EmailField(blank=True, max_length=254, verbose_name='e-mail address for a reply')),
                ('language', models.CharField(editable=False, max_length=2, verbose_name='language')),
                ('at', models.DateTimeField(auto_now_add=True, verbose_name='received')),
                ('status', models.CharField(choices=[('open', 'not answered'), ('accepted', 'accepted'), ('declined', 'declined')], default='open', max_length=10, verbose_name='status')),
                ('answer', models.CharField(blank=True, max_length=1000, verbose_name='answer')),
                ('answered_at', models.DateTimeField(editable=False, null=True, verbose_name='answered')),
                ('answered_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('version', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='relations.version')),
            ],
            options={
                'verbose_name': 'error report',
                'verbose_name_plural': 'error reports',
                'ordering': ['pk'],
                'default_permissions': ('view', 'change'),
                'indexes': [models.Index(fields=['type', 'object_id', 'status'], name='report_about'), models.Index(fields=['status', 'at'], name='report_waiting')],
                'constraints': [models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='report_says_something'), models.CheckConstraint(condition=models.Q(models.Q(('answered_at__isnull', True), ('status', 'open')), models.Q(('answered_at__isnull', False), ('status__in', ('accepted', 'declined')), models.Q(('answer', ''), _negated=True)), _connector='OR'), name='report_answered_at_some_time')],
            },
        ),
    ]
