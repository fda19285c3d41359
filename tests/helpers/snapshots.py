"""The curated content, loaded once a process and restored as plain rows afterwards, which takes a tenth
of the time."""

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, transaction

from relations.search.index import keep_words


def models():
    return list(apps.get_app_config("relations").get_models(include_auto_created=True))


def snapshot_of_tables():
    """[(model, columns, rows)] of all tables of the register with rows, as the database returns them."""
    found = []
    with connection.cursor() as cursor:
        for model in models():
            columns = [field.column for field in model._meta.concrete_fields]
            cursor.execute(f"SELECT {names(columns)} FROM {names([model._meta.db_table])}")
            if rows := cursor.fetchall():
                found.append((model, columns, rows))
    return found


def put_back(snapshot):
    """Into empty tables, with the words for search and the counters of keys; what refers to what is compared
    at the end."""
    with transaction.atomic(), connection.cursor() as cursor:
        for model, columns, rows in snapshot:
            table, marks = model._meta.db_table, ", ".join(["%s"] * len(columns))
            cursor.executemany(f"INSERT INTO {names([table])} ({names(columns)}) VALUES ({marks})", rows)
            if "search_text" in columns:
                key, words = columns.index("id"), columns.index("search_text")
                keep_words(table, [(row[key], row[words]) for row in rows])
        for statement in connection.ops.sequence_reset_sql(no_style(), [model for model, *_ in snapshot]):
            cursor.execute(statement)


def names(columns):
    return ", ".join(connection.ops.quote_name(column) for column in columns)
