"""Normalises text, so that different spellings of the same text compare as equal. Pure functions."""

import re
import unicodedata
from functools import lru_cache

APOSTROPHES = re.compile(r"[’‘ʼʻ`´']")
ACCENTED = re.compile("[\u00ad\u00c0-\u03ff\u0483-\u0489\u0500-\uffff]")
UNSEEN = ("Mn", "Me", "Cf")
NOT_WORD = re.compile(r"[\W_]+")


class WithoutAccent(dict[int, int | str]):
    """For str.translate: «ý» becomes «y», but «й» stays, since in Cyrillic the mark makes another letter.

    What has no width goes: the stress of «Росси́я», soft hyphens, marks of writing direction.
    """

    def __missing__(self, code: int) -> int | str:
        if unicodedata.category(chr(code)) in UNSEEN:
            self[code] = ""
            return ""
        plain = code if code < 0xC0 or 0x400 <= code <= 0x4FF else unicodedata.normalize("NFD", chr(code))[0]
        self[code] = plain
        return plain


WITHOUT_ACCENT = WithoutAccent()


def fold(text: str) -> str:
    """Lower case, ё as е, no accents of Latin letters, hyphens and punctuation as one space, apostrophes dropped."""
    text = unicodedata.normalize("NFC", text.casefold()).replace("ё", "е")
    text = APOSTROPHES.sub("", text)
    if ACCENTED.search(text):  # most texts have none
        text = text.translate(WITHOUT_ACCENT)
    return NOT_WORD.sub(" ", text).strip()


#: for words and names, which recur
fold_word = lru_cache(maxsize=50_000)(fold)
