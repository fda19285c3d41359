"""Lemmas for search, computed in Python so that both databases find the same records.

Russian words go through pymorphy3 (all readings of a form), Latin ones through the Snowball stemmer for English.
A record stores the lemmas of all its texts in `search_text`; PostgreSQL indexes that as a tsvector,
SQLite in a separate FTS5 table for each record type.
"""

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from threading import Lock

import pymorphy3
import Stemmer

from relations.text.normalize import fold

CYRILLIC = re.compile("[а-я]")
#: stop words; other Russian ones are recognised by their part of speech
ENGLISH_EMPTY = frozenset(
    "a an and at by for from in into is of on or that the their this to was were with".split()
)
#: longer searches are cut, because databases limit the depth of expressions
MOST_WORDS = 30
RUSSIAN_EMPTY = {"PREP", "CONJ", "PRCL"}
stemming = Lock()


@cache
def russian() -> pymorphy3.MorphAnalyzer:
    return pymorphy3.MorphAnalyzer(lang="ru")


@cache
def english() -> Stemmer.Stemmer:
    return Stemmer.Stemmer("english")


@lru_cache(maxsize=100_000)
def lemmas(word: str) -> frozenset[str]:
    """Every dictionary form that a folded word may belong to; empty for stop words."""
    if not CYRILLIC.search(word):
        with stemming:
            return frozenset() if word in ENGLISH_EMPTY else frozenset({english().stemWord(word)})
    readings = russian().parse(word)
    if readings[0].tag.POS in RUSSIAN_EMPTY:
        return frozenset()
    # With the word itself: the dictionary guesses surnames it does not know, and not alike in every case.
    return frozenset((word, *(fold(reading.normal_form).replace(" ", "") for reading in readings)))


@lru_cache(maxsize=20_000)
def lemmas_of(text: str) -> frozenset[str]:
    """The lemmas of one text; cached, because places and labels repeat in many records."""
    return frozenset().union(*map(lemmas, set(fold(text).split())))


@lru_cache(maxsize=20_000)
def lemmas_of_words(text: str) -> tuple[frozenset[str], ...]:
    """The lemmas of each word of a text, without stop words."""
    return tuple(found for word in fold(text).split() if (found := lemmas(word)))


def have_same_words(one: str, other: str) -> bool:
    """Whether two texts consist of the same words, in any inflection and order."""
    first, second = lemmas_of_words(one), lemmas_of_words(other)
    if not first or len(first) != len(second):
        return False
    return are_among(first, second) and are_among(second, first)


def are_among(words: Iterable[frozenset[str]], others: Iterable[frozenset[str]]) -> bool:
    return all(any(found & known for known in others) for found in words)


def words_of(texts: Iterable[str | None]) -> str:
    """The lemmas of many texts as one line, each once, in a stable order."""
    return " ".join(sorted(frozenset().union(*map(lemmas_of, filter(None, set(texts))))))


def query_terms(text: str, beginnings: bool = False) -> list[list[str]]:
    """The reader's words as groups of alternative lemmas, all of which must match. Empty without any
    searchable word.

    With `beginnings` a word also finds those that begin with it («военн*»), as while typing in the admin.
    """
    words = fold(text).split()[:MOST_WORDS]
    return [
        [*sorted(found), *([f"{word}*"] if beginnings else [])] for word in words if (found := lemmas(word))
    ]


def language_of_letters(text: str) -> str:
    """The language that a text of the register is written in, "ru" or "en", by its letters."""
    return "ru" if CYRILLIC.search(text.lower()) else "en"
