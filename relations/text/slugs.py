"""Makes keys (slugs) from titles."""

import re

from .normalize import fold

LATIN = dict(zip(
    "абвгдежзийклмнопрстуфхцчшщъыьэюя",
    "a b v g d e zh z i y k l m n o p r s t u f kh ts ch sh shch  y  e yu ya".split(" "),
    strict=True,
))  # fmt: skip
#: with a number appended they fit the column of 100 characters
LONGEST, MOST_ENDING = 70, 25


def slug(text: str) -> str:
    """«Договор о дружбе» becomes "dogovor-o-druzhbe": Latin letters, digits and hyphens, cut at a word."""
    latin = "".join(LATIN.get(letter, letter) for letter in fold(text))
    words = re.sub(r"[^a-z0-9]+", "-", latin).strip("-")
    return words if len(words) <= LONGEST else words[:LONGEST].rsplit("-", 1)[0]
