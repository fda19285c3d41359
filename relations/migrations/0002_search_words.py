"""What only one database can do: the word index of each type of record, in the form its database knows."""

from django.db import migrations

TYPES = ("agreement", "forum", "visit", "observation", "source")


def create(apps, schema_editor):
    for name in TYPES:
        table = f"relations_{name}"
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(
                f"CREATE INDEX {table}_words ON {table} USING gin (to_tsvector('simple', search_text))"
            )
        else:
            # Diacritics are folded before; SQLite's own folding would turn й into и.
            schema_editor.execute(
                f"CREATE VIRTUAL TABLE {table}_words USING fts5(words, tokenize='unicode61 remove_diacritics 0')"
            )


def drop(apps, schema_editor):
    kind = "INDEX" if schema_editor.connection.vendor == "postgresql" else "TABLE"
    for name in TYPES:
        schema_editor.execute(f"DROP {kind} relations_{name}_words")


class Migration(migrations.Migration):
    dependencies = [("relations", "0001_initial")]
    operations = [migrations.RunPython(create, drop)]
