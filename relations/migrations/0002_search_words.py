from django.db import migrations

from relations.search.migrations import CreateSearchIndex


class Migration(migrations.Migration):
    dependencies = [("relations", "0001_initial")]
    operations = [CreateSearchIndex("agreement", "forum", "visit", "observation", "source")]
