"""Similarity of two texts, for misspelt names and near duplicates."""

from collections.abc import Iterable, Sequence

from rapidfuzz import fuzz, process


def similarity(one: str, other: str, at_least: float = 0) -> float:
    """From 0 for nothing in common to 1 for the same text; 0 also where it is less than `at_least`."""
    return fuzz.ratio(one, other, score_cutoff=at_least * 100) / 100


def most_similar(text: str, known: Iterable[str], most: int, at_least: float) -> list[str]:
    """Up to `most` of the `known` texts whose similarity to `text` is `at_least` that, best first."""
    found = process.extract(text, list(known), scorer=fuzz.ratio, limit=None, score_cutoff=at_least * 100)
    # Ties are broken alphabetically, so that the result does not depend on the order of `known`.
    best_first = sorted(((score, match) for match, score, _place in found), reverse=True)
    return [match for _score, match in best_first[:most]]


def ranked(text: str, known: Sequence[str], at_least: float) -> list[tuple[float, int]]:
    """(similarity, place in `known`) of the texts whose similarity to `text` is `at_least` that, best first."""
    found = process.extract(text, known, scorer=fuzz.ratio, limit=None, score_cutoff=at_least * 100)
    return [(score / 100, place) for _match, score, place in found]
