"""The index of words of a type's table, as an operation of migrations: each database has its own kind."""

from typing import Any

from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState


class CreateSearchIndex(Operation):
    """For the models named: a GIN index on PostgreSQL, an FTS5 table beside the model's own on SQLite."""

    def __init__(self, *names: str) -> None:
        self.names = names

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """No model changes."""

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        for table in self.tables(app_label):
            if schema_editor.connection.vendor == "postgresql":
                words = "to_tsvector('simple', search_text)"
                schema_editor.execute(f"CREATE INDEX {table}_words ON {table} USING gin ({words})")
            else:
                # Diacritics are folded before; SQLite's own folding would turn й into и.
                options = "words, tokenize='unicode61 remove_diacritics 0'"
                schema_editor.execute(f"CREATE VIRTUAL TABLE {table}_words USING fts5({options})")

    def database_backwards(
        self, app_label: str, schema_editor: Any, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        kind = "INDEX" if schema_editor.connection.vendor == "postgresql" else "TABLE"
        for table in self.tables(app_label):
            schema_editor.execute(f"DROP {kind} {table}_words")

    def tables(self, app_label: str) -> list[str]:
        return [f"{app_label}_{name}" for name in self.names]

    def describe(self) -> str:
        return f"Create the search index of {', '.join(self.names)}"
