"""Normalises text, so that different spellings of the same text compare as equal. Pure functions."""

import re
import unicodedata
from functools import lru_cache

APOSTROPHES = re.compile(r"[’‘ʼʻ`´']")
ACCENTED = re.compile("[\u00ad\u00c0-\u03ff\u0483-\u0489\u0500-\uffff]")
#: categories of what has no width: marks over a letter, and marks of writing direction
UNSEEN = ("Mn", "Me", "Cf")
NOT_WORD = re.compile(r"[\W_]+")
#: what tables put after a name: *, ¹, 1), [1]
FOOTNOTE = re.compile(r"(?:\s*(?:[*†‡¹²³⁰-⁹]|\(?\d{1,2}\)|\[\d{1,2}\]))+$")
FULL_WIDTH = range(0xFF00, 0xFFF0)
#: longer texts are prose, not names, and slow to compare
LONGEST_NAME = 300


class WithoutAccent(dict[int, int | str | None]):
    """For str.translate: «ý» becomes «y», but «й» stays, since in Cyrillic the mark makes another letter.

    What has no width goes: the stress of «Росси́я», soft hyphens, marks of writing direction.
    """

    def __missing__(self, code: int) -> int | str | None:
        self[code] = plain(code)
        return self[code]


def plain(code: int) -> int | str | None:
    """What WithoutAccent makes of a letter."""
    letter = chr(code)
    if unicodedata.category(letter) in UNSEEN:
        return None
    if code < 0xC0 or 0x400 <= code <= 0x4FF:
        return code
    return unicodedata.normalize("NFKD" if code in FULL_WIDTH else "NFD", letter)[0]


WITHOUT_ACCENT = WithoutAccent()


def fold(text: str) -> str:
    """Lower case, ё as е, no accents of Latin letters, hyphens and punctuation as one space, apostrophes dropped;
    full-width letters as plain ones, without invisible letters and marks of stress."""
    text = unicodedata.normalize("NFC", text.casefold())
    text = APOSTROPHES.sub("", text.replace("ё", "е"))
    if ACCENTED.search(text):  # most texts have none
        text = text.translate(WITHOUT_ACCENT)
    return NOT_WORD.sub(" ", text).strip()


#: for words and names, which recur
fold_word = lru_cache(maxsize=50_000)(fold)


def without_footnote(text: str) -> str:
    """A name as it is without the mark of a footnote: «Казахстан¹», «Казахстан 1)»."""
    return FOOTNOTE.sub("", text) if len(text) <= LONGEST_NAME else text
