"""Folding: the form in which two spellings of the same text are equal. Pure functions on text."""

import re
import unicodedata

APOSTROPHES = re.compile(r"[’‘ʼʻ`´']")
ACCENTED = re.compile("[\u00c0-\u03ff\u0500-\uffff]")
NOT_WORD = re.compile(r"[\W_]+")


def fold(text):
    """Lower case, ё as е, no accents of Latin letters, hyphens and punctuation as one space, apostrophes dropped."""
    text = APOSTROPHES.sub("", text.casefold().replace("ё", "е"))
    text = unicodedata.normalize("NFC", text)
    if ACCENTED.search(text):  # most texts have none, and the letters need not be looked at one by one
        text = "".join(without_accent(letter) for letter in text)
    return NOT_WORD.sub(" ", text).strip()


def without_accent(letter):
    """«ý» becomes «y», but «й» stays: in Cyrillic the mark makes another letter."""
    return (
        letter
        if letter < "\u00c0" or "\u0400" <= letter <= "\u04ff"
        else unicodedata.normalize("NFD", letter)[0]
    )
