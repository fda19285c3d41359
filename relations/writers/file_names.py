"""Names of downloaded files: what is in them, the query and the day, in Latin letters and of a limited length."""

import re
from collections.abc import Iterator
from hashlib import sha256

from django.http import QueryDict

from relations.site import today
from relations.text.slugs import slug

#: with the day and the ending they fit 100 characters
LONGEST = 70
#: parameters that do not change what is in the file, and years, which are written as one part
NOT_NAMED = frozenset({"sort", "year_from", "year_to", "undated"})
#: parameters whose values could be mistaken for those of another
WITH_NAME = frozenset({"with", "counterpart"})
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")


def file_name(stem: str, ending: str, given: QueryDict | None = None) -> str:
    """“agreements-UZ-2018-2020_2026-11-29.csv”; `given` are the parameters that choose what is in the file."""
    words = shortened("-".join([stem, *(parts_of(given) if given else ())]))
    return f"{words}_{today().isoformat()}.{ending}"


def parts_of(given: QueryDict) -> Iterator[str]:
    """The query, part by part; the same for the same query in any order."""
    for name in sorted(given.keys() - NOT_NAMED):
        if name in WITH_NAME:
            yield name
        yield from sorted(map(part_of, given.getlist(name)))
    yield from years_of(given)


def years_of(given: QueryDict) -> Iterator[str]:
    first, last = (part_of(given.get(name, "")) for name in ("year_from", "year_to"))
    if first and last:
        yield first if first == last else f"{first}-{last}"
    elif first or last:
        yield f"since-{first}" if first else f"until-{last}"
    if given.getlist("undated") == ["0"]:
        yield "dated"


def part_of(value: str) -> str:
    """A code as it is; anything else in Latin letters, or a fingerprint of what has none."""
    if not value or CODE.fullmatch(value):
        return value
    return slug(value) or fingerprint(value)


def shortened(text: str) -> str:
    """Cut where it is too long, with a fingerprint, so that different queries keep different names."""
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 9].rstrip('-_')}-{fingerprint(text)}"


def fingerprint(text: str) -> str:
    return sha256(text.encode("utf-8", "replace")).hexdigest()[:8]
