"""Spelling suggestions (“Did you mean”) for search words, from the names in the register."""

from django.core.cache import cache

from relations.models import Indicator, Organization, Person, Place, Topic
from relations.search.lemmas import lemmas
from relations.text.normalize import fold
from relations.text.similarity import most_similar

NEAR_ENOUGH, SHORTEST = 0.78, 4
#: seconds; names change rarely
CACHED_SECONDS = 600


def vocabulary() -> dict[str, str]:
    """{folded word: the word as it is written} of all names."""
    found: dict[str, str] | None = cache.get("spelling")
    if found is None:
        found = {}
        for model in (
            Topic,
            Indicator,
            Organization,
            Person,
            Place,
        ):  # later names replace earlier ones, so places win
            for entity in model.objects.all():
                for name in entity.all_names():
                    found.update((fold(word), word.strip("«»()“”,.")) for word in name.split())
        found = {
            folded: word for folded, word in found.items() if len(folded) >= SHORTEST and " " not in folded
        }
        cache.set("spelling", found, CACHED_SECONDS)
    return found


def suggestion(words: str) -> str:
    """The search with every unknown word replaced by the nearest known one; empty if none is near."""
    known = vocabulary()
    stems = {lemma for word in known for lemma in lemmas(word)}
    better = [nearest(word, known, stems) for word in words.split()]
    return " ".join(better) if better != words.split() else ""


def nearest(word: str, known: dict[str, str], stems: set[str]) -> str:
    folded = fold(word)
    if len(folded) < SHORTEST or folded in known or not stems.isdisjoint(lemmas(folded)):
        return word
    found = most_similar(folded, known, 1, NEAR_ENOUGH)
    return known[found[0]] if found else word
