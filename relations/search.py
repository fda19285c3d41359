"""Search: words become lemmas here, in Python, so that both databases find the same records.

Russian words go through pymorphy3 (all readings of a form), Latin ones through the Snowball stemmer for English.
A record keeps the lemmas of everything said about it in `search_text`; PostgreSQL indexes that as a tsvector,
SQLite in an FTS5 table of its own beside each type of record.
"""

import re
from functools import cache, lru_cache
from threading import Lock

import pymorphy3
import Stemmer
from django.db import connection, models
from django.db.models import Lookup

from .folding import fold

CYRILLIC = re.compile("[а-я]")
#: words that say nothing: the rest of the Russian ones are known by their part of speech
ENGLISH_EMPTY = frozenset(
    "a an and at by for from in into is of on or that the their this to was were with".split()
)
#: a longer question is cut: databases limit the depth of what they are asked
MOST_WORDS = 30
RUSSIAN_EMPTY = {"PREP", "CONJ", "PRCL"}
stemming = Lock()


@cache
def russian():
    return pymorphy3.MorphAnalyzer(lang="ru")


@cache
def english():
    return Stemmer.Stemmer("english")


@lru_cache(maxsize=100_000)
def lemmas(word):
    """Every dictionary form a folded word may belong to; empty for words that say nothing."""
    if not CYRILLIC.search(word):
        with stemming:
            return frozenset() if word in ENGLISH_EMPTY else frozenset({english().stemWord(word)})
    readings = russian().parse(word)
    if readings[0].tag.POS in RUSSIAN_EMPTY:
        return frozenset()
    # With the word itself: the dictionary guesses surnames it does not know, and not alike in every case.
    return frozenset((word, *(fold(reading.normal_form).replace(" ", "") for reading in readings)))


@lru_cache(maxsize=20_000)
def lemmas_of(text):
    """The lemmas of one text; kept, since names of places and labels of choices come again with every record."""
    return frozenset(lemma for word in set(fold(text).split()) for lemma in lemmas(word))


def words_of(texts):
    """The lemmas of many texts as one line, each once, in a stable order."""
    return " ".join(sorted(frozenset().union(*(lemmas_of(text) for text in set(texts) if text))))


def question(text, beginnings=False):
    """What a reader typed, as groups of alternative lemmas that must all be met. Empty when there is nothing to ask.

    With `beginnings` a word also finds those that begin with it («военн*»), as while typing in the admin.
    """
    mine = (lambda word: [f"{word}*"]) if beginnings else (lambda word: [])
    words = fold(text).split()[:MOST_WORDS]
    return [sorted(found) + mine(word) for word in words if (found := lemmas(word))]


def matching(records, text, beginnings=False):
    """The records in which every word of `text` occurs, in any inflection; all of them when no word says anything."""
    groups = question(text, beginnings)
    return records.filter(search_text__has_words=groups) if groups else records


@models.TextField.register_lookup
class HasWords(Lookup):
    """`search_text` holds one lemma of each group."""

    lookup_name = "has_words"
    prepare_rhs = False

    def as_postgresql(self, compiler, connection):
        column, params = self.process_lhs(compiler, connection)
        asked = " & ".join("({})".format(" | ".join(map(self.in_postgresql, group))) for group in self.rhs)
        return f"to_tsvector('simple', {column}) @@ to_tsquery('simple', %s)", [*params, asked]

    @staticmethod
    def in_postgresql(word):
        return f"'{word[:-1]}':*" if word.endswith("*") else f"'{word}'"

    @staticmethod
    def in_sqlite(word):
        return f'"{word[:-1]}"*' if word.endswith("*") else f'"{word}"'

    def as_sqlite(self, compiler, connection):
        table = self.lhs.target.model._meta.db_table
        asked = " AND ".join("({})".format(" OR ".join(map(self.in_sqlite, group))) for group in self.rhs)
        index = connection.ops.quote_name(f"{table}_words")
        alias = connection.ops.quote_name(self.lhs.alias)
        return f"{alias}.id IN (SELECT rowid FROM {index} WHERE {index} MATCH %s)", [asked]


def keep_words(table, words):
    """SQLite's index of words beside a table: `words` are (primary key, lemmas). PostgreSQL indexes the column itself."""
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.executemany(f'DELETE FROM "{table}_words" WHERE rowid = %s', [(key,) for key, _words in words])
        cursor.executemany(f'INSERT INTO "{table}_words" (rowid, words) VALUES (%s, %s)', words)
