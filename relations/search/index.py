"""Full-text search in either database: matching records by lemmas, and SQLite's FTS5 index."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from django.db import connection, connections, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Lookup
from django.db.models.sql.compiler import SQLCompiler

from relations.search.lemmas import query_terms

Records = TypeVar("Records", bound="models.QuerySet[models.Model]")


def matching(records: Records, text: str, beginnings: bool = False) -> Records:
    """The records with every word of `text`, in any inflection; all records when there are only stop words."""
    groups = query_terms(text, beginnings)
    return records.filter(search_text__has_words=groups) if groups else records


@contextmanager
def by_index(database: str) -> Iterator[None]:
    """Within it, PostgreSQL finds words by their index alone; nothing may be written.

    Its planner underestimates the cost of parsing every text: a word that a million records contain took 39 s instead
    of 1.4 s.
    """
    if connections[database].vendor != "postgresql":
        yield
        return
    with transaction.atomic(database):
        with connections[database].cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
        yield
        transaction.set_rollback(True, database)  # so that the setting ends here, whatever is around it


@models.TextField.register_lookup
class HasWords(Lookup):
    """Matches if `search_text` contains at least one lemma of each group."""

    lookup_name = "has_words"
    prepare_rhs = False

    def as_postgresql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper
    ) -> tuple[str, list[object]]:
        column, params = self.process_lhs(compiler, connection)
        asked = " & ".join("({})".format(" | ".join(map(self.in_postgresql, group))) for group in self.rhs)
        return f"to_tsvector('simple', {column}) @@ to_tsquery('simple', %s)", [*params, asked]

    @staticmethod
    def in_postgresql(word: str) -> str:
        return f"'{word[:-1]}':*" if word.endswith("*") else f"'{word}'"

    @staticmethod
    def in_sqlite(word: str) -> str:
        return f'"{word[:-1]}"*' if word.endswith("*") else f'"{word}"'

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, list[object]]:
        table = self.lhs.target.model._meta.db_table
        asked = " AND ".join("({})".format(" OR ".join(map(self.in_sqlite, group))) for group in self.rhs)
        index = connection.ops.quote_name(f"{table}_words")
        alias = connection.ops.quote_name(self.lhs.alias)
        return f"{alias}.id IN (SELECT rowid FROM {index} WHERE {index} MATCH %s)", [asked]


def keep_words(table: str, words: Sequence[tuple[int, str]]) -> None:
    """SQLite's index of words beside a table: `words` are (primary key, lemmas). PostgreSQL indexes the
    column itself."""
    if connection.vendor != "sqlite" or not words:
        return
    with connection.cursor() as cursor:
        cursor.executemany(f'INSERT OR REPLACE INTO "{table}_words" (rowid, words) VALUES (%s, %s)', words)
