"""Finds the places that a text names, in any case and as adjectives: «Узбекистана», «узбекский», “Uzbek”."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from relations.models import Place
from relations.text.normalize import fold_word

WORD = re.compile(r"[^\W_]+")
#: endings of names that adjectives drop: Узбек-истан, Казах-стан, Росс-ия, Uzbek-istan
COUNTRY_ENDING = re.compile(r"(?:истан|стан|istan|stan)$")
ENDING = re.compile(r"(?:ская|ский|ское|ия|ья|ая|ый|ий|ое|ой|а|я|ь|й|о|ы|и|е)$")
#: what may follow the stem of a noun, and that of an adjective
CASE = r"[аеёийоуыьэюя]{0,3}(?:м|х|в|ми)?"
ADJECTIVE = r"(?:ий|ай|ан|ей|ов|он)?(?:ск|ц)\w{1,4}|ско"
ENGLISH = r"(?:s|n|ns|an|ans|ian|ians|i|ese)?"
#: words that every country has in its full name, or that other words resemble
TOO_COMMON = frozenset("республика republic of the и and область oblast край krai город city region".split())
SHORTEST = 4
#: the most words of a name, and the most texts whose places are remembered
MOST_WORDS, MOST_REMEMBERED = 8, 20_000
#: the words by which names are looked up; «Республика» and “Republic of” alone begin dozens
WORDS_LOOKED_UP = 3


class Named(NamedTuple):
    """A folded name as its words, with the place that it is of."""

    words: tuple[str, ...]
    is_country: bool
    place: Place

    def begins(self, words: Sequence[str]) -> bool:
        """Whether these words begin with this name, in whatever form."""
        return len(self.words) <= len(words) and all(map(self.fits, range(len(self.words)), words))

    def fits(self, at: int, word: str) -> bool:
        """Whether this is a form of one of its words."""
        return bool(pattern(self.words[at], self.is_country).fullmatch(word))


@lru_cache(maxsize=20_000)
def pattern(word: str, is_country: bool) -> re.Pattern[str]:
    """A pattern of one word of a name, in any of its forms."""
    if not re.search("[а-я]", word):
        stem = COUNTRY_ENDING.sub("", word) if is_country else word
        forms = [re.escape(word) + ENGLISH]
        forms += [re.escape(stem) + r"(?:s|i)?"] if len(stem) >= SHORTEST and stem != word else []
        forms += [re.escape(word[:-1]) + "(?:ese|an|ian)"] if is_country and word.endswith("a") else []
        return re.compile("|".join(forms))
    noun = ENDING.sub("", word)
    forms = [re.escape(noun) + CASE]
    if is_country:
        people = COUNTRY_ENDING.sub("", word)
        stems = {noun, people, ENDING.sub("", people)}
        forms += [f"{re.escape(stem)}(?:{ADJECTIVE})" for stem in stems if len(stem) >= 3]
    else:  # «Псковская область», «Псковской области»
        forms.append(f"{re.escape(noun)}(?:ск\\w{{1,3}})")
    return re.compile("|".join(forms))


class Gazetteer:
    """The places of the register by the first letters of their names."""

    def __init__(self, places: Iterable[Place]) -> None:
        self.by_beginning: dict[str, list[Named]] = defaultdict(list)
        self.found: dict[str, frozenset[str]] = {}
        self.first_words: dict[str, bool] = {}
        self.fitting: dict[tuple[str, ...], list[Named]] = {}
        for place in places:
            if place.kind == Place.Kind.GROUP:
                continue
            for name in dict.fromkeys(map(fold_word, place.all_names())):
                self.add(place, name)

    def add(self, place: Place, name: str) -> None:
        words = tuple(name.split())
        if not words or (len(words) == 1 and (len(name) < SHORTEST or name in TOO_COMMON)):
            return
        is_country = place.kind == Place.Kind.COUNTRY
        self.by_beginning[words[0][:3]].append(Named(words, is_country and len(words) == 1, place))

    def codes_in(self, text: str) -> frozenset[str]:
        """The codes of the places that a text names; the longest name counts where several begin with a word."""
        if text not in self.found:
            if len(self.found) >= MOST_REMEMBERED:
                self.found.clear()
            self.found[text] = frozenset(self.search(text))
        return self.found[text]

    def search(self, text: str) -> Iterable[str]:
        words = [fold_word(word) for word in WORD.findall(text)]
        at = 0
        while at < len(words):
            longest = 0
            if self.begins(words[at]):
                begun = self.begun_by(*words[at : at + WORDS_LOOKED_UP])
                fitting = [one for one in begun if one.begins(words[at : at + MOST_WORDS])]
                longest = max((len(one.words) for one in fitting), default=0)
                yield from {one.place.code for one in fitting if len(one.words) == longest}
            at += max(longest, 1)

    def begins(self, word: str) -> bool:
        """Whether a name begins with this word."""
        if word not in self.first_words:
            if len(self.first_words) >= MOST_REMEMBERED:
                self.first_words.clear()
            self.first_words[word] = bool(self.begun_by(word))
        return self.first_words[word]

    def begun_by(self, *words: str) -> list[Named]:
        """The names that begin with these words; beginnings recur, so each is looked up once."""
        if words not in self.fitting:
            if len(self.fitting) >= MOST_REMEMBERED:
                self.fitting.clear()
            names = self.by_beginning.get(words[0][:3], ())
            self.fitting[words] = [one for one in names if all(map(one.fits, range(len(one.words)), words))]
        return self.fitting[words]
