"""Suggestions for unknown values: near spellings, and Latin letters that look like Cyrillic ones."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from relations.errors import Problem
from relations.text.normalize import LONGEST_NAME, fold
from relations.text.similarity import most_similar

#: Latin letters that look like Cyrillic ones, and the other way round
LATIN, CYRILLIC = "AaBCcEeHKMOoPpTXxy", "АаВСсЕеНКМОоРрТХху"
TO_CYRILLIC = str.maketrans(LATIN, CYRILLIC)
TO_LATIN = str.maketrans(CYRILLIC, LATIN)
HAS_CYRILLIC, HAS_LATIN = re.compile("[А-яЁё]"), re.compile("[A-Za-z]")
BOTH = re.compile(r"[A-Za-z][\d_]*[А-яЁё]|[А-яЁё][\d_]*[A-Za-z]")
NEAR_ENOUGH, MOST = 0.75, 3
#: (code, label in the reader's language) of a coded column
Choices = Sequence[tuple[Any, Any]]


def unmixed(text: str) -> str:
    """`text` in one alphabet, where the letters of the other are all look-alikes; else the same text."""
    cyrillic, latin = HAS_CYRILLIC.findall(text), HAS_LATIN.findall(text)
    if cyrillic and latin and set(latin) <= set(LATIN):
        return text.translate(TO_CYRILLIC)
    return text.translate(TO_LATIN) if cyrillic and latin and set(cyrillic) <= set(CYRILLIC) else text


def near(text: str, known: Iterable[str]) -> list[str]:
    """Up to three of the `known` spellings that come near to `text`, best first."""
    if len(text) > LONGEST_NAME:
        return []
    return most_similar(text, known, MOST, NEAR_ENOUGH)


def parts_at_commas(text: str) -> list[str]:
    """The parts of a text that commas separate; none where there are fewer than two."""
    parts = [part.strip() for part in text.split(",") if part.strip()] if len(text) <= LONGEST_NAME else []
    return parts if len(parts) > 1 else []


#: between several names in one cell; the first divides fewer names than the second
BETWEEN = re.compile(r"\s*[,/\n]\s*"), re.compile(r"\s*[,/&\n–—]\s*|\s+(?:и|and|-)\s+", re.IGNORECASE)


def divisions(text: str) -> Iterator[list[str]]:
    """The ways in which a text may be several names, each as its parts."""
    for between in BETWEEN if len(text) <= LONGEST_NAME else ():
        parts = [part for part in between.split(text.strip()) if part]
        if len(parts) > 1:
            yield parts


def mixed_words(text: str) -> list[str]:
    """The words of a text with letters of both alphabets, where those of one are all look-alikes."""
    if not BOTH.search(text):
        return []
    return [word for word in re.findall(r"\w+", text) if unmixed(word) != word]


def unknown_choice(text: str, choices: Choices) -> Problem:
    """The Problem of a text that is none of `choices`, (code, label) pairs; it names those that may be meant."""
    params = {"text": text[:80], "choices": lazy(listed, str)([label for _code, label in choices])}
    if meant := meant_choices(text, choices):
        message = _(
            "“%(text)s” is not a valid value for this column. Valid values: %(choices)s. Did you"
            " mean %(meant)s?"
        )
        return Problem("choice.unknown", message, meant=lazy(listed, str)(meant), **params)
    return Problem(
        "choice.unknown",
        _("“%(text)s” is not a valid value for this column. Valid values: %(choices)s."),
        **params,
    )


def listed(labels: Iterable[object]) -> str:
    """Lazy labels in the reader's language."""
    return ", ".join(map(str, labels))


def meant_choices(text: str, choices: Choices) -> list[Any]:
    """Up to three labels: choices that share all words of one side with `text`, else similarly spelled ones."""
    names, words = spelled(choices), set(fold(unmixed(text)).split())
    found = [label for name, label in names.items() if words and shares_words(words, set(name.split()))]
    found = found or [names[name] for name in near(fold(text), names)]
    return list(dict.fromkeys(found))[:MOST]


def spelled(choices: Choices) -> dict[str, Any]:
    """{folded spelling: label} of the codes and of the labels in both languages."""
    names = {fold(str(code)): label for code, label in choices if code}
    for language in ("ru", "en"):
        with override(language):
            names |= {fold(str(label)): label for code, label in choices if code}
    return names


def shares_words(one: set[str], other: set[str]) -> bool:
    return one <= other or other <= one
