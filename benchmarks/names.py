"""Misspelt names and the names they may mean: the register's own way to find them, and difflib's."""

import json
from difflib import get_close_matches
from pathlib import Path

from benchmarks.measuring import ROOT, measured
from relations.rows.suggestions import MOST, NEAR_ENOUGH, near
from relations.text.normalize import fold

REFERENCE = ("places", "organizations", "people", "topics", "indicators", "series")
SHORTEST, SLIPS = 5, 4


def known_names():
    """Every name of the reference data in both languages, folded, in the order of the alphabet."""
    names = set()
    for stem in REFERENCE:
        path = Path(ROOT, "fixtures", "reference", f"{stem}.json")
        for entry in json.loads(path.read_text(encoding="utf-8")):
            fields = entry["fields"]
            names.update(fold(fields[name]) for name in ("name_ru", "name_en") if fields.get(name))
    return sorted(names)


def misspelt_names(known, number):
    """(name, misspelling) of `number` names spread over the `known` ones, with a slip of the pen in the middle."""
    long = [name for name in known if len(name) >= SHORTEST]
    return [
        (name, slip(name, i % SLIPS)) for i, name in enumerate(long[:: max(1, len(long) // number)][:number])
    ]


def slip(name, kind):
    """One letter left out, doubled, swapped with the next, or another one in its place."""
    i = len(name) // 2
    start, here, after, end = name[:i], name[i], name[i + 1], name[i + 2 :]
    other = "а" if here > "z" else "e"
    return start + [after, here + here + after, after + here, other + after][kind] + end


def timed(find, number):
    known = known_names()
    pairs = misspelt_names(known, int(number))
    with measured() as taken:
        found = [name in find(text, known) for name, text in pairs]
    return taken | {"found": sum(found)}


def ours(number):
    return timed(near, number)


def stdlib(number):
    return timed(lambda text, known: get_close_matches(text, known, MOST, NEAR_ENOUGH), number)
