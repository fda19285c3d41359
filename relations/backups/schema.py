"""Empty tables as the migrations leave them, made at once, and what follows from rows that were put into them."""

from random import getrandbits

from django.core.management.color import no_style
from django.db import connection, models
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder
from django.db.migrations.state import ProjectState

from relations.catalog import ROWS
from relations.models import DataChange
from relations.search.migrations import CreateSearchIndex

from .history import History
from .tables import models_at, quoted


def create_tables(history: History) -> None:
    """In an empty database. Migrating it would take as long as all migrations that ever were; a test compares."""
    state = ProjectState()  # the index of words needs none
    with connection.schema_editor() as editor:
        for model in models_at(history):
            # tables of many-to-many fields come with the model that has the field
            if not model._meta.auto_created:
                editor.create_model(model)
        for app_label, operation in history.operations():
            if isinstance(operation, CreateSearchIndex):
                operation.database_forwards(app_label, editor, state, state)
    recorder = MigrationRecorder(connection)
    recorder.ensure_schema()
    recorder.migration_qs.bulk_create(
        recorder.Migration(app=app, name=name)
        for app, name in history.loader.graph.nodes
        if (app, name) in history.applied
    )


def migrate_forward() -> None:
    """To the newest migrations of this program."""
    executor = MigrationExecutor(connection, check_at_once)
    executor.migrate(executor.loader.graph.leaf_nodes())


def check_at_once(*_told: object) -> None:
    """In one transaction of PostgreSQL no table can change while checks of rows that it has written are pending."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def drop_tables() -> None:
    """All tables of the database."""
    with connection.cursor() as cursor:
        for name in connection.introspection.table_names(cursor):
            cursor.execute(f"DROP TABLE IF EXISTS {quoted(name)} CASCADE")


def complete(made: list[type[models.Model]]) -> None:
    """After rows with keys of their own were put in: counters of keys, words for search, foreign keys."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), made):
            cursor.execute(statement)
        if connection.vendor == "sqlite":
            for name in search_tables():
                owner = name.removesuffix("_words")
                cursor.execute(f"DELETE FROM {quoted(name)}")
                cursor.execute(
                    f"INSERT INTO {quoted(name)} (rowid, words) SELECT id, search_text FROM {quoted(owner)}"
                )
    connection.check_constraints()


def search_tables() -> list[str]:
    """Those of SQLite's index of words; PostgreSQL indexes the column itself."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL TABLE%%fts5%%'")
        return [name for (name,) in cursor.fetchall()]


def say_that_all_has_changed() -> None:
    """No page or index that was kept before is shown again."""
    DataChange.objects.bulk_create(
        DataChange(type=str(one.model._meta.model_name), keys="", mark=getrandbits(31))
        for one in ROWS.values()
    )
