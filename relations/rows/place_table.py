"""Places by everything that sheets call them: their names, listed names beside these, codes and short forms."""

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from typing import NamedTuple

from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from relations.errors import Problem
from relations.geo import REFERENCE
from relations.models import Place
from relations.text.normalize import fold, without_footnote

from .lookup_tables import NameTable
from .suggestions import unmixed

#: words that tables write short, and words for a city beside its name; folded
WHOLE_WORDS = {"обл": "область", "респ": "республика"}
CITY_WORDS = frozenset("г гор город city шаары shaary шаҳри shahri қаласы qalasy".split())
#: «Казахстан (РК)», «Гулистан (Узбекистан)»
WITH_BRACKETS = re.compile(r"([^()]+)\(([^()]+)\)\s*")
#: kinds of rows in names.csv: a short form or code is too short to be suggested, a former state is no place
SUGGESTED_KINDS = frozenset(("name", "former"))
FORMER_STATE = "state"


class ListedName(NamedTuple):
    """A name of the place with this code, as names.csv has it; folded."""

    code: str
    name: str
    kind: str


@cache
def listed_names() -> tuple[ListedName, ...]:
    """The names of fixtures/reference/names.csv; names.md says where they come from."""
    with (REFERENCE / "names.csv").open(encoding="utf-8", newline="") as stream:
        rows = csv.DictReader(line for line in stream if not line.startswith("#"))
        return tuple(ListedName(row["code"].casefold(), fold(row["name"]), row["kind"]) for row in rows)


@cache
def former_states() -> frozenset[str]:
    """The names of states that are nobody’s former name."""
    return frozenset(one.name for one in listed_names() if one.kind == FORMER_STATE)


class PlaceTable(NameTable):
    """Places, found by their own names first, so that a listed name never changes what these mean."""

    made_of_them = (*NameTable.made_of_them, "listed", "suggested")

    @cached_property
    def listed(self) -> dict[str, list[Place]]:
        """{folded name: places} of all listed names; a short form may be of several."""
        return self.places_of(one for one in listed_names())

    @cached_property
    def suggested(self) -> Mapping[str, list[Place]]:
        names = self.places_of(one for one in listed_names() if one.kind in SUGGESTED_KINDS)
        return {**names, **self.by_name}

    def places_of(self, names: Iterable[ListedName]) -> dict[str, list[Place]]:
        found: defaultdict[str, list[Place]] = defaultdict(list)
        for one in names:
            if place := self.by_key.get(one.code) or self.by_former_key.get(one.code):
                found[one.name].append(place)
        return dict(found)

    def called(self, text: str) -> list[Place]:
        return super().called(text) or self.in_whole_words(text) or self.with_brackets(text)

    def spelled(self, text: str) -> list[Place]:
        if found := self.own(text):
            return found
        listed = self.listed.get(fold(text)) or self.listed.get(fold(unmixed(text))) or ()
        return list(dict.fromkeys(listed))

    def in_whole_words(self, text: str) -> list[Place]:
        """«Ташкентская обл.», and cities with the word for them: «г. Фрунзе»."""
        words = fold(without_footnote(text)).split()
        whole = [WHOLE_WORDS.get(word, word) for word in words]
        if whole != words and (found := self.spelled(" ".join(whole))):
            return found
        rest = [word for word in words if word not in CITY_WORDS]
        if not rest or rest == words:
            return []
        return [
            one for one in self.spelled(" ".join(rest)) if one.kind == Place.Kind.CITY or one.is_city_region
        ]

    def with_brackets(self, text: str) -> list[Place]:
        """A place whose name in brackets is another one of it, or where it lies."""
        match = WITH_BRACKETS.fullmatch(without_footnote(text))
        if not match:
            return []
        within = set(self.spelled(match[2].strip()))
        return [one for one in self.spelled(match[1].strip()) if within & {one, one.parent, one.country}]

    def refused(self, text: str) -> Problem | None:
        text_alone = without_footnote(text)
        if former_states().isdisjoint((fold(text_alone), fold(unmixed(text_alone)))):
            return None
        message = _(
            "“%(text)s” ended in 1991 and is not one of the register’s places. Name the state or the republic"
            " that is meant."
        )
        return Problem("place.former_state", message, text=text[:80])
