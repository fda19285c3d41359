"""Keys: the stable last part of an address, made from a title once and never changed."""

import re

from .folding import fold

LATIN = dict(zip(
    "абвгдежзийклмнопрстуфхцчшщъыьэюя",
    "a b v g d e zh z i y k l m n o p r s t u f kh ts ch sh shch  y  e yu ya".split(" "),
    strict=True,
))  # fmt: skip
LONGEST = 80


def slug(text):
    """«Договор о дружбе» becomes "dogovor-o-druzhbe": Latin letters, digits and hyphens, cut at a word."""
    latin = "".join(LATIN.get(letter, letter) for letter in fold(text))
    words = re.sub(r"[^a-z0-9]+", "-", latin).strip("-")
    return words if len(words) <= LONGEST else words[:LONGEST].rsplit("-", 1)[0]


def key_base(record, *more):
    """The key a record gets if it is free: English title, else Russian, then whatever tells it from its namesakes."""
    year = record.period.first_day.year if record.period.first_day else ""
    title = slug(record.title_en or record.title_ru or record.title)
    return "-".join(str(part) for part in (title or record._meta.model_name, *more, year) if part)


def key_for(record):
    """A free key for a record that has none."""
    base, number = key_base(record), 1
    key = base
    while type(record)._base_manager.filter(key=key).exclude(pk=record.pk).exists():
        number += 1
        key = f"{base}-{number}"
    return key
